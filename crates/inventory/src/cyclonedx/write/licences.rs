use std::{
    collections::{BTreeSet, HashSet},
    sync::OnceLock,
};

use serde_json::{Value, json};
use waybill_domain::inventory::{Licence, LicenceSource};

use crate::bill::{
    fit,
    object::{Object, Properties},
};

/// The ids that the schema allows, from the schema itself.
fn is_listed(id: &str) -> bool {
    static IDS: OnceLock<HashSet<String>> = OnceLock::new();
    let ids = IDS.get_or_init(|| {
        let text = include_str!("../../../schemas/cyclonedx/spdx.schema.json");
        let schema: Value = serde_json::from_str(text).unwrap_or_default();
        let listed = schema.get("enum").and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect()
    });
    ids.contains(id)
}

enum Said<'a> {
    Id(&'a str),
    Expression(&'a str),
    Name(&'a str),
}

fn said(licence: &Licence) -> Option<Said<'_>> {
    if let Some(expression) = licence.expression.as_deref() {
        if is_listed(expression) {
            return Some(Said::Id(expression));
        }
        if spdx::Expression::parse(expression).is_ok() {
            return Some(Said::Expression(expression));
        }
        return Some(Said::Name(expression)).filter(|_| !expression.is_empty());
    }
    let written = licence.written.as_deref()?;
    (!written.is_empty()).then_some(Said::Name(written))
}

/// A text that was recognised is a conclusion; what a card or metadata says is a declaration.
const fn acknowledgement(licence: &Licence) -> &'static str {
    match licence.source {
        LicenceSource::File => "concluded",
        LicenceSource::Card | LicenceSource::Metadata | LicenceSource::Bill => "declared",
    }
}

const fn source(source: LicenceSource) -> &'static str {
    match source {
        LicenceSource::Card => "card",
        LicenceSource::File => "file",
        LicenceSource::Metadata => "metadata",
        LicenceSource::Bill => "bill",
    }
}

/// How the statement is known, as names and values of properties.
fn particulars(licence: &Licence) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut say = |name: &str, value: String| list.push((format!("waybill:licence:{name}"), value));
    say("source", source(licence.source).to_owned());
    say("standing", licence.standing.as_str().to_owned());
    if let (Some(_), Some(written)) = (&licence.expression, &licence.written) {
        say("written", written.clone());
    }
    if let Some(place) = &licence.occurrence {
        say("path", fit::path(&place.path));
        if let Some(line) = place.line {
            say("line", line.to_string());
        }
    }
    list
}

/// The licences of a component: one expression, or any number of ids and names. 1.7 would allow
/// expressions among others, but readers of it do not; there an expression stands as a name.
pub(super) fn licences(licences: &[Licence], properties: &mut Properties) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let distinct: Vec<_> = licences
        .iter()
        .filter_map(|licence| Some((licence, said(licence)?)))
        .filter(|(licence, said)| {
            let (kind, text) = match said {
                Said::Id(text) => (0, *text),
                Said::Expression(text) => (1, *text),
                Said::Name(text) => (2, *text),
            };
            seen.insert((kind, text, acknowledgement(licence)))
        })
        .collect();
    if let [(licence, Said::Expression(expression))] = distinct.as_slice() {
        for (name, value) in particulars(licence) {
            properties.say(&name, value);
        }
        return vec![json!({
            "expression": expression,
            "acknowledgement": acknowledgement(licence),
        })];
    }
    distinct
        .into_iter()
        .map(|(licence, said)| {
            let mut entry = Object::default();
            match said {
                Said::Id(id) => entry.put("id", id),
                Said::Name(text) | Said::Expression(text) => entry.put("name", text),
            }
            entry.put("acknowledgement", acknowledgement(licence));
            let mut list = Properties::default();
            for (name, value) in particulars(licence) {
                list.say(&name, value);
            }
            entry.list("properties", list.into_list());
            json!({ "license": entry.into_map() })
        })
        .collect()
}
