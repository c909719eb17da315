use std::collections::BTreeMap;

use serde_json::{Value, json};
use waybill_domain::inventory::{Component, Occurrence, Role};

use super::document::Bill;
use crate::bill::{fit, object::Object};

/// Ways of learning what a component is, surest first. The number says how far the technique can
/// be relied on, not whether what was read is true.
const TECHNIQUES: [(&str, f64); 4] = [
    ("binary-analysis", 1.0),
    ("manifest-analysis", 1.0),
    ("source-code-analysis", 0.9),
    ("filename", 0.5),
];

/// How a component came to be known, out of the place where it was seen.
fn technique(component: &Component, place: &Occurrence) -> usize {
    let own = component.path.as_deref() == Some(place.path.as_str());
    let ending = place.path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "py" | "ipynb" | "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" | "rs"
        | "sh" | "bash" => 2,
        _ if own && !component.hashes.is_empty() && component.role != Role::Library => 0,
        _ if own && place.line.is_none() => 3,
        _ => 1,
    }
}

/// Evidence of a component: how it was identified, and where it was seen.
pub(super) fn evidence(bill: &Bill<'_>, component: &Component) -> Object {
    let mut evidence = Object::default();
    if component.occurrences.is_empty() {
        return evidence;
    }
    let mut methods: BTreeMap<usize, &str> = BTreeMap::new();
    for place in &component.occurrences {
        let path = place.path.as_str();
        methods.entry(technique(component, place)).or_insert(path);
    }
    let methods: Vec<Value> = methods
        .into_iter()
        .filter_map(|(at, path)| {
            let (technique, confidence) = TECHNIQUES.get(at)?;
            Some(json!({
                "technique": technique, "confidence": confidence, "value": fit::path(path),
            }))
        })
        .collect();
    let confidence = methods.first().and_then(|method| method.get("confidence"));
    let purl = component.purl.as_deref().and_then(fit::purl);
    let (field, value) = match purl {
        Some(purl) => ("purl", purl),
        None => ("name", component.name.clone()),
    };
    let identity = json!([{
        "field": field,
        "confidence": confidence,
        "concludedValue": value,
        "methods": methods,
        "tools": [bill.refs.tool],
    }]);
    evidence.put("identity", identity);
    let places = component.occurrences.iter().map(occurrence).collect();
    evidence.list("occurrences", places);
    evidence
}

fn occurrence(place: &Occurrence) -> Value {
    let mut object = Object::default();
    object.put("location", fit::path(&place.path));
    object.maybe("line", place.line);
    object.text("symbol", place.symbol.as_deref());
    if let Some(column) = place.column {
        object.put("additionalContext", format!("column {column}"));
    }
    object.into_value()
}

/// A place on one line of text: `path:line:column symbol`.
pub(super) fn in_words(place: &Occurrence) -> String {
    let mut text = fit::path(&place.path);
    for number in [place.line, place.column].into_iter().flatten() {
        text.push_str(&format!(":{number}"));
    }
    if let Some(symbol) = &place.symbol {
        text.push(' ');
        text.push_str(symbol);
    }
    text
}
