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

fn read_xml(text: &[u8]) -> Result<(Document, Problems), BillError> {
    Document::read_xml(&mut &text[..], &BillLimits::default())
}

/// Every place where two values differ.
fn differences(place: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                let place = format!("{place}/{key}");
                match right.get(key) {
                    Some(other) => differences(&place, value, other, found),
                    None if value == &Value::Array(Vec::new()) => {}
                    None => found.push(format!("{place}: only in XML: {}", short(value))),
                }
            }
            for (key, value) in right {
                // XML cannot tell an empty list from none.
                if !left.contains_key(key) && value != &Value::Array(Vec::new()) {
                    found.push(format!("{place}/{key}: only in JSON: {}", short(value)));
                }
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                differences(&format!("{place}/{index}"), left, right, found);
            }
        }
        _ if left == right => {}
        // Evidence of identity is one object or a list of them.
        (Value::Array(one), Value::Object(_)) if one.len() == 1 => {
            differences(place, &one[0], right, found);
        }
        _ => found.push(format!("{place}: {} | {}", short(left), short(right))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(160).collect()
}

#[test]
fn every_valid_xml_file_says_the_same_as_its_twin() {
    let mut counts = Vec::new();
    let mut said = String::new();
    let mut twins = 0;
    let mut refused: Vec<String> = Vec::new();
    let mut alone = Vec::new();
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let files = files(version, "valid-", ".xml");
        counts.push(files.len());
        for (name, text) in files {
            let (document, problems) =
                read_xml(&text).unwrap_or_else(|error| panic!("{version}/{name}: {error}"));
            for problem in problems.listed {
                if problem.gravity == Gravity::Error {
                    refused.push(format!(
                        "{version}/{name}: {} {}",
                        problem.pointer, problem.message
                    ));
                }
            }
            let twin = folder(version).join(name.replace(".xml", ".json"));
            let Ok(twin) = fs::read(twin) else {
                alone.push(format!("{version}/{name}"));
                continue;
            };
            twins += 1;
            let mut twin: Value = serde_json::from_slice(&twin).unwrap();
            twin.as_object_mut().unwrap().remove("$schema");
            let mut found = Vec::new();
            differences("", &document.into_value(), &twin, &mut found);
            for difference in found {
                said += &format!("{version}/{name}: {difference}\n");
            }
        }
    }
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(counts, [24, 29, 31, 38, 47, 63]);
    assert_eq!(twins, 214);
    // Three kinds in each version: other namespaces, attributes of any name, XML signatures.
    assert_eq!(alone.len(), 18);
    // What is left are differences that stand in the files: other dates, names and typing errors,
    // signatures of either kind.
    insta::assert_snapshot!(said);
}

#[test]
fn every_invalid_xml_file_is_refused() {
    let mut said = String::new();
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        for (name, text) in files(version, "invalid-", ".xml").into_iter().chain(files(
            version,
            "informal-invalid-",
            ".xml",
        )) {
            match read_xml(&text) {
                Ok((_, problems)) => match problems
                    .listed
                    .iter()
                    .find(|problem| problem.gravity == Gravity::Error)
                {
                    Some(problem) => {
                        said += &format!(
                            "{version}/{name}: {} {}\n",
                            problem.pointer, problem.message
                        );
                    }
                    None => said += &format!("{version}/{name}: ACCEPTED\n"),
                },
                Err(error) => said += &format!("{version}/{name}: {error}\n"),
            }
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn every_valid_file_becomes_an_inventory() {
    let mut read = 0;
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        for ending in [".json", ".xml"] {
            for (name, text) in files(version, "valid-", ending) {
                let bill = waybill_inventory::bill::read(&mut &text[..], &BillLimits::default())
                    .unwrap_or_else(|error| panic!("{version}/{name}: {error}"));
                assert!(bill.problems.acceptable(), "{version}/{name}");
                assert_eq!(bill.document.version, version);
                let ids: std::collections::BTreeSet<_> = bill
                    .inventory
                    .components
                    .iter()
                    .map(|component| &component.id)
                    .collect();
                assert_eq!(
                    ids.len(),
                    bill.inventory.components.len(),
                    "{version}/{name}"
                );
                read += 1;
            }
        }
    }
    assert_eq!(read, 450);
}
