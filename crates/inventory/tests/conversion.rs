//! Puts every valid conformance file of the CycloneDX specification into every version.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads its vectors, and fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use waybill_domain::bill::ProblemKind;
use waybill_inventory::bill::{BillLimits, Converted, Target, WriteOptions, convert};
use waybill_inventory::cyclonedx::{Document, SpecVersion};

fn put(text: &[u8], version: SpecVersion) -> Converted {
    convert(
        &mut &text[..],
        Target::CycloneDx(version),
        &WriteOptions::default(),
        &BillLimits::default(),
    )
    .unwrap()
}

fn files(version: SpecVersion) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/cyclonedx")
        .join(version.as_str());
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name.starts_with("valid-"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

#[test]
fn every_valid_file_fits_every_version() {
    let mut refused = Vec::new();
    let mut count = 0;
    let mut lost_on_the_way_up = String::new();
    let mut lost_on_the_way_down: BTreeMap<(String, String), u64> = BTreeMap::new();
    for from in SpecVersion::ALL {
        for (name, text) in files(from) {
            for to in SpecVersion::ALL {
                let made = put(&text, to);
                count += 1;
                let (document, problems) =
                    Document::read(&mut made.text.as_bytes(), &BillLimits::default()).unwrap();
                assert_eq!(document.version(), to);
                for problem in problems.listed {
                    if problem.kind == ProblemKind::Schema {
                        refused.push(format!(
                            "{from}/{name} as {to}: {} {}",
                            problem.pointer, problem.message
                        ));
                    }
                }
                for change in &made.conversion.alterations {
                    if to >= from {
                        lost_on_the_way_up += &format!(
                            "{from}/{name} as {to}: {} {} {}\n",
                            change.count,
                            change.kind.as_str(),
                            change.pointer
                        );
                    } else {
                        let into = change.into.clone().unwrap_or_default();
                        let what = format!("{} {} {into}", change.pointer, change.kind.as_str());
                        *lost_on_the_way_down
                            .entry((format!("{from} as {to}"), what))
                            .or_default() += change.count;
                    }
                }
                if to == from && name.ends_with(".json") && made.conversion.alterations.is_empty() {
                    let mut expected: Value = serde_json::from_slice(&text).unwrap();
                    let mut value = document.into_value();
                    for document in [&mut expected, &mut value] {
                        document.as_object_mut().unwrap().remove("$schema");
                    }
                    assert_eq!(value, expected, "{from}/{name}");
                }
            }
        }
    }
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(count, 450 * 6);
    insta::assert_snapshot!("up", lost_on_the_way_up);
    let mut down = String::new();
    for ((way, what), count) in lost_on_the_way_down {
        if ["1.7 as 1.6", "1.6 as 1.5", "1.5 as 1.4"].contains(&way.as_str()) {
            down += &format!("{way}: {count} {what}\n");
        }
    }
    insta::assert_snapshot!("down", down);
}
