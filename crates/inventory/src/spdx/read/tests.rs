use serde_json::Value;
use waybill_domain::bill::{BillFormat, Unmapped};
use waybill_domain::inventory::{RelationKind, Role};

use crate::bill::{BillLimits, ReadBill, WriteOptions, read, samples::rich};
use crate::spdx::{write_2_3, write_3_0_1};

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
            let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
            found.push(format!("{place}: {} | {}", short(left), short(right)));
        }
    }
}

fn compare(text: &str, format: BillFormat) -> String {
    let inventory = rich();
    let bill = read_text(text);
    assert_eq!(bill.document.format, format);
    assert_eq!(bill.problems.listed, []);
    let mut found = Vec::new();
    let left = serde_json::to_value(&inventory).unwrap();
    let right = serde_json::to_value(&bill.inventory).unwrap();
    differences("", &left, &right, &mut found);
    for (pattern, count) in &bill.unmapped {
        found.push(format!("not mapped: {pattern} {count}"));
    }
    found.join("\n")
}

#[test]
fn our_own_3_0_bills_come_back() {
    let written = write_3_0_1(&rich(), &WriteOptions::default());
    insta::assert_snapshot!(compare(&written.text, BillFormat::SpdxJsonLd));
}

#[test]
fn our_own_2_3_bills_come_back() {
    let written = write_2_3(&rich(), &WriteOptions::default());
    insta::assert_snapshot!(compare(&written.text, BillFormat::SpdxJson));
}

const TAGS: &str = "SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: hello
DocumentNamespace: https://example.org/hello
Creator: Tool: github.com/spdx/tools-golang-0.5.0
Creator: Organization: Example Ltd ()
Created: 2021-08-26T01:46:00Z

##### Package: hello

PackageName: hello
SPDXID: SPDXRef-Package-hello
PackageVersion: 1.0.0
PackageSupplier: Organization: Example Ltd (info@example.org)
PackageDownloadLocation: git+https://github.com/example/hello.git
FilesAnalyzed: true
PackageChecksum: SHA256: 0000000000000000000000000000000000000000000000000000000000000000
PackageLicenseConcluded: GPL-3.0-or-later
PackageLicenseDeclared: LicenseRef-1
PackageCopyrightText: <text>Copyright
Example</text>
PrimaryPackagePurpose: LIBRARY
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/hello@1.0.0

FileName: ./src/hello.c
SPDXID: SPDXRef-hello-src
FileChecksum: SHA1: 20862a6d08391d07d09344029533ec644fac6b21
LicenseConcluded: NOASSERTION
FileCopyrightText: NOASSERTION

LicenseID: LicenseRef-1
ExtractedText: <text>You may</text>
LicenseName: Maybe

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-Package-hello
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-hello-src
Relationship: SPDXRef-Package-hello CONTAINS SPDXRef-hello-src
Relationship: SPDXRef-hello-src AMENDS SPDXRef-gone
";

#[test]
fn tags_and_values_are_read() {
    let bill = read_text(TAGS);
    assert_eq!(bill.document.format, BillFormat::SpdxTagValue);
    assert_eq!(bill.document.authors, ["Example Ltd"]);
    let said: Vec<String> = bill
        .problems
        .listed
        .iter()
        .map(|problem| format!("{} {}", problem.pointer, problem.message))
        .collect();
    assert_eq!(
        said,
        ["/relationships/3/relatedSpdxElement `SPDXRef-gone` refers to nothing in the bill"]
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&bill.inventory).unwrap());
    let expected: Unmapped = [
        ("/hasExtractedLicensingInfos/*/extractedText".to_owned(), 1),
        ("/relationships/*/relationshipType AMENDS".to_owned(), 1),
    ]
    .into();
    assert_eq!(bill.unmapped, expected);
}

/// Elements as the AI profile has them, in an order in which everything is mentioned before it is
/// described.
const GRAPH: &str = r#"{
  "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
  "@graph": [
    {"type": "Relationship", "spdxId": "urn:r1", "creationInfo": "_:c", "from": "urn:m", "relationshipType": "trainedOn", "to": ["urn:d"]},
    {"type": "Relationship", "spdxId": "urn:r2", "creationInfo": "_:c", "from": "urn:m", "relationshipType": "hasDeclaredLicense", "to": ["urn:l"]},
    {"type": "Relationship", "spdxId": "urn:r3", "creationInfo": "_:c", "from": "urn:d", "relationshipType": "ancestorOf", "to": ["urn:m", "urn:gone"]},
    {"type": "ai_AIPackage", "spdxId": "urn:m", "creationInfo": "_:c", "name": "classifier", "software_packageVersion": "2.0",
     "suppliedBy": "urn:o", "ai_typeOfModel": ["BertForSequenceClassification"], "ai_limitation": "English only",
     "ai_hyperparameter": [{"type": "DictionaryEntry", "key": "epochs", "value": "3"}], "ai_autonomyType": "no",
     "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "abc"}]},
    {"type": "dataset_DatasetPackage", "spdxId": "urn:d", "creationInfo": "_:c", "name": "reviews", "dataset_datasetType": ["text"],
     "dataset_datasetSize": 12, "dataset_hasSensitivePersonalInformation": "yes"},
    {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "creationInfo": "_:c", "simplelicensing_licenseExpression": "Apache-2.0"},
    {"type": "Organization", "spdxId": "urn:o", "creationInfo": "_:c", "name": "Example Ltd"},
    {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-01-01T00:00:00Z", "createdBy": ["urn:o"]}
  ]
}"#;

#[test]
fn models_and_data_sets_of_a_graph_are_read() {
    let bill = read_text(GRAPH);
    assert_eq!(bill.document.authors, ["Example Ltd"]);
    let said: Vec<String> = bill
        .problems
        .listed
        .iter()
        .map(|problem| format!("{} {}", problem.pointer, problem.message))
        .collect();
    assert_eq!(
        said,
        [
            "/@graph/3 sha-256 digest has 3 digits instead of 64",
            "/@graph/2 `urn:gone` refers to nothing in the bill",
        ]
    );
    let roles: Vec<_> = bill
        .inventory
        .components
        .iter()
        .map(|component| (component.id.as_str(), component.role))
        .collect();
    assert_eq!(
        roles,
        [
            ("dataset:reviews", Role::Dataset),
            ("model:classifier@2.0", Role::Model),
        ]
    );
    let kinds: Vec<_> = bill
        .inventory
        .relations
        .iter()
        .map(|relation| (relation.from.as_str(), relation.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("model:classifier@2.0", RelationKind::DerivedFrom),
            ("model:classifier@2.0", RelationKind::TrainedOn),
        ]
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&bill.inventory.components).unwrap());
    assert_eq!(
        bill.unmapped.keys().collect::<Vec<_>>(),
        ["/@graph/* ai_AIPackage/ai_autonomyType"]
    );
}

/// The same document with its members, and the elements of its graph, the other way round.
fn turned(text: &str) -> String {
    let Value::Object(members) = serde_json::from_str(text).unwrap() else {
        unreachable!("our bills are objects")
    };
    let mut turned: serde_json::Map<String, Value> = members.into_iter().rev().collect();
    if let Some(Value::Array(elements)) = turned.get_mut("@graph") {
        elements.reverse();
    }
    serde_json::to_string(&turned).unwrap()
}

#[test]
fn the_order_of_a_document_means_nothing() {
    let options = WriteOptions::default();
    for text in [
        write_3_0_1(&rich(), &options).text,
        write_2_3(&rich(), &options).text,
        GRAPH.to_owned(),
    ] {
        let (one, other) = (read_text(&text), read_text(&turned(&text)));
        assert_eq!(one.inventory, other.inventory);
        assert_eq!(one.document, other.document);
        assert_eq!(one.unmapped, other.unmapped);
        let messages = |bill: &ReadBill| -> std::collections::BTreeSet<String> {
            let listed = bill.problems.listed.iter();
            listed.map(|problem| problem.message.clone()).collect()
        };
        assert_eq!(messages(&one), messages(&other));
    }
}

#[test]
fn references_that_stand_twice_or_lead_nowhere_are_pointed_at() {
    let bill = read_text(
        r#"{"relationships":[
             {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"},
             {"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-b"},
             {"spdxElementId":"SPDXRef-gone","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-b"}],
            "files":[{"SPDXID":"SPDXRef-b","fileName":"./b","checksums":[{"algorithm":"SHA1","checksumValue":"20862a6d08391d07d09344029533ec644fac6b21"}]},
                     {"SPDXID":"SPDXRef-a","fileName":"./a","checksums":[{"algorithm":"SHA1","checksumValue":"20862a6d08391d07d09344029533ec644fac6b22"}]}],
            "packages":[{"SPDXID":"SPDXRef-a","name":"a","downloadLocation":"NONE"},
                        {"SPDXID":"SPDXRef-DOCUMENT","name":"c"}],
            "SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","name":"n","documentNamespace":"urn:n",
            "dataLicense":"CC0-1.0","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t-1"]}}"#,
    );
    let said: Vec<String> = bill
        .problems
        .listed
        .iter()
        .map(|problem| format!("{} {}", problem.pointer, problem.message))
        .collect();
    assert_eq!(
        said,
        [
            "/packages/1 `downloadLocation` is missing",
            "/packages/0/SPDXID `SPDXRef-a` is also the reference of `/files/1`",
            "/packages/1/SPDXID `SPDXRef-DOCUMENT` is also the reference of `/SPDXID`",
            "/relationships/2/spdxElementId `SPDXRef-gone` refers to nothing in the bill",
        ]
    );
}

#[test]
fn texts_without_an_end_take_the_rest_and_long_ones_are_refused() {
    let text = format!("{TAGS}PackageName: x\nPackageComment: <text>a\nb\n");
    assert_eq!(read_text(&text).inventory.components.len(), 3);
    let limits = BillLimits {
        element_bytes: 200,
        ..BillLimits::default()
    };
    let long = format!("{TAGS}PackageComment: <text>{}", "line\n".repeat(50));
    let told = read(&mut long.as_bytes(), &limits).unwrap_err().to_string();
    assert!(
        told.ends_with("limit of 200 bytes in one element"),
        "{told}"
    );
}
