//! What a plain walk along the schema would lose although an older version can say it, or nearly.

use serde_json::{Map, Value, json};
use waybill_domain::bill::AlterationKind;

use super::{
    super::schema::{SpecVersion, is_licence_id},
    walk::Walk,
};

/// The word of the target for one that it does not know.
pub(super) fn word<'w>(member: &str, text: &str, words: &'w [Value]) -> Option<&'w str> {
    let known = |word: &str| {
        words
            .iter()
            .filter_map(Value::as_str)
            .find(|it| *it == word)
    };
    if text.starts_with("incomplete") {
        return known("incomplete");
    }
    if member == "type" && known("application").is_some() {
        // Version 1.2 and later: what fits nowhere else is an application.
        let near = match text {
            "data" | "cryptographic-asset" => "file",
            _ => "application",
        };
        return known(near);
    }
    if member == "aggregate" {
        return known("unknown");
    }
    if matches!(member, "type" | "method") {
        return known("other");
    }
    None
}

/// What stands for a member that the target demands and the original lacks.
pub(super) fn filling(
    version: SpecVersion,
    holder: &str,
    key: &str,
    schema: Option<&Value>,
) -> Option<Value> {
    if holder.is_empty() && key == "version" {
        return Some(1.into());
    }
    // Until 1.3 a component had to have a version; an empty one claims nothing.
    let component = matches!(
        holder,
        "component" | "components" | "ancestors" | "descendants" | "variants"
    );
    if version <= SpecVersion::V1_3 && component && key == "version" {
        return Some("".into());
    }
    schema?.get("default").cloned()
}

/// False for what only makes sense about something else, if that is gone.
pub(super) fn says_something(
    member: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> bool {
    const ABOUT: [&str; 3] = ["assemblies", "dependencies", "vulnerabilities"];
    let about = |members: &Map<String, Value>| ABOUT.iter().any(|key| members.contains_key(*key));
    member != "compositions" || !about(before) || about(after)
}

/// Licences as the version can hold them together: 1.5 and 1.6 do not mix expressions with
/// licences, nor hold several expressions.
pub(super) fn licences(walk: &mut Walk<'_>, items: &[Value]) -> Vec<Value> {
    let mut apart = Vec::with_capacity(items.len());
    for item in items {
        match item.as_object() {
            Some(both) if both.contains_key("license") && both.contains_key("expression") => {
                let mut rest = both.clone();
                let license = rest.shift_remove("license");
                apart.push(json!({"license": license}));
                apart.push(Value::Object(rest));
            }
            _ => apart.push(item.clone()),
        }
    }
    let mixes = !matches!(walk.version, SpecVersion::V1_5 | SpecVersion::V1_6);
    if mixes || apart.len() < 2 {
        return apart;
    }
    for item in &mut apart {
        let Some(members) = item.as_object() else {
            continue;
        };
        let Some(Value::String(expression)) = members.get("expression") else {
            continue;
        };
        let mut license = Map::new();
        license.insert("name".to_owned(), expression.clone().into());
        for key in ["bom-ref", "acknowledgement", "properties", "licensing"] {
            if let Some(value) = members.get(key) {
                license.insert(key.to_owned(), value.clone());
            }
        }
        let name = Some("license/name".to_owned());
        let details = members.contains_key("expressionDetails");
        *item = json!({"license": license});
        walk.note("*/expression", AlterationKind::Moved, name, 1);
        if details {
            walk.note("*/expressionDetails", AlterationKind::Dropped, None, 1);
        }
    }
    apart
}

/// An object with members put where the target has a place for them.
pub(super) fn object(
    walk: &mut Walk<'_>,
    members: &Map<String, Value>,
    rules: &Map<String, Value>,
    member: &str,
) -> Option<Map<String, Value>> {
    let has = |key: &str| {
        rules
            .get("properties")
            .is_some_and(|known| known.get(key).is_some())
    };
    match member {
        "license" => unknown_licence(walk, members),
        "metadata" | "vulnerabilities" => {
            let mut made = None;
            if walk.version < SpecVersion::V1_5
                && let Some(Value::Object(tools)) = members.get("tools")
            {
                let listed = tools_listed(walk, tools);
                made.get_or_insert_with(|| members.clone())
                    .insert("tools".to_owned(), listed.into());
            }
            if member == "metadata"
                && walk.version < SpecVersion::V1_6
                && !members.contains_key("manufacture")
                && let Some(maker) = members
                    .get("component")
                    .and_then(|subject| subject.get("manufacturer"))
            {
                let made = made.get_or_insert_with(|| members.clone());
                made.insert("manufacture".to_owned(), maker.clone());
                if let Some(Value::Object(subject)) = made.get_mut("component") {
                    subject.shift_remove("manufacturer");
                }
                let place = Some("/metadata/manufacture".to_owned());
                walk.note("component/manufacturer", AlterationKind::Moved, place, 1);
            }
            made
        }
        _ if has("author") && !has("authors") && !members.contains_key("author") => {
            authors(walk, members)
        }
        _ => None,
    }
}

/// Until 1.5 a component had one author, a text.
fn authors(walk: &mut Walk<'_>, members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let authors = members.get("authors")?.as_array()?;
    let names: Vec<&str> = authors
        .iter()
        .filter_map(|author| author.get("name")?.as_str())
        .collect();
    if names.is_empty() {
        return None;
    }
    let mut made = members.clone();
    made.shift_remove("authors");
    made.insert("author".to_owned(), names.join(", ").into());
    let count = names.len() as u64;
    let author = Some("author".to_owned());
    walk.note("authors/*/name", AlterationKind::Moved, author, count);
    for key in ["bom-ref", "email", "phone"] {
        let lost = authors.iter().filter(|one| one.get(key).is_some()).count() as u64;
        if lost > 0 {
            walk.note(
                &format!("authors/*/{key}"),
                AlterationKind::Dropped,
                None,
                lost,
            );
        }
    }
    Some(made)
}

/// An id of a licence that SPDX does not know is a name.
fn unknown_licence(
    walk: &mut Walk<'_>,
    members: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let id = members.get("id")?.as_str()?;
    if is_licence_id(id) || members.contains_key("name") {
        return None;
    }
    let mut made = members.clone();
    made.insert("name".to_owned(), id.into());
    made.shift_remove("id");
    walk.note("id", AlterationKind::Moved, Some("name".to_owned()), 1);
    Some(made)
}

/// Until 1.4 the tools were a list of their own kind.
fn tools_listed(walk: &mut Walk<'_>, tools: &Map<String, Value>) -> Vec<Value> {
    const KEPT: [&str; 4] = ["name", "version", "hashes", "externalReferences"];
    let mut listed = Vec::new();
    for (kind, found) in tools {
        let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
        for tool in found {
            let mut made = Map::new();
            let maker = ["manufacturer", "supplier", "provider"]
                .into_iter()
                .find_map(|key| {
                    let name = tool.get(key)?.get("name")?.as_str()?;
                    Some((format!("{key}/name"), name))
                })
                .or_else(|| {
                    ["publisher", "author", "group"]
                        .into_iter()
                        .find_map(|key| Some((key.to_owned(), tool.get(key)?.as_str()?)))
                });
            if let Some((_, name)) = &maker {
                made.insert("vendor".to_owned(), (*name).into());
            }
            for (key, value) in tool.as_object().into_iter().flatten() {
                if KEPT.contains(&key.as_str()) {
                    made.insert(key.clone(), value.clone());
                } else if maker
                    .as_ref()
                    .is_none_or(|(place, _)| place.split('/').next() != Some(key))
                {
                    let place = format!("tools/{kind}/*/{key}");
                    walk.note(&place, AlterationKind::Dropped, None, 1);
                }
            }
            walk.note(
                &format!("tools/{kind}/*"),
                AlterationKind::Moved,
                Some("tools/*".to_owned()),
                1,
            );
            listed.push(Value::Object(made));
        }
    }
    listed
}
