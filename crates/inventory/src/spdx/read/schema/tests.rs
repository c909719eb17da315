use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use waybill_domain::bill::ProblemKind;

use super::{Schema, Standard};
use crate::bill::{
    BillLimits, ReadBill, WriteOptions, read,
    samples::{any_inventory, rich},
};
use crate::spdx::{write_2_3, write_3_0_1};

fn judged(document: &Value) -> ReadBill {
    read(&mut document.to_string().as_bytes(), &BillLimits::default()).unwrap()
}

/// What the schema finds wrong.
fn faults(document: &Value) -> Vec<String> {
    let bill = judged(document);
    let listed = bill.problems.listed.iter();
    listed
        .filter(|problem| problem.kind == ProblemKind::Schema)
        .map(|problem| format!("{} {}", problem.pointer, problem.message))
        .collect()
}

fn older() -> Value {
    json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "desk",
        "dataLicense": "CC0-1.0", "documentNamespace": "https://example.org/desk",
        "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: desk-1.0"]},
        "packages": [
            {"SPDXID": "SPDXRef-a", "name": "a", "downloadLocation": "NONE"},
            {"SPDXID": "SPDXRef-b", "name": "b", "downloadLocation": "NONE",
             "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                               "referenceLocator": "pkg:pypi/b@1"}]},
        ],
        "relationships": [
            {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON",
             "relatedSpdxElement": "SPDXRef-b"},
        ],
    })
}

fn graph() -> Value {
    json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1",
             "created": "2026-01-01T00:00:00Z", "createdBy": ["urn:o:1"]},
            {"type": "Organization", "spdxId": "urn:o:1", "creationInfo": "_:c", "name": "Example"},
            {"type": "software_Package", "spdxId": "urn:p:1", "creationInfo": "_:c", "name": "a",
             "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "0".repeat(64)}]},
            {"type": "Relationship", "spdxId": "urn:r:1", "creationInfo": "_:c",
             "from": "urn:o:1", "relationshipType": "contains", "to": ["urn:p:1"]},
        ],
    })
}

/// A document with one value in another's place; `Null` stands for none.
fn with(document: Value, pointer: &str, value: Value) -> Value {
    let mut document = document;
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => {
            members.remove(key);
        }
        Value::Object(members) => {
            members.insert(key.to_owned(), value);
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => unreachable!("only objects and lists hold values"),
    }
    document
}

#[test]
fn documents_of_2_3_are_held_against_its_schema() {
    assert_eq!(faults(&older()), Vec::<String>::new());
    let mut said = String::new();
    for (pointer, value) in [
        ("/name", Value::Null),
        ("/documentNamespace", Value::Null),
        ("/creationInfo", Value::Null),
        ("/creationInfo", json!([])),
        ("/creationInfo/creators", json!([])),
        ("/creationInfo/created", json!(2026)),
        ("/invented", json!(true)),
        ("/invented", json!([1, 2])),
        ("/packages", json!({"SPDXID": "SPDXRef-a"})),
        ("/packages/0", json!("SPDXRef-a")),
        ("/packages/0/name", Value::Null),
        ("/packages/0/filesAnalyzed", json!("false")),
        ("/packages/1/invented~", json!(1)),
        (
            "/packages/1/externalRefs/0/referenceCategory",
            json!("PACKAGE_MANAGER"),
        ),
        ("/packages/1/primaryPackagePurpose", json!("MODEL")),
        ("/relationships/0/relationshipType", json!("NEEDS")),
        ("/relationships/0/relatedSpdxElement", Value::Null),
        ("/annotations", json!([{"annotator": "Tool: a"}])),
        ("/snippets", json!([{"name": "s", "ranges": []}])),
        (
            "/externalDocumentRefs",
            json!([{"spdxDocument": "urn:a:b"}]),
        ),
    ] {
        said.push_str(&format!("{pointer} {value}\n"));
        let found = faults(&with(older(), pointer, value));
        assert_ne!(found, Vec::<String>::new(), "{pointer}");
        for fault in found {
            said.push_str(&format!("    {fault}\n"));
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn documents_of_3_0_1_are_held_against_its_schema() {
    assert_eq!(faults(&graph()), Vec::<String>::new());
    let mut said = String::new();
    for (pointer, value) in [
        ("/@context", Value::Null),
        ("/@context", json!("https://example.org/context.jsonld")),
        (
            "/@context",
            json!(["https://spdx.org/rdf/3.0.1/spdx-context.jsonld"]),
        ),
        ("/invented", json!(true)),
        ("/packages", json!([{"name": 1}])),
        ("/@graph/1", json!(7)),
        ("/@graph/1/type", Value::Null),
        ("/@graph/1/type", json!("Company")),
        ("/@graph/1/type", json!(["Organization"])),
        ("/@graph/1/creationInfo", Value::Null),
        ("/@graph/1/spdxId", json!("no iri")),
        ("/@graph/1/invented", json!(1)),
        ("/@graph/0/created", json!("yesterday")),
        ("/@graph/0/createdBy", json!([])),
        ("/@graph/0/specVersion", json!("3.0")),
        ("/@graph/2/name", json!(["a"])),
        ("/@graph/2/software_primaryPurpose", json!("anything")),
        ("/@graph/2/verifiedUsing/0/hashValue", Value::Null),
        ("/@graph/2/verifiedUsing/0/algorithm", json!("sha-256")),
        ("/@graph/2/verifiedUsing/0/invented", json!(1)),
        ("/@graph/2/verifiedUsing/0/type", json!("Digest")),
        (
            "/@graph/2/suppliedBy",
            json!({"type": "Organization", "name": 7}),
        ),
        (
            "/@graph/2/suppliedBy",
            json!({"type": "Hash", "algorithm": "md5", "hashValue": "0"}),
        ),
        (
            "/@graph/2/suppliedBy",
            json!({"type": "Organization", "spdxId": "urn:o:2", "creationInfo": "_:c",
            "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "cve"}]}),
        ),
        ("/@graph/3/to", json!([])),
        ("/@graph/3/to", json!("urn:p:1")),
        ("/@graph/3/relationshipType", json!("needs")),
    ] {
        said.push_str(&format!("{pointer} {value}\n"));
        let found = faults(&with(graph(), pointer, value));
        assert_ne!(found, Vec::<String>::new(), "{pointer}");
        for fault in found {
            said.push_str(&format!("    {fault}\n"));
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_document_of_one_element_is_held_against_its_class() {
    let tool = json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "type": "Relationship", "spdxId": "urn:t:1", "from": "urn:a:1", "to": ["urn:b:1"],
        "relationshipType": "contains",
        "creationInfo": {"type": "CreationInfo", "specVersion": "3.0.1",
                         "created": "2026-01-01T00:00:00Z", "createdBy": ["urn:o:1"]},
    });
    assert_eq!(faults(&tool), Vec::<String>::new());
    assert_eq!(
        faults(&with(tool.clone(), "/to", json!([]))),
        ["/to the list is too short"]
    );
    assert_eq!(
        faults(&with(tool.clone(), "/to", json!([1]))),
        ["/to/0 `1` fits none of the shapes allowed here"]
    );
    assert_eq!(
        faults(&with(tool, "/invented", json!([1]))),
        [" `invented` is not allowed here"]
    );
}

#[test]
fn versions_without_a_schema_here_lack_what_we_miss() {
    let lacking = with(older(), "/packages/0/name", Value::Null);
    let strange = with(lacking, "/packages/1/invented", json!(1));
    assert_eq!(
        faults(&with(strange, "/spdxVersion", json!("SPDX-2.2"))),
        ["/packages/0 `name` is missing"]
    );
    let mut early = with(graph(), "/@graph/2/invented", json!(1));
    early["@context"] = json!("https://spdx.org/rdf/3.0.0/spdx-context.jsonld");
    assert_eq!(faults(&early).len(), 2);
    early["@graph"][0]["specVersion"] = json!("3.0.0");
    assert_eq!(faults(&early), Vec::<String>::new());
}

#[test]
fn the_schema_is_that_of_the_document_whatever_comes_first() {
    let mut members = serde_json::Map::new();
    let Value::Object(document) = with(older(), "/packages/0/name", Value::Null) else {
        unreachable!("the document is an object")
    };
    for (key, value) in document.into_iter().rev() {
        members.insert(key, value);
    }
    assert_eq!(
        faults(&Value::Object(members)),
        ["/packages/0 `name` is missing"]
    );
}

#[test]
fn faults_are_listed_up_to_a_limit_and_counted_beyond() {
    let broken: Vec<Value> = (0..1000).map(|_| json!({"type": "Tool"})).collect();
    let bill = judged(&with(graph(), "/@graph/1", json!({"type": "Tool"})));
    assert_eq!(bill.problems.of(ProblemKind::Schema), 2);
    let mut document = graph();
    document["@graph"].as_array_mut().unwrap().extend(broken);
    let bill = judged(&document);
    assert_eq!(bill.problems.listed.len(), 200);
    assert_eq!(bill.problems.of(ProblemKind::Schema), 2000);
}

/// The official schema over a document as a whole.
fn whole(standard: Standard) -> Validator {
    let text = match standard {
        Standard::Older => include_str!("../../../../schemas/spdx/spdx-2.3.schema.json"),
        Standard::Graph => include_str!("../../../../schemas/spdx/spdx-3.0.1.schema.json"),
    };
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// Every place of a document, and what happens to it there.
fn mutated(document: &Value, places: &mut Vec<String>, at: &str) {
    match document {
        Value::Object(members) => {
            for (key, value) in members {
                let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                places.push(place.clone());
                mutated(value, places, &place);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let place = format!("{at}/{index}");
                places.push(place.clone());
                mutated(value, places, &place);
            }
        }
        _ => {}
    }
}

/// Element by element as in one: whatever is put anywhere, both ways agree.
#[test]
fn the_parts_find_what_the_whole_finds() {
    for (standard, document) in [(Standard::Older, older()), (Standard::Graph, graph())] {
        let validator = whole(standard);
        let schema = Schema::of(standard).unwrap();
        let mut places = Vec::new();
        mutated(&document, &mut places, "");
        for place in &places {
            for value in [
                Value::Null,
                json!(null),
                json!(1),
                json!("x"),
                json!([]),
                json!(["x"]),
                json!({}),
                json!({"type": "Tool"}),
            ] {
                if value.is_null() && place.ends_with(|last: char| last.is_ascii_digit()) {
                    continue;
                }
                let document = with(document.clone(), place, value.clone());
                let mut skeleton = document.as_object().unwrap().clone();
                let mut found = Vec::new();
                for (key, list) in &mut skeleton {
                    if let (true, Value::Array(items)) = (schema.has_list(key), list) {
                        for (index, item) in items.drain(..).enumerate() {
                            let pointer = format!("/{key}/{index}");
                            found.extend(schema.element(key, &item, &pointer).unwrap());
                        }
                    }
                }
                found.extend(schema.document(&skeleton).unwrap());
                assert_eq!(
                    found.is_empty(),
                    validator.is_valid(&document),
                    "{place} {value}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn what_we_write_keeps_to_the_schemas() {
    let options = WriteOptions::default();
    for text in [
        write_2_3(&rich(), &options).text,
        write_3_0_1(&rich(), &options).text,
    ] {
        assert_eq!(
            faults(&serde_json::from_str(&text).unwrap()),
            Vec::<String>::new()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_we_write_keeps_to_the_schemas(inventory in any_inventory()) {
        let options = WriteOptions::default();
        for text in [write_2_3(&inventory, &options).text, write_3_0_1(&inventory, &options).text] {
            prop_assert_eq!(
                faults(&serde_json::from_str(&text).unwrap()),
                Vec::<String>::new()
            );
        }
    }
}

#[test]
fn elements_within_elements_are_followed_to_the_fault() {
    for depth in [1, 3, 12, 40] {
        let mut inner =
            json!({"type": "Tool", "spdxId": "urn:t:1", "creationInfo": "_:c", "bad": 1});
        for number in 0..depth {
            inner = json!({"type": "Bundle", "spdxId": format!("urn:b:{number}"),
                           "creationInfo": "_:c", "element": [inner]});
        }
        let mut document = graph();
        document["@graph"].as_array_mut().unwrap().push(inner);
        let place = format!("/@graph/4{}", "/element/0".repeat(depth));
        assert_eq!(
            faults(&document),
            [format!("{place} `bad` is not allowed here")]
        );
    }
}
