use serde_json::json;
use waybill_domain::inventory::{Component, Hash, Occurrence, Unread};

use crate::bill::fit;

/// What SPDX has no field for, as the text of an annotation: a JSON object whose `component` is a
/// component of an inventory without what the element says itself. `said` are the digests that it
/// says.
pub(super) fn particulars(component: &Component, said: fn(&Hash) -> bool) -> String {
    let mut rest = component.clone();
    rest.hashes.retain(|hash| !said(hash));
    rest.description = None;
    rest.copyright = None;
    rest.references.clear();
    rest.path = rest.path.as_deref().map(fit::path);
    let places = rest.occurrences.iter_mut();
    let licences = rest.licences.iter_mut();
    let statements = rest.statements.iter_mut();
    places
        .chain(licences.filter_map(|licence| licence.occurrence.as_mut()))
        .chain(statements.filter_map(|statement| statement.occurrence.as_mut()))
        .for_each(relative);
    if let Some(facts) = rest.service.as_mut() {
        facts.endpoints = facts
            .endpoints
            .iter()
            // What is no link, for instance because a part of it is set elsewhere, stays as it is.
            .map(|url| fit::link(url).unwrap_or_else(|| url.clone()))
            .collect();
    }
    json!({"schema": "waybill.component/1", "component": rest}).to_string()
}

fn relative(place: &mut Occurrence) {
    place.path = fit::path(&place.path);
}

/// What could not be read, as the text of an annotation of the subject.
pub(super) fn not_examined(unread: &Unread) -> String {
    let line = unread.line.map(|line| format!(":{line}"));
    format!(
        "not examined: {}{}: {}",
        fit::path(&unread.path),
        line.unwrap_or_default(),
        unread.reason
    )
}
