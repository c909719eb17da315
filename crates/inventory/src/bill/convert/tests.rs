use serde_json::{Value, json};
use waybill_domain::bill::Alteration;

use super::*;
use crate::bill::samples::{any_inventory, rich};

fn converted(document: &Value, target: Target) -> (Value, Vec<String>) {
    let text = document.to_string();
    let made = convert(
        &mut text.as_bytes(),
        target,
        &WriteOptions::default(),
        &BillLimits::default(),
    )
    .unwrap();
    let value: Value = serde_json::from_str(&made.text).unwrap();
    (value, said(&made.conversion.alterations))
}

fn said(alterations: &[Alteration]) -> Vec<String> {
    alterations
        .iter()
        .map(|change| {
            let into = change
                .into
                .as_ref()
                .map(|into| format!(" -> {into}"))
                .unwrap_or_default();
            format!(
                "{} {} {}{into}",
                change.count,
                change.kind.as_str(),
                change.pointer
            )
        })
        .collect()
}

fn modern() -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "timestamp": "2026-01-02T03:04:05Z",
            "lifecycles": [{"phase": "build"}],
            "tools": {
                "components": [{"type": "application", "name": "maker", "version": "2", "manufacturer": {"name": "Tools Ltd"}}],
                "services": [{"name": "cloud", "endpoints": ["https://example.org"]}],
            },
            "component": {"type": "application", "name": "desk", "bom-ref": "desk", "manufacturer": {"name": "Acme"}},
        },
        "components": [
            {
                "type": "machine-learning-model", "name": "small", "bom-ref": "m",
                "authors": [{"name": "Ada", "email": "ada@example.org"}, {"name": "Bo"}],
                "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR Apache-2.0", "bom-ref": "l"}],
                "modelCard": {"modelParameters": {"task": "classification"}},
                "tags": ["a", "b"],
                "externalReferences": [
                    {"type": "model-card", "url": "https://example.org/card"},
                    {"type": "website", "url": "https://example.org", "properties": [{"name": "x"}]},
                ],
                "hashes": [{"alg": "Streebog-256", "content": "a".repeat(64)}, {"alg": "SHA-1", "content": "b".repeat(40)}],
                "evidence": {"identity": [{"field": "name", "confidence": 1}, {"field": "version", "confidence": 0.5}]},
            },
            {"type": "data", "name": "set", "bom-ref": "d", "version": "1",
             "data": [{"type": "dataset", "bom-ref": "inner"}]},
        ],
        "dependencies": [
            {"ref": "desk", "dependsOn": ["m"], "provides": ["d"]},
            {"ref": "m", "dependsOn": ["d"]},
        ],
        "compositions": [
            {"aggregate": "incomplete_first_party_only", "assemblies": ["m", "inner"]},
            {"aggregate": "complete", "assemblies": ["inner"]},
        ],
        "annotations": [{"subjects": ["l"], "annotator": {"individual": {"name": "Ada"}}, "timestamp": "2026-01-02T03:04:05Z", "text": "x"}],
        "citations": [{"pointers": ["/components/0"], "timestamp": "2026-01-02T03:04:05Z", "attributedTo": "desk"}],
    })
}

#[test]
fn the_way_up_loses_nothing() {
    let old = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "version": 3,
        "metadata": {"tools": [{"vendor": "v", "name": "t"}]},
        "components": [{
            "type": "library", "name": "a", "author": "Ada", "bom-ref": "a",
            "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR Apache-2.0"}],
        }],
    });
    let (same, alterations) = converted(&old, Target::CycloneDx(SpecVersion::V1_7));
    let mut expected = old.clone();
    expected["$schema"] = "http://cyclonedx.org/schema/bom-1.7.schema.json".into();
    expected["specVersion"] = "1.7".into();
    assert_eq!(same, expected);
    assert_eq!(alterations, Vec::<String>::new());
    // 1.6 does not mix the two.
    let (mixed, alterations) = converted(&old, Target::CycloneDx(SpecVersion::V1_6));
    assert_eq!(
        mixed["components"][0]["licenses"],
        json!([{"license": {"id": "MIT"}}, {"license": {"name": "MIT OR Apache-2.0"}}])
    );
    assert_eq!(
        alterations,
        ["1 moved /components/*/licenses/*/expression -> license/name"]
    );
}

#[test]
fn the_way_down_drops_what_has_no_place_and_says_so() {
    let mut said = String::new();
    for version in SpecVersion::ALL.into_iter().rev() {
        let (made, alterations) = converted(&modern(), Target::CycloneDx(version));
        said += &format!("## {version}\n");
        for change in alterations {
            said += &format!("{change}\n");
        }
        if version == SpecVersion::V1_4 {
            said += &serde_json::to_string_pretty(&made).unwrap();
            said.push('\n');
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn what_the_schema_refuses_is_left_out() {
    let broken = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "colour": "red",
        "serialNumber": "me",
        "components": [
            {"type": "library", "name": "a", "bom-ref": "a", "licenses": [{"license": {"id": "Llama"}}],
             "hashes": [{"alg": "SHA-1", "content": "zz"}]},
            {"type": "library", "bom-ref": "b"},
        ],
        "dependencies": [{"ref": "a", "dependsOn": ["b", "elsewhere"]}, {"ref": "b"}],
    });
    let (made, alterations) = converted(&broken, Target::CycloneDx(SpecVersion::V1_6));
    assert_eq!(
        made,
        json!({
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [
                {"type": "library", "name": "a", "bom-ref": "a", "licenses": [{"license": {"name": "Llama"}}], "hashes": []},
            ],
            "dependencies": [{"ref": "a", "dependsOn": ["elsewhere"]}],
        })
    );
    assert_eq!(
        alterations,
        [
            "1 dropped /colour",
            "1 dropped /components/*",
            "1 dropped /components/*/hashes/*",
            "1 dropped /components/*/hashes/*/content",
            "1 moved /components/*/licenses/*/license/id -> name",
            "1 dropped /dependencies/*",
            "1 dropped /dependencies/*/dependsOn/*",
            "1 dropped /serialNumber",
        ]
    );
}

#[test]
fn nothing_is_made_of_nothing() {
    for text in [
        "",
        "{}",
        "[1]",
        "<bom/>",
        "{\"specVersion\":\"9\"}",
        "{\"specVersion\":\"1.6\"",
    ] {
        let made = convert(
            &mut text.as_bytes(),
            Target::CycloneDx(SpecVersion::V1_6),
            &WriteOptions::default(),
            &BillLimits::default(),
        );
        assert!(made.is_err(), "{text}");
    }
}

#[test]
fn one_standard_becomes_the_other_and_what_is_lost_is_listed() {
    let text = cyclonedx::write(&rich(), &WriteOptions::default());
    let mut listed = String::new();
    for target in [Target::Spdx301, Target::Spdx23] {
        let made = convert(
            &mut text.as_bytes(),
            target,
            &WriteOptions::default(),
            &BillLimits::default(),
        )
        .unwrap();
        let again = read(&mut made.text.as_bytes(), &BillLimits::default()).unwrap();
        assert_eq!(again.problems.errors, 0, "{:?}", again.problems.listed);
        listed += &format!("## {}\n", target.version());
        listed += &said(&made.conversion.alterations).join("\n");
        for (pattern, count) in &made.conversion.unwritten {
            listed += &format!("\n{count} {pattern}");
        }
        for one in &made.conversion.lacking {
            let component: String = one.component.chars().take(40).collect();
            listed += &format!("\n{} lacking of {component:?}", one.field);
        }
        listed += "\n";
        // And back.
        let back = convert(
            &mut made.text.as_bytes(),
            Target::CycloneDx(SpecVersion::V1_5),
            &WriteOptions::default(),
            &BillLimits::default(),
        )
        .unwrap();
        let (_, problems) =
            Document::read(&mut back.text.as_bytes(), &BillLimits::default()).unwrap();
        assert_eq!(problems.errors, 0, "{:?}", problems.listed);
        assert_eq!(back.conversion.from, target.format());
    }
    insta::assert_snapshot!(listed);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(16))]
    #[test]
    fn any_bill_fits_every_version(inventory in any_inventory()) {
        let text = cyclonedx::write(&inventory, &WriteOptions {
            timestamp: Some("2026-01-02T03:04:05Z".to_owned()),
            ..WriteOptions::default()
        });
        for version in SpecVersion::ALL {
            let made = convert(&mut text.as_bytes(), Target::CycloneDx(version), &WriteOptions::default(), &BillLimits::default()).unwrap();
            let (_, problems) = Document::read(&mut made.text.as_bytes(), &BillLimits::default()).unwrap();
            proptest::prop_assert_eq!(problems.errors, 0, "{:?}", problems.listed);
        }
    }
}
