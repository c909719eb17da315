use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};
use waybill_domain::inventory::{ComponentId, Noted, RelationKind};

use super::{document::Bill, evidence::in_words};
use crate::bill::roots::roots;

/// True for the relations that make one thing depend on another. What a model was measured with
/// and what describes it are not needed for it.
const fn is_needed(kind: RelationKind) -> bool {
    !matches!(kind, RelationKind::EvaluatedOn | RelationKind::DescribedBy)
}

/// The graph: every component, service and the subject once. The subject depends on what it names
/// itself, and on what nothing else brings in.
pub(super) fn dependencies<'b>(bill: &'b Bill<'_>) -> impl Iterator<Item = Value> + 'b {
    let subject = ComponentId::subject();
    let mut direct = needed(bill, &subject, &bill.refs.subject);
    direct.extend(roots(bill.inventory).into_iter().map(|at| bill.refs.at(at)));
    let first = json!({"ref": bill.refs.subject, "dependsOn": direct});
    let rest = bill
        .inventory
        .components
        .iter()
        .enumerate()
        .map(|(place, component)| {
            let name = bill.refs.at(place);
            // Should two components share an id, the first has its relations.
            let targets = if bill.refs.place(&component.id) == Some(place) {
                needed(bill, &component.id, name)
            } else {
                BTreeSet::new()
            };
            if targets.is_empty() {
                json!({ "ref": name })
            } else {
                json!({"ref": name, "dependsOn": targets})
            }
        });
    std::iter::once(first).chain(rest)
}

fn needed<'b>(bill: &'b Bill<'_>, from: &ComponentId, name: &str) -> BTreeSet<&'b str> {
    bill.relations_of(from)
        .iter()
        .filter(|relation| is_needed(relation.kind))
        .filter_map(|relation| bill.refs.of(&relation.to))
        .filter(|target| *target != name)
        .collect()
}

/// Whether the list is whole. That nothing was left unread does not prove that nothing is missing.
pub(super) fn compositions(bill: &Bill<'_>) -> Value {
    let aggregate = if bill.inventory.unread.is_empty() {
        "unknown"
    } else {
        "incomplete"
    };
    json!([{
        "aggregate": aggregate,
        "assemblies": [bill.refs.subject],
        "dependencies": [bill.refs.subject],
    }])
}

/// What the rules saw, each at its component. Findings that read the same stand once.
pub(super) fn annotations<'b>(bill: &'b Bill<'_>) -> impl Iterator<Item = Value> + 'b {
    let tool = &bill.inventory.tool;
    let mut annotator = json!({"type": "application", "name": tool.name});
    if tool.version.chars().count() <= 1024
        && let Some(map) = annotator.as_object_mut()
    {
        map.insert("version".to_owned(), tool.version.clone().into());
    }
    let mut seen = HashSet::new();
    bill.inventory.findings.iter().filter_map(move |noted| {
        let id = noted.component.as_ref();
        let name = id
            .and_then(|id| bill.refs.of(id))
            .unwrap_or(&bill.refs.subject);
        let text = finding(bill, noted);
        seen.insert((name, text.clone())).then(|| {
            json!({
                "subjects": [name],
                "annotator": { "component": annotator },
                "timestamp": bill.timestamp,
                "text": text,
            })
        })
    })
}

/// A finding in one line.
pub(super) fn finding(bill: &Bill<'_>, noted: &Noted) -> String {
    let finding = &noted.finding;
    let mut text = format!("{} {}", finding.severity.as_str(), finding.rule);
    if let Some(name) = noted.component.as_ref().and_then(|id| bill.refs.of(id)) {
        text.push_str(&format!(" at {name}"));
    }
    if let Some(place) = &noted.occurrence {
        text.push_str(&format!(" in {}", in_words(place)));
    }
    text.push_str(&format!(": {}", finding.message));
    if !finding.help.is_empty() {
        text.push_str(&format!(". {}", finding.help));
    }
    text
}
