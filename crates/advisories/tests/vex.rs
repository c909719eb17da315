//! What is written is judged by the official schemas, and read again without losing a statement.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::collections::BTreeMap;

use jsonschema::{Registry, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use waybill_advisories::vex;
use waybill_domain::vex::{
    Justification, VexDocument, VexFormat, VexProduct, VexStatement, VexStatus, Weakness,
};

const FORMATS: [VexFormat; 3] = [VexFormat::OpenVex, VexFormat::CycloneDx, VexFormat::Csaf];

fn schema(format: VexFormat) -> Validator {
    let parse = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    let (own, others) = match format {
        VexFormat::OpenVex => (
            parse(include_str!("schemas/openvex-0.2.0.schema.json")),
            Vec::new(),
        ),
        VexFormat::Csaf => (
            parse(include_str!("schemas/csaf-2.0.schema.json")),
            // Scores are never written, so that their schemas have nothing to say.
            ["2.0", "3.0", "3.1"]
                .map(|version| {
                    (
                        format!("https://www.first.org/cvss/cvss-v{version}.json"),
                        json!(false),
                    )
                })
                .to_vec(),
        ),
        VexFormat::CycloneDx => (
            parse(include_str!(
                "../../inventory/schemas/cyclonedx/bom-1.6.schema.json"
            )),
            vec![
                (
                    "http://cyclonedx.org/schema/spdx.schema.json".to_owned(),
                    parse(include_str!(
                        "../../inventory/schemas/cyclonedx/spdx.schema.json"
                    )),
                ),
                (
                    "http://cyclonedx.org/schema/jsf-0.82.schema.json".to_owned(),
                    parse(include_str!(
                        "../../inventory/schemas/cyclonedx/jsf-0.82.schema.json"
                    )),
                ),
            ],
        ),
    };
    let mut registry = Registry::new();
    for (uri, schema) in others {
        registry = registry.add(uri, schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&own)
        .unwrap()
}

fn faults(validator: &Validator, text: &str) -> Vec<String> {
    let value = serde_json::from_str(text).unwrap();
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9 .,é-]{0,20}[a-z]"
}

fn time() -> impl Strategy<Value = String> {
    (2020..2027_i32, 1..13_u32, 1..29_u32, 0..24_u32)
        .prop_map(|(year, month, day, hour)| format!("{year}-{month:02}-{day:02}T{hour:02}:00:00Z"))
}

fn single() -> impl Strategy<Value = VexProduct> {
    (
        0..40_u32,
        prop::option::of(0..9_u32),
        prop::option::of(text()),
        prop::option::of("[0-9a-f]{64}"),
        any::<bool>(),
    )
        .prop_map(|(name, version, shown, digest, plain)| {
            let purl = match version {
                Some(version) => format!("pkg:pypi/name-{name}@1.{version}"),
                None => format!("pkg:npm/%40scope/name-{name}"),
            };
            VexProduct {
                id: if plain {
                    purl.clone()
                } else {
                    format!("https://products.example/{name}")
                },
                purl: (!plain).then_some(purl),
                name: shown,
                hashes: digest
                    .map(|digest| BTreeMap::from([("sha-256".to_owned(), digest)]))
                    .unwrap_or_default(),
                ..VexProduct::default()
            }
        })
}

fn product() -> impl Strategy<Value = VexProduct> {
    (single(), prop::collection::vec(single(), 0..3))
        .prop_map(|(whole, parts)| VexProduct { parts, ..whole })
}

fn weakness() -> impl Strategy<Value = Weakness> {
    (
        prop_oneof![
            (2000..2027_u32, 1000..99_999_u32)
                .prop_map(|(year, number)| format!("CVE-{year}-{number}")),
            "GHSA-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}",
            "[0-9a-f]{12}".prop_map(|version| format!("waybill:pickle-shell-command@{version}")),
        ],
        prop::option::of(text()),
        prop::collection::vec("PYSEC-20[0-9]{2}-[1-9][0-9]{0,3}", 0..2),
    )
        .prop_map(|(name, description, aliases)| Weakness {
            name,
            description,
            aliases,
            ..Weakness::default()
        })
}

prop_compose! {
    fn statement()(
        weakness in weakness(),
        products in prop::collection::vec(product(), 1..4),
        status in prop::sample::select(VexStatus::ALL.to_vec()),
        justification in prop::option::of(prop::sample::select(Justification::ALL.to_vec())),
        impact in text(),
        notes in prop::option::of(text()),
        action in prop::option::of(text()),
        issued in prop::option::of(time()),
    ) -> VexStatement {
        let not_affected = status == VexStatus::NotAffected;
        VexStatement {
            justification: justification.filter(|_| not_affected),
            impact: (not_affected).then_some(impact),
            action: action.or_else(|| (status == VexStatus::Affected).then(|| "wait".to_owned())),
            notes,
            issued,
            ..VexStatement::new(weakness, products, status)
        }
    }
}

prop_compose! {
    fn document()(
        statements in prop::collection::vec(statement(), 1..6),
        author in text(),
        issued in time(),
    ) -> VexDocument {
        VexDocument {
            format: VexFormat::OpenVex,
            id: "https://statements.example/1".to_owned(),
            author,
            role: None,
            namespace: Some("https://statements.example".to_owned()),
            title: None,
            issued: Some(issued),
            updated: None,
            version: "1".to_owned(),
            tooling: Some("waybill".to_owned()),
            statements,
        }
    }
}

/// What a statement says, without the names that the standards give to products.
fn essence(document: &VexDocument) -> Vec<String> {
    let mut all: Vec<String> = document
        .statements
        .iter()
        .flat_map(|statement| {
            statement.products.iter().flat_map(move |product| {
                let of = |part: Option<&VexProduct>| {
                    let mut names: Vec<&str> = statement.weakness.names().collect();
                    names.sort_unstable();
                    names.dedup();
                    format!(
                        "{names:?} {} {:?} {:?} {:?} {:?} in {:?}",
                        statement.status,
                        statement.justification.map(Justification::in_open_vex),
                        statement.impact,
                        statement.action,
                        part.map(|part| (part.package_url(), &part.hashes)),
                        (product.package_url(), &product.hashes),
                    )
                };
                if product.parts.is_empty() {
                    vec![of(None)]
                } else {
                    product.parts.iter().map(|part| of(Some(part))).collect()
                }
            })
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_written_is_valid_and_says_the_same_when_read(document in document()) {
        for format in FORMATS {
            let mut document = document.clone();
            if format == VexFormat::Csaf {
                // There a product stands under one status of a weakness, and a weakness once.
                let mut number = 0;
                for statement in &mut document.statements {
                    number += 1;
                    statement.weakness.name = format!("CVE-2020-{}", 1000 + number);
                    statement.weakness.aliases.clear();
                    let mut seen = Vec::new();
                    statement.products.retain(|product| {
                        let new = !seen.contains(product);
                        seen.push(product.clone());
                        new
                    });
                }
            }
            let (text, losses) = vex::write(&document, format).unwrap();
            let found = faults(&schema(format), &text);
            prop_assert!(found.is_empty(), "{found:?}\n{text}");
            let again = vex::read(&text).unwrap();
            prop_assert_eq!(again.format, format);
            let (mut said, mut read) = (essence(&document), essence(&again));
            if format == VexFormat::Csaf {
                // What to do about the affected is all that remediations can say.
                let plain = |all: &mut Vec<String>| all.sort();
                plain(&mut said);
                plain(&mut read);
            }
            prop_assert_eq!(said, read, "{:?}\n{}", losses, text);
            // Once in a standard, nothing is lost any more.
            let (second, _) = vex::write(&again, format).unwrap();
            prop_assert_eq!(&vex::read(&second).unwrap(), &again);
            prop_assert_eq!(second, vex::write(&vex::read(&text).unwrap(), format).unwrap().0);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        document in document(),
        format in prop::sample::select(FORMATS.to_vec()),
        cut in any::<prop::sample::Index>(),
        key in any::<prop::sample::Index>(),
        odd in prop::sample::select(vec![json!(null), json!(-1), json!([[]]), json!({"id": {}}), json!("é")]),
    ) {
        let (text, _) = vex::write(&document, format).unwrap();
        let end = text.floor_char_boundary(cut.index(text.len()));
        prop_assert!(vex::read(&text[..end]).is_err());
        let mut value: Value = serde_json::from_str(&text).unwrap();
        let mut pointers = Vec::new();
        places(&value, String::new(), &mut pointers);
        let pointer = &pointers[key.index(pointers.len())];
        *value.pointer_mut(pointer).unwrap() = odd;
        // Either it is still a document, or the error names a place.
        let _: Result<VexDocument, vex::VexError> = vex::read(&value.to_string());
    }
}

fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(member, format!("{at}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}
