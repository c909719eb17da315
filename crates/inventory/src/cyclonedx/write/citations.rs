use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use waybill_domain::inventory::{Component, Field, Standing};

use super::document::Bill;
use crate::bill::object::Properties;

/// The word for a fact, as in JSON.
pub(super) const fn word(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Version => "version",
        Field::Identifier => "identifier",
        Field::Supplier => "supplier",
        Field::Licence => "licence",
        Field::Hash => "hash",
        Field::Description => "description",
        Field::Architecture => "architecture",
        Field::ParameterCount => "parameter-count",
        Field::ElementTypes => "element-types",
        Field::Tokenizer => "tokenizer",
        Field::InputOutput => "input-output",
        Field::Task => "task",
        Field::Training => "training",
        Field::Lineage => "lineage",
        Field::Datasets => "datasets",
        Field::Metrics => "metrics",
        Field::IntendedUse => "intended-use",
        Field::Limitations => "limitations",
        Field::Environment => "environment",
        Field::Content => "content",
        Field::Provenance => "provenance",
        Field::Sensitivity => "sensitivity",
        Field::Endpoint => "endpoint",
        Field::EndOfLife => "end-of-life",
    }
}

/// Where a fact stands within a component or service; the first of these that is there.
const fn pointers(field: Field) -> &'static [&'static str] {
    match field {
        Field::Name => &["/name"],
        Field::Version => &["/version", "/versionRange"],
        Field::Identifier => &["/purl"],
        Field::Supplier => &["/supplier", "/provider"],
        Field::Licence => &["/licenses"],
        Field::Hash => &["/hashes"],
        Field::Description => &["/description"],
        Field::Architecture => &[
            "/modelCard/modelParameters/modelArchitecture",
            "/modelCard/modelParameters/architectureFamily",
        ],
        Field::InputOutput => &[
            "/modelCard/modelParameters/inputs",
            "/modelCard/modelParameters/outputs",
        ],
        Field::Task => &["/modelCard/modelParameters/task"],
        Field::Training => &["/modelCard/modelParameters/approach"],
        Field::Lineage => &["/pedigree"],
        Field::Datasets => &["/modelCard/modelParameters/datasets"],
        Field::Metrics => &["/modelCard/quantitativeAnalysis/performanceMetrics"],
        Field::IntendedUse => &["/modelCard/considerations/useCases"],
        Field::Limitations => &["/modelCard/considerations/technicalLimitations"],
        Field::Environment => &["/modelCard/considerations/environmentalConsiderations"],
        Field::Content | Field::Provenance => &["/data/0/contents"],
        Field::Sensitivity => &["/data/0/sensitiveData"],
        Field::Endpoint => &["/endpoints"],
        Field::ParameterCount | Field::ElementTypes | Field::Tokenizer => {
            &["/modelCard/properties"]
        }
        Field::EndOfLife => &[],
    }
}

/// Says who stated which field: as citations where the version has them and the caller gave the
/// time that they need, else as properties.
///
/// `built` is the component as far as it is written, `pointer` its place in the document.
pub(super) fn cite(
    bill: &Bill<'_>,
    component: &Component,
    built: &Value,
    pointer: &str,
    properties: &mut Properties,
) {
    let mut cited: BTreeMap<(Standing, &str), Cited> = BTreeMap::new();
    let time = bill.timestamp.filter(|_| bill.is_1_7());
    let mut previous: Option<(Field, &str)> = None;
    for said in &component.statements {
        let place = pointers(said.field)
            .iter()
            .find(|place| built.pointer(place).is_some());
        let known = !matches!(said.standing, Standing::Unknown | Standing::Withheld);
        match (time, place) {
            (Some(_), Some(place)) if known => {
                let entry = cited.entry((said.standing, &said.by)).or_default();
                entry.in_tree |= said.occurrence.is_some();
                entry.places.insert(format!("{pointer}{place}"));
            }
            _ => properties.say(
                &format!("waybill:standing:{}", word(said.field)),
                format!("{} by {}", said.standing.as_str(), said.by),
            ),
        }
        // Where sources differ, the document's field holds one value; the others are kept too.
        if previous.is_some_and(|(field, value)| field == said.field && value != said.value) {
            properties.say(
                &format!("waybill:statement:{}", word(said.field)),
                format!("{} ({} by {})", said.value, said.standing.as_str(), said.by),
            );
        }
        previous = Some((said.field, &said.value));
    }
    let Some(time) = time else { return };
    let mut citations = bill.citations.borrow_mut();
    for ((standing, by), entry) in cited {
        citations.push(json!({
            "pointers": entry.places,
            "timestamp": time,
            "attributedTo": source(bill, standing, by, entry.in_tree),
            "note": format!("{} by {by}", standing.as_str()),
        }));
    }
}

#[derive(Default)]
struct Cited {
    /// True if the source is a file of the system.
    in_tree: bool,
    places: BTreeSet<String>,
}

/// Who answers for a statement: Waybill for what it saw itself, the author of the bill for what
/// the user said, the system for what its own files say.
fn source<'b>(bill: &'b Bill<'_>, standing: Standing, by: &str, in_tree: bool) -> &'b str {
    let by_user = by == "the user";
    if standing == Standing::Observed {
        &bill.refs.tool
    } else if by_user && bill.options.author.is_some() {
        &bill.refs.author
    } else if in_tree || by_user {
        &bill.refs.subject
    } else {
        &bill.refs.tool
    }
}
