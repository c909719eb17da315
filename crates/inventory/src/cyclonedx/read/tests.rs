use serde_json::Value;
use waybill_domain::bill::{BillFormat, Unmapped};

use crate::bill::{
    BillLimits, CycloneDxVersion, ReadBill, WriteOptions, read,
    samples::{empty, rich},
};
use crate::cyclonedx::write;

fn read_text(text: &str) -> ReadBill {
    read(&mut text.as_bytes(), &BillLimits::default()).unwrap()
}

fn differences(place: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            for key in left
                .keys()
                .chain(right.keys().filter(|key| !left.contains_key(*key)))
            {
                let null = Value::Null;
                let place = format!("{place}/{key}");
                let (left, right) = (left.get(key), right.get(key));
                differences(&place, left.unwrap_or(&null), right.unwrap_or(&null), found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                differences(&format!("{place}/{index}"), left, right, found);
            }
        }
        _ if left == right => {}
        _ => {
            let short = |value: &Value| value.to_string().chars().take(200).collect::<String>();
            found.push(format!("{place}: {} | {}", short(left), short(right)));
        }
    }
}

#[test]
fn our_own_bills_come_back() {
    let inventory = rich();
    let options = WriteOptions {
        version: CycloneDxVersion::V1_6,
        ..WriteOptions::default()
    };
    let bill = read_text(&write(&inventory, &options));
    assert_eq!(bill.problems.listed, []);
    assert_eq!(bill.document.format, BillFormat::CyclonedxJson);
    let mut found = Vec::new();
    let left = serde_json::to_value(&inventory).unwrap();
    let right = serde_json::to_value(&bill.inventory).unwrap();
    // The sample does not count itself, and suppliers of the sample have ids of their own.
    differences("", &left, &right, &mut found);
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn citations_say_who_stated_what() {
    let inventory = rich();
    let options = WriteOptions {
        version: CycloneDxVersion::V1_7,
        timestamp: Some("2026-01-02T03:04:05Z".to_owned()),
        ..WriteOptions::default()
    };
    let bill = read_text(&write(&inventory, &options));
    assert_eq!(bill.problems.listed, []);
    let said = |inventory: &waybill_domain::inventory::Inventory| {
        let mut said: Vec<_> = inventory
            .components
            .iter()
            .flat_map(|component| {
                component.statements.iter().map(|statement| {
                    let by = statement.by.clone();
                    (
                        component.id.clone(),
                        statement.field,
                        statement.standing,
                        by,
                    )
                })
            })
            .collect();
        said.sort();
        said.dedup();
        said
    };
    assert_eq!(said(&bill.inventory), said(&inventory));
}

#[test]
fn nothing_comes_back_as_nothing() {
    let bill = read_text(&write(&empty(), &WriteOptions::default()));
    assert_eq!(bill.inventory, empty());
}

#[test]
fn what_has_no_place_is_listed() {
    let bill = read_text(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[
            {"type":"library","name":"a","swid":{"tagId":"x","name":"y"},"pedigree":{"commits":[{"uid":"1"},{"uid":"2"}]}},
            {"type":"library","name":"b","swid":{"tagId":"z","name":"y"}}],
            "vulnerabilities":[{"id":"CVE-1"}]}"#,
    );
    let expected: Unmapped = [
        ("/components/*/pedigree/commits/*/uid", 2),
        ("/components/*/swid/name", 2),
        ("/components/*/swid/tagId", 2),
        ("/vulnerabilities/*/id", 1),
    ]
    .into_iter()
    .map(|(pattern, count)| (pattern.to_owned(), count))
    .collect();
    assert_eq!(bill.unmapped, expected);
}
