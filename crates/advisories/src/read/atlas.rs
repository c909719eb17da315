//! MITRE ATLAS as `atlas-data` publishes it: <https://github.com/mitre-atlas/atlas-data>.

use std::fmt::Write as _;

use serde_json::Value;
use waybill_domain::advisory::{Advisory, AdvisoryKind};

use super::{Document, malformed, yaml};
use crate::error::{BadRecord, FeedError};
use crate::place;

const FORMAT: &str = "ATLAS";

pub(super) fn read(bytes: &[u8]) -> Result<Document, FeedError> {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(_) => yaml::yaml(FORMAT, bytes)?,
    };
    let matrices = value.get("matrices").and_then(Value::as_array);
    let mut found = Document::default();
    for matrix in matrices.into_iter().flatten() {
        for (list, kind) in [
            ("techniques", AdvisoryKind::Technique),
            ("mitigations", AdvisoryKind::Mitigation),
        ] {
            let items = matrix.get(list).and_then(Value::as_array);
            for (index, item) in items.into_iter().flatten().enumerate() {
                match entry(item, kind) {
                    Ok(advisory) => found.advisories.push(advisory),
                    Err((id, reason)) => found.bad.push(BadRecord {
                        id,
                        place: format!("{list}, number {}", index + 1),
                        reason: reason.to_owned(),
                    }),
                }
            }
        }
    }
    if found.advisories.is_empty() && found.bad.is_empty() {
        return Err(malformed(
            FORMAT,
            "matrices",
            "there are no techniques in it",
        ));
    }
    Ok(found)
}

fn entry(item: &Value, kind: AdvisoryKind) -> Result<Advisory, (String, &'static str)> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
    let id = text("id").to_owned();
    if !place::is_id(&id) {
        return Err((String::new(), "it has no id"));
    }
    let modified = text("modified_date");
    if !place::is_time(modified) {
        return Err((id, "its `modified_date` is no date"));
    }
    if text("name").is_empty() {
        return Err((id, "it has no name"));
    }
    let (related, details) = related(item, text("description").trim());
    let path = match kind {
        AdvisoryKind::Mitigation => "mitigations",
        _ => "techniques",
    };
    let mut references = vec![format!("https://atlas.mitre.org/{path}/{id}")];
    let attack = item
        .pointer("/ATT&CK-reference/url")
        .and_then(Value::as_str);
    references.extend(attack.map(ToOwned::to_owned));
    let created = text("created_date");
    Ok(Advisory {
        kind,
        related,
        published: place::is_time(created).then(|| created.to_owned()),
        modified: modified.to_owned(),
        summary: place::summary(text("name"), ""),
        details: place::details(details),
        references,
        id,
        ..Advisory::default()
    })
}

/// The ids that it names. A mitigation names the techniques that it helps against, and says how.
fn related(item: &Value, description: &str) -> (Vec<String>, String) {
    let mut details = description.to_owned();
    let parent = item.get("subtechnique-of").and_then(Value::as_str);
    let mut related: Vec<String> = parent.map(ToOwned::to_owned).into_iter().collect();
    let techniques = item.get("techniques").and_then(Value::as_array);
    for technique in techniques.into_iter().flatten() {
        let of = |key: &str| technique.get(key).and_then(Value::as_str);
        let Some(id) = of("id").or_else(|| technique.as_str()) else {
            continue;
        };
        related.push(id.to_owned());
        if let Some(how) = of("use") {
            let _ = write!(details, "\n\n{id}: {}", how.trim());
        }
    }
    (related, details)
}
