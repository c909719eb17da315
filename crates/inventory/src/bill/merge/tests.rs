use std::collections::HashSet;

use serde_json::{Value, json};
use waybill_domain::bill::Problems;

use super::*;
use crate::bill::samples::{any_inventory, rich};
use crate::{cyclonedx, spdx};

fn merged(texts: &[String], options: &WriteOptions) -> Merged {
    let mut readers: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let inputs = readers
        .iter_mut()
        .zip(["a.json", "b.json", "c.json", "d.json"])
        .map(|(reader, label)| Input {
            label: label.to_owned(),
            reader,
        })
        .collect();
    let whole = Whole {
        name: "all".to_owned(),
        version: Some("3".to_owned()),
        description: None,
    };
    merge(inputs, &whole, options, &BillLimits::default()).unwrap()
}

fn problems(merged: &Merged) -> Problems {
    let (_, problems) =
        Document::read(&mut merged.text.as_bytes(), &BillLimits::default()).unwrap();
    problems
}

fn first() -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-01-02T03:04:05Z",
            "tools": [{"vendor": "Tools Ltd", "name": "maker", "version": "1"}],
            "component": {"type": "application", "name": "desk", "bom-ref": "root"},
        },
        "components": [
            {"type": "library", "name": "torch", "version": "2.1", "purl": "pkg:pypi/torch@2.1", "bom-ref": "x",
             "licenses": [{"license": {"id": "MIT", "bom-ref": "l"}}], "description": "tensors"},
            {"type": "machine-learning-model", "name": "small", "bom-ref": "m",
             "hashes": [{"alg": "SHA-256", "content": "a".repeat(64)}],
             "modelCard": {"modelParameters": {"task": "classification", "datasets": [{"ref": "d"}]}}},
            {"type": "data", "name": "set", "bom-ref": "d"},
        ],
        "dependencies": [{"ref": "root", "dependsOn": ["x", "m", "gone"]}, {"ref": "m", "dependsOn": ["d"]}],
        "compositions": [{"aggregate": "incomplete"}],
    })
}

fn second() -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b80",
        "version": 1,
        "metadata": {
            "timestamp": "2026-02-02T03:04:05Z",
            "component": {"type": "application", "name": "back", "bom-ref": "root"},
        },
        "components": [
            {"type": "data", "name": "other", "bom-ref": "x"},
            {"type": "library", "name": "torch", "version": "2.1", "purl": "pkg:pypi/torch@2.1", "bom-ref": "t",
             "licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "BSD-3-Clause"}}],
             "description": "arrays", "copyright": "c", "tags": ["gone"]},
            {"type": "machine-learning-model", "name": "weights", "bom-ref": "gone", "purl": "pkg:huggingface/acme/small@1",
             "hashes": [{"alg": "SHA-256", "content": "A".repeat(64)}]},
        ],
        "services": [{"name": "api", "bom-ref": "s"}],
        "dependencies": [
            {"ref": "root", "dependsOn": ["t", "x", "s"]},
            {"ref": "t", "dependsOn": ["x"]},
            {"ref": "x", "dependsOn": ["urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#d"]},
        ],
        "vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "t"}]}],
        "citations": [
            {"pointers": ["/components/1/licenses/1", "/components/1/description"], "timestamp": "2026-01-02T03:04:05Z", "attributedTo": "s"},
            {"pointers": ["/components/1/description"], "timestamp": "2026-01-02T03:04:05Z", "attributedTo": "s"},
        ],
    })
}

#[test]
fn what_is_the_same_stands_once_and_every_reference_leads_where_it_led() {
    let texts = [first().to_string(), second().to_string()];
    let made = merged(&texts, &WriteOptions::default());
    assert_eq!(problems(&made).listed, []);
    insta::assert_snapshot!(made.text);
    insta::assert_snapshot!(
        "merging",
        serde_json::to_string_pretty(&made.merging).unwrap()
    );
    assert_eq!(made, merged(&texts, &WriteOptions::default()));
}

#[test]
fn one_bill_stays_what_it_is_below_a_new_root() {
    let mut bill = second();
    bill.as_object_mut().unwrap().remove("citations");
    let made = merged(&[bill.to_string()], &WriteOptions::default());
    let value: Value = serde_json::from_str(&made.text).unwrap();
    let root = &value["metadata"]["component"]["bom-ref"];
    assert_eq!(
        value["dependencies"][0],
        json!({"ref": root, "dependsOn": ["root"]})
    );
    let mut expected = vec![bill["metadata"]["component"].clone()];
    expected.extend(bill["components"].as_array().unwrap().clone());
    assert_eq!(value["components"], Value::Array(expected));
    assert_eq!(value["services"], bill["services"]);
    assert_eq!(value["vulnerabilities"], bill["vulnerabilities"]);
    assert_eq!(made.merging.conflicts, []);
}

#[test]
fn bills_of_another_standard_are_merged_too() {
    let inventory = rich();
    let options = WriteOptions::default();
    let texts = [
        cyclonedx::write(&inventory, &options),
        spdx::write_3_0_1(&inventory, &options).text,
        spdx::write_2_3(&inventory, &options).text,
    ];
    for version in [CycloneDxVersion::V1_6, CycloneDxVersion::V1_7] {
        let options = WriteOptions {
            version,
            ..WriteOptions::default()
        };
        let made = merged(&texts, &options);
        assert_eq!(problems(&made).errors, 0, "{:?}", problems(&made).listed);
        let read: Vec<&str> = made
            .merging
            .inputs
            .iter()
            .map(|input| input.format.as_str())
            .collect();
        assert_eq!(read, ["CycloneDX JSON", "SPDX JSON-LD", "SPDX JSON"]);
        let with_purl = inventory
            .components
            .iter()
            .filter(|component| component.purl.is_some())
            .count();
        let value: Value = serde_json::from_str(&made.text).unwrap();
        let purls: Vec<&str> = value["components"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|component| component["purl"].as_str())
            .collect();
        let once: HashSet<&&str> = purls.iter().collect();
        assert_eq!(once.len(), purls.len());
        assert!(purls.len() >= with_purl.min(1));
    }
}

#[test]
fn what_is_no_bill_is_refused() {
    let mut reader: &[u8] = b"{}";
    let inputs = vec![Input {
        label: "x".to_owned(),
        reader: &mut reader,
    }];
    assert!(
        merge(
            inputs,
            &Whole::default(),
            &WriteOptions::default(),
            &BillLimits::default()
        )
        .is_err()
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn no_reference_is_double_or_leads_nowhere(
        left in any_inventory(),
        right in any_inventory(),
    ) {
        let stamped = WriteOptions {
            timestamp: Some("2026-01-02T03:04:05Z".to_owned()),
            ..WriteOptions::default()
        };
        let texts = [
            cyclonedx::write(&left, &stamped),
            cyclonedx::write(&right, &stamped),
            cyclonedx::write(&left, &stamped),
        ];
        let made = merged(&texts, &WriteOptions::default());
        let found = problems(&made);
        proptest::prop_assert_eq!(found.errors, 0, "{:?}", found.listed);
        let references = [
            waybill_domain::bill::ProblemKind::DanglingReference,
            waybill_domain::bill::ProblemKind::DuplicateReference,
            waybill_domain::bill::ProblemKind::DanglingPointer,
        ];
        for kind in references {
            proptest::prop_assert!(!found.counts.contains_key(&kind), "{:?}", found.listed);
        }
        proptest::prop_assert_eq!(&made, &merged(&texts, &WriteOptions::default()));
    }
}

#[test]
fn keys_that_stand_twice_are_counted() {
    let merged = merged(
        &[
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
                {"type":"library","name":"a","name":"b","version":"1","version":"2"}]}"#
                .to_owned(),
            r#"{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","dataLicense":"CC0-1.0","name":"n",
                "documentNamespace":"urn:n","creationInfo":{"created":"2026-01-01T00:00:00Z",
                "created":"2027-01-01T00:00:00Z","creators":["Tool: t-1"]}}"#
                .to_owned(),
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#.to_owned(),
        ],
        &WriteOptions::default(),
    );
    let counted: Vec<(u64, u64)> = merged
        .merging
        .inputs
        .iter()
        .map(|input| (input.errors, input.duplicate_keys))
        .collect();
    assert_eq!(counted, [(2, 2), (1, 1), (0, 0)]);
}
