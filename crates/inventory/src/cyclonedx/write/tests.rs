use std::{collections::BTreeSet, sync::OnceLock};

use jsonschema::{Registry, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use waybill_domain::inventory::Component;

use super::write;
use crate::bill::{
    Author, BillLimits, CycloneDxVersion, WriteOptions, fit,
    samples::{any_inventory, arbitrary, empty, rich},
};

fn validator(version: CycloneDxVersion) -> &'static Validator {
    static OLD: OnceLock<Validator> = OnceLock::new();
    static NEW: OnceLock<Validator> = OnceLock::new();
    let (slot, text) = match version {
        CycloneDxVersion::V1_6 => (
            &OLD,
            include_str!("../../../schemas/cyclonedx/bom-1.6.schema.json"),
        ),
        CycloneDxVersion::V1_7 => (
            &NEW,
            include_str!("../../../schemas/cyclonedx/bom-1.7.schema.json"),
        ),
    };
    slot.get_or_init(|| {
        let parts = [
            (
                "spdx",
                include_str!("../../../schemas/cyclonedx/spdx.schema.json"),
            ),
            (
                "jsf-0.82",
                include_str!("../../../schemas/cyclonedx/jsf-0.82.schema.json"),
            ),
            (
                "cryptography-defs",
                include_str!("../../../schemas/cyclonedx/cryptography-defs.schema.json"),
            ),
        ];
        let parts: Vec<(String, Value)> = parts
            .into_iter()
            .map(|(name, text)| {
                let url = format!("http://cyclonedx.org/schema/{name}.schema.json");
                (url, serde_json::from_str(text).unwrap())
            })
            .collect();
        let mut registry = Registry::new();
        for (url, part) in &parts {
            registry = registry.add(url, part).unwrap();
        }
        let registry = registry.prepare().unwrap();
        jsonschema::options()
            .with_registry(&registry)
            .should_validate_formats(true)
            .build(&serde_json::from_str(text).unwrap())
            .unwrap()
    })
}

/// Every `bom-ref` of a document, in order.
fn defined(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(
                map.get("bom-ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            map.values().for_each(|value| defined(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| defined(value, found)),
        _ => {}
    }
}

/// Every reference of a document to one of its parts.
fn used(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("ref" | "attributedTo", Value::String(text)) => {
                        found.insert(text.clone());
                    }
                    ("dependsOn" | "subjects" | "assemblies", Value::Array(list)) => {
                        found.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("tools", Value::Array(list)) => {
                        found.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => used(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| used(value, found)),
        _ => {}
    }
}

fn purls(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("purl").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| purls(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| purls(value, found)),
        _ => {}
    }
}

/// What the schema and the rules beyond it have against a document.
fn faults(text: &str, version: CycloneDxVersion) -> Vec<String> {
    let document: Value = serde_json::from_str(text).unwrap();
    let mut faults: Vec<String> = validator(version)
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    let mut names = Vec::new();
    defined(&document, &mut names);
    let unique: BTreeSet<String> = names.iter().cloned().collect();
    if unique.len() != names.len() {
        faults.push("a bom-ref stands twice".to_owned());
    }
    let mut references = BTreeSet::new();
    used(&document, &mut references);
    faults.extend(
        references
            .difference(&unique)
            .map(|name| format!("`{name}` dangles")),
    );
    let mut found = Vec::new();
    purls(&document, &mut found);
    faults.extend(
        found
            .into_iter()
            .filter(|purl| fit::purl(purl).as_ref() != Some(purl)),
    );
    let listed = |key: &str| document[key].as_array().map_or(0, Vec::len);
    if listed("dependencies") != listed("components") + listed("services") + 1 {
        faults.push("the graph does not list every part once".to_owned());
    }
    let citations = document["citations"].as_array().into_iter().flatten();
    for pointer in citations.flat_map(|one| one["pointers"].as_array().unwrap()) {
        if document.pointer(pointer.as_str().unwrap()).is_none() {
            faults.push(format!("{pointer} leads nowhere"));
        }
    }
    faults
}

fn every_way() -> Vec<WriteOptions> {
    let mut ways = Vec::new();
    for version in [CycloneDxVersion::V1_6, CycloneDxVersion::V1_7] {
        for timestamp in [None, Some("2026-11-22T10:00:00Z".to_owned())] {
            for organisation in [true, false] {
                ways.push(WriteOptions {
                    version,
                    timestamp: timestamp.clone(),
                    author: Some(Author {
                        name: "Acme \"GmbH\"".to_owned(),
                        email: Some("bills@acme.example".to_owned()),
                        organisation,
                    }),
                    ..WriteOptions::default()
                });
            }
        }
    }
    ways
}

#[test]
fn everything_is_written_and_valid() {
    for options in every_way() {
        let text = write(&rich(), &options);
        assert_eq!(
            faults(&text, options.version),
            Vec::<String>::new(),
            "{options:?}"
        );
        assert_eq!(text, write(&rich(), &options));
        for secret in ["secret@", "/home/", "C:", "\"/etc"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

#[test]
fn nothing_is_a_valid_document_too() {
    for options in every_way() {
        let text = write(&empty(), &options);
        assert_eq!(faults(&text, options.version), Vec::<String>::new());
    }
}

#[test]
fn a_model_is_described_in_full() {
    let text = write(
        &rich(),
        &WriteOptions {
            timestamp: Some("2026-11-22T10:00:00Z".to_owned()),
            ..WriteOptions::default()
        },
    );
    let document: Value = serde_json::from_str(&text).unwrap();
    let of = |name: &str| {
        let all = document["components"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()
    };
    let model = of("gemma-2b");
    assert_eq!(
        model["modelCard"]["modelParameters"],
        json!({
            "approach": {"type": "self-supervised"},
            "task": "text-generation",
            "architectureFamily": "gemma",
            "modelArchitecture": "GemmaForCausalLM",
            "datasets": [{"ref": "pkg:huggingface/datasets/acme/orders"}],
            "inputs": [{"format": "text"}],
            "outputs": [{"format": "text"}],
        })
    );
    assert_eq!(
        model["hashes"],
        json!([
            {"alg": "SHA-256", "content": "ab".repeat(32)},
            {"alg": "BLAKE3", "content": "cd".repeat(32)},
        ])
    );
    assert_eq!(
        model["externalReferences"],
        json!([
            {"type": "model-card", "url": "https://huggingface.co/google/gemma-2b"},
            {"type": "distribution", "url": "https://example.org/a%20b%7Bc%7D.bin"},
            {"type": "rfc-9116", "url": "mailto:security@acme.example"},
        ])
    );
    let adapter = of("sample adapter");
    assert_eq!(
        adapter["pedigree"]["notes"],
        "adapter-of google/gemma-2b (claimed)"
    );
    assert_eq!(adapter["pedigree"]["ancestors"][0]["purl"], model["purl"]);
    assert_eq!(of("sample hosted-model")["isExternal"], true);
    assert_eq!(of("numpy")["versionRange"], "vers:pypi/>=1.20|<2");
    assert_eq!(of("numpy")["isExternal"], true);
    assert_eq!(
        document["services"][0]["endpoints"],
        json!(["https://api.example.org/v1"])
    );
    assert_eq!(document["compositions"][0]["aggregate"], "incomplete");
    assert_eq!(
        document["metadata"]["component"]["purl"],
        "pkg:github/acme/assistant@0123456789abcdef0123456789abcdef01234567"
    );
    assert_eq!(
        document["formulation"][0]["workflows"][0]["inputs"],
        json!([
            {"resource": {"ref": "pkg:huggingface/datasets/acme/orders"}},
            {"parameters": [{"name": "learning_rate", "value": "2e-4"}]},
        ])
    );
    let notes: Vec<&str> = document["citations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["note"].as_str())
        .collect();
    assert!(
        notes.contains(&"claimed by models/gemma/README.md"),
        "{notes:?}"
    );
}

#[test]
fn what_is_written_is_read_back() {
    // Who says what is kept by source, not by value; digests and suppliers lose how they are known.
    let facts = |component: &Component| {
        let mut component = component.clone();
        component.statements.clear();
        component.hashes.clear();
        component.references.clear();
        component.supplier = None;
        component.authors.retain(|name| !name.is_empty());
        if let Some(service) = component.service.as_mut() {
            service.endpoints.retain(|url| !url.contains("secret"));
            service.endpoints.retain(|url| !url.starts_with("https"));
        }
        component
    };
    let hostile = |component: &&Component| !component.name.starts_with("..");
    for options in every_way() {
        let text = write(&rich(), &options);
        let limits = BillLimits::default();
        let read = crate::bill::read(&mut text.as_bytes(), &limits).unwrap();
        let written = rich().components;
        let expected: Vec<_> = written.iter().filter(hostile).map(facts).collect();
        let components = read.inventory.components.iter();
        let found: Vec<_> = components.filter(hostile).map(facts).collect();
        assert_eq!(found, expected);
    }
}

/// `WAYBILL_BILLS=FOLDER cargo test -p waybill-inventory write_for_others ` writes
/// bills for other programs to judge (`cargo dev interop` does).
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "`cargo dev interop` names a folder in which other programs look"
)]
fn write_for_others() {
    let scratch = tempfile::tempdir().unwrap();
    let named = std::env::var_os("WAYBILL_BILLS").map(std::path::PathBuf::from);
    let folder = named.unwrap_or_else(|| scratch.path().to_path_buf());
    for (at, options) in every_way().into_iter().enumerate() {
        let name = format!("{}-{at}.cdx.json", options.version.as_str());
        std::fs::write(folder.join(name), write(&rich(), &options)).unwrap();
    }
    for (at, inventory) in arbitrary(40).iter().enumerate() {
        let options = every_way().swap_remove(at % 8);
        let path = folder.join(format!("arbitrary-{at}.cdx.json"));
        std::fs::write(path, write(inventory, &options)).unwrap();
    }
    let written = std::fs::read_dir(&folder).unwrap().flatten();
    let bills = written.filter(|entry| entry.path().to_string_lossy().ends_with(".cdx.json"));
    assert!(bills.count() >= 48);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    })]
    #[test]
    fn any_inventory_gives_a_valid_bill(inventory in any_inventory(), way in 0..8_usize) {
        let options = every_way().swap_remove(way);
        let text = write(&inventory, &options);
        prop_assert_eq!(faults(&text, options.version), Vec::<String>::new());
    }
}
