//! Runs the conformance files of the CycloneDX specification, every one of them.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads its vectors, and fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use waybill_domain::bill::{Gravity, ProblemKind, Problems};
use waybill_inventory::bill::{BillError, BillLimits};
use waybill_inventory::cyclonedx::Document;

fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/cyclonedx")
        .join(version)
}

/// Names and contents, in the order of names.
fn files(version: &str, start: &str, end: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder(version))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(name, _)| name.starts_with(start) && name.ends_with(end))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

fn read(text: &[u8]) -> Result<(Document, Problems), BillError> {
    Document::read(&mut &text[..], &BillLimits::default())
}

#[test]
fn every_valid_json_file_is_accepted_and_nothing_of_it_lost() {
    let mut beyond = BTreeMap::new();
    let mut counts = Vec::new();
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let files = files(version, "valid-", ".json");
        counts.push(files.len());
        for (name, text) in files {
            let (document, problems) =
                read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(document.version().as_str(), version);
            let expected: Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(document.into_value(), expected, "{name}");
            for problem in problems.listed {
                if problem.gravity == Gravity::Error {
                    beyond
                        .entry(format!("{version}/{name}"))
                        .or_insert_with(Vec::new)
                        .push(format!("{} {}", problem.pointer, problem.message));
                }
            }
        }
    }
    assert_eq!(counts, [21, 26, 29, 36, 45, 61]);
    assert_eq!(beyond, BTreeMap::new());
}

#[test]
fn every_invalid_json_file_is_refused_with_a_pointer() {
    let mut accepted = Vec::new();
    let mut counts = Vec::new();
    let mut said = String::new();
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let files = files(version, "invalid-", ".json");
        counts.push(files.len());
        for (name, text) in files {
            let (_, problems) = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let first = problems
                .listed
                .iter()
                .find(|problem| problem.kind == ProblemKind::Schema);
            match first {
                Some(problem) => {
                    said += &format!(
                        "{version}/{name}: {} {}\n",
                        problem.pointer, problem.message
                    );
                }
                None => accepted.push(format!("{version}/{name}")),
            }
        }
    }
    assert_eq!(accepted, Vec::<String>::new());
    assert_eq!(counts, [19, 22, 22, 22, 25, 29]);
    insta::assert_snapshot!(said);
}
