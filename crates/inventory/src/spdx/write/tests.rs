use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use waybill_domain::inventory::{ComponentId, Role};

use super::{Gap, gaps, write_2_3, write_3_0_1};
use crate::bill::{
    Author, WriteOptions, fit,
    samples::{any_inventory, arbitrary, empty, rich},
};

fn newer() -> &'static Validator {
    static BUILT: OnceLock<Validator> = OnceLock::new();
    BUILT.get_or_init(|| {
        let text = include_str!("../../../schemas/spdx/spdx-3.0.1.schema.json");
        jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
    })
}

fn older() -> &'static Validator {
    static BUILT: OnceLock<Validator> = OnceLock::new();
    BUILT.get_or_init(|| {
        let text = include_str!("../../../schemas/spdx/spdx-2.3.schema.json");
        jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
    })
}

/// Identifiers that the elements of a graph refer to.
fn used(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let refers = matches!(
                    key.as_str(),
                    "from"
                        | "to"
                        | "element"
                        | "rootElement"
                        | "suppliedBy"
                        | "originatedBy"
                        | "createdBy"
                        | "createdUsing"
                        | "subject"
                );
                match value {
                    Value::String(text) if refers => {
                        found.insert(text.clone());
                    }
                    Value::Array(list) if refers => {
                        found.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    value => used(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| used(value, found)),
        _ => {}
    }
}

fn faults_3(text: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(text).unwrap();
    let mut faults: Vec<String> = newer()
        .iter_errors(&document)
        .map(|error| {
            let place = error.instance_path().to_string();
            let what = document.pointer(&place).cloned().unwrap_or_default();
            format!("{place}: {:.600}", what.to_string())
        })
        .collect();
    let graph = document["@graph"].as_array().unwrap();
    let names: Vec<&str> = graph
        .iter()
        .filter_map(|one| one["spdxId"].as_str())
        .collect();
    let unique: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    if unique.len() != names.len() {
        faults.push("an identifier stands twice".to_owned());
    }
    let mut references = BTreeSet::new();
    used(&document, &mut references);
    faults.extend(
        references
            .difference(&unique)
            .map(|name| format!("`{name}` dangles")),
    );
    faults.extend(
        names
            .iter()
            .filter(|name| fit::link(name).as_deref() != Some(**name))
            .map(|name| format!("`{name}` is no IRI")),
    );
    faults
}

fn faults_2(text: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(text).unwrap();
    let mut faults: Vec<String> = older()
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    let packages = document["packages"].as_array().unwrap();
    let names: Vec<&str> = packages
        .iter()
        .filter_map(|one| one["SPDXID"].as_str())
        .collect();
    let unique: BTreeSet<&str> = names.iter().copied().chain(["SPDXRef-DOCUMENT"]).collect();
    if unique.len() != names.len() + 1 {
        faults.push("an identifier stands twice".to_owned());
    }
    for relation in document["relationships"].as_array().unwrap() {
        for end in ["spdxElementId", "relatedSpdxElement"] {
            if !unique.contains(relation[end].as_str().unwrap()) {
                faults.push(format!("{relation} dangles"));
            }
        }
    }
    let well = |name: &str| {
        name.starts_with("SPDXRef-")
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || ".-".contains(sign))
    };
    faults.extend(
        names
            .iter()
            .filter(|name| !well(name))
            .map(|name| format!("{name} is no id")),
    );
    for package in packages {
        for field in ["licenseConcluded", "licenseDeclared"] {
            let text = package[field].as_str().unwrap();
            if text != "NOASSERTION" && spdx::Expression::parse(text).is_err() {
                faults.push(format!("{text} is no expression"));
            }
        }
    }
    faults
}

fn ways() -> Vec<WriteOptions> {
    [
        WriteOptions::default(),
        WriteOptions {
            timestamp: Some("2026-11-22T10:00:00.5+02:00".to_owned()),
            author: Some(Author {
                name: "Acme".to_owned(),
                email: Some("bills@acme.example".to_owned()),
                organisation: true,
            }),
            namespace: Some("https://acme.example/bills/".to_owned()),
            ..WriteOptions::default()
        },
    ]
    .into()
}

#[test]
fn everything_is_written_and_valid() {
    for options in ways() {
        for inventory in [empty(), rich()] {
            let newer = write_3_0_1(&inventory, &options);
            assert_eq!(faults_3(&newer.text), Vec::<String>::new());
            assert_eq!(newer, write_3_0_1(&inventory, &options));
            let older = write_2_3(&inventory, &options);
            assert_eq!(faults_2(&older.text), Vec::<String>::new());
            for secret in ["secret@", "/home/", "C:", "\"/etc"] {
                assert!(!newer.text.contains(secret), "{secret}");
                assert!(!older.text.contains(secret), "{secret}");
            }
        }
    }
}

#[test]
fn a_profile_is_claimed_only_if_nothing_is_missing() {
    let options = ways().remove(1);
    let profiles = |text: &str| -> Value {
        let document: Value = serde_json::from_str(text).unwrap();
        let graph = document["@graph"].as_array().unwrap();
        graph.last().unwrap()["profileConformance"].clone()
    };
    let mut inventory = rich();
    assert_eq!(
        profiles(&write_3_0_1(&inventory, &options).text),
        json!(["core", "software", "simpleLicensing"])
    );
    let model = |component: &waybill_domain::inventory::Component| component.name == "gemma-2b";
    inventory
        .components
        .retain(|component| model(component) || component.name == "orders");
    inventory.relations.clear();
    let written = write_3_0_1(&inventory, &options);
    assert_eq!(
        profiles(&written.text),
        json!(["core", "software", "simpleLicensing", "ai"])
    );
    let orders = ComponentId("pkg:huggingface/datasets/acme/orders".to_owned());
    let missing = ["builtTime", "originatedBy"].map(|field| Gap {
        component: orders.clone(),
        field,
    });
    assert_eq!(written.gaps, missing);
    assert_eq!(gaps(&inventory), missing);
    let undated = write_3_0_1(&inventory, &WriteOptions::default());
    assert_eq!(undated.gaps[0].field, "created");
}

#[test]
fn a_model_is_described_in_full() {
    let text = write_3_0_1(&rich(), &ways()[1]).text;
    let document: Value = serde_json::from_str(&text).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let model = graph
        .iter()
        .find(|one| one["name"] == "google/gemma-2b")
        .unwrap();
    assert_eq!(model["type"], "ai_AIPackage");
    assert_eq!(model["releaseTime"], "2024-02-21T00:00:00Z");
    assert_eq!(
        model["ai_metric"],
        json!([{"type": "DictionaryEntry", "key": "accuracy (mmlu, test)", "value": "0.81"}])
    );
    assert_eq!(
        model["ai_typeOfModel"],
        json!(["GemmaForCausalLM", "gemma"])
    );
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for relation in graph.iter().filter(|one| one["from"] == model["spdxId"]) {
        *kinds
            .entry(relation["relationshipType"].as_str().unwrap())
            .or_default() += 1;
    }
    assert_eq!(
        kinds,
        BTreeMap::from([
            ("hasConcludedLicense", 1),
            ("hasDeclaredLicense", 4),
            ("testedOn", 1),
            ("trainedOn", 1),
        ])
    );
    let roles = Role::ALL.len();
    let particulars = graph
        .iter()
        .filter(|one| one["contentType"] == "application/json");
    assert_eq!(particulars.count(), roles + 7);
}

/// As the one of CycloneDX: writes bills for other programs to judge.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "`cargo dev interop` names a folder in which other programs look"
)]
fn write_for_others() {
    let scratch = tempfile::tempdir().unwrap();
    let named = std::env::var_os("WAYBILL_BILLS").map(std::path::PathBuf::from);
    let folder = named.unwrap_or_else(|| scratch.path().to_path_buf());
    for (at, options) in ways().into_iter().enumerate() {
        let samples = [("rich".to_owned(), rich()), ("empty".to_owned(), empty())];
        let others = arbitrary(1).into_iter().enumerate();
        let others = others.map(|(number, found)| (format!("arbitrary-{number}"), found));
        for (name, inventory) in samples.into_iter().chain(others) {
            let newer = write_3_0_1(&inventory, &options).text;
            std::fs::write(folder.join(format!("{name}-{at}.spdx3.json")), newer).unwrap();
            let older = write_2_3(&inventory, &options).text;
            std::fs::write(folder.join(format!("{name}-{at}.spdx.json")), older).unwrap();
        }
    }
    let written = std::fs::read_dir(&folder).unwrap().flatten();
    let bills = written.filter(|entry| entry.path().to_string_lossy().ends_with(".spdx3.json"));
    assert!(bills.count() >= 6);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(32)
    })]
    #[test]
    fn any_inventory_gives_valid_bills(inventory in any_inventory(), way in 0..2_usize) {
        let options = ways().swap_remove(way);
        prop_assert_eq!(faults_2(&write_2_3(&inventory, &options).text), Vec::<String>::new());
        prop_assert_eq!(faults_3(&write_3_0_1(&inventory, &options).text), Vec::<String>::new());
    }
}
