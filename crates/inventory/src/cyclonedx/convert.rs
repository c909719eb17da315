//! A document as one of another version: what that version has no words for is left out and
//! listed.

use serde_json::{Map, Value};
use waybill_domain::bill::{ProblemKind, Unmapped};

use super::{
    document::Document,
    schema::{Schema, SpecVersion},
    xml::shape::Shape,
};
use crate::bill::{BillError, BillLimits, json::push_step};

/// A document converted.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// The document in the other version.
    pub document: Document,
    /// What was left out: JSON pointers with `*` for any index, and how often.
    pub lost: Unmapped,
}

/// Rounds in which what the schema still refuses is left out; each round leaves out something.
const MOST_ROUNDS: usize = 40;

impl Document {
    /// Converts to another version.
    ///
    /// # Errors
    ///
    /// If a schema does not compile.
    pub fn convert(self, to: SpecVersion, limits: &BillLimits) -> Result<Converted, BillError> {
        let schema = Schema::of(to)?.root();
        let mut lost = Unmapped::new();
        let mut value = self.into_value();
        if let Value::Object(members) = &mut value {
            old_tools(members, to, &mut lost);
            prune(&mut value, schema, &[schema], &mut String::new(), &mut lost);
        }
        if let Value::Object(members) = &mut value {
            members.insert("specVersion".to_owned(), to.as_str().into());
            if members.contains_key("$schema") {
                let url = format!("http://cyclonedx.org/schema/bom-{to}.schema.json");
                members.insert("$schema".to_owned(), url.into());
            }
        }
        for _ in 0..MOST_ROUNDS {
            let (document, problems) = Self::judge(value, limits)?;
            let pointers: Vec<String> = problems
                .listed
                .iter()
                .filter(|problem| problem.kind == ProblemKind::Schema)
                .map(|problem| problem.pointer.clone())
                .collect();
            if pointers.is_empty() {
                return Ok(Converted { document, lost });
            }
            value = document.into_value();
            // From the last to the first, so that places before do not move.
            for pointer in pointers.iter().rev() {
                leave_out(&mut value, pointer, &mut lost);
            }
        }
        let (document, _) = Self::judge(value, limits)?;
        Ok(Converted { document, lost })
    }
}

/// Up to 1.4 tools are a list of names and versions.
fn old_tools(document: &mut Map<String, Value>, to: SpecVersion, lost: &mut Unmapped) {
    if to > SpecVersion::V1_4 {
        return;
    }
    let Some(Value::Object(metadata)) = document.get_mut("metadata") else {
        return;
    };
    let Some(Value::Object(tools)) = metadata.get_mut("tools") else {
        return;
    };
    let mut list = Vec::new();
    for key in ["components", "services"] {
        for tool in tools
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let mut made = Map::new();
            for (name, value) in tool.as_object().into_iter().flatten() {
                if matches!(name.as_str(), "name" | "version" | "hashes") {
                    made.insert(name.clone(), value.clone());
                } else {
                    count(lost, &format!("/metadata/tools/{key}/*/{name}"));
                }
            }
            list.push(Value::Object(made));
        }
    }
    metadata.insert("tools".to_owned(), Value::Array(list));
}

fn count(lost: &mut Unmapped, pattern: &str) {
    let total = lost.entry(pattern.to_owned()).or_default();
    *total = total.saturating_add(1);
}

/// Leaves out members that the schema does not name. Recursion ends with the depth that the
/// document was allowed when it was parsed.
fn prune<'s>(
    value: &mut Value,
    root: &'s Value,
    schemas: &[&'s Value],
    pattern: &mut String,
    lost: &mut Unmapped,
) {
    let shape = Shape::of(root, schemas);
    let length = pattern.len();
    match value {
        Value::Object(members) if shape.is_object() => {
            members.retain(|name, _| {
                let known = shape.has(name) || name == "signature";
                if !known {
                    push_step(pattern, name);
                    count(lost, pattern);
                    pattern.truncate(length);
                }
                known
            });
            for (name, member) in members.iter_mut() {
                if name == "signature" {
                    continue;
                }
                push_step(pattern, name);
                prune(member, root, &shape.member(name), pattern, lost);
                pattern.truncate(length);
            }
        }
        Value::Array(items) => {
            pattern.push_str("/*");
            for item in items {
                prune(item, root, &shape.items, pattern, lost);
            }
            pattern.truncate(length);
        }
        _ => {}
    }
}

/// Leaves out the value at a pointer, or fills in what up to 1.3 has to be there.
fn leave_out(document: &mut Value, pointer: &str, lost: &mut Unmapped) {
    let Some((holder, step)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Object(component)) = document.pointer_mut(pointer)
        && component.contains_key("name")
        && component.contains_key("type")
        && !component.contains_key("version")
    {
        component.insert("version".to_owned(), "".into());
        return;
    }
    let pattern: String = pointer
        .split('/')
        .map(|step| {
            if step.parse::<usize>().is_ok() {
                "*"
            } else {
                step
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    let removed = match document.pointer_mut(holder) {
        Some(Value::Object(members)) => members
            .shift_remove(&step.replace("~1", "/").replace("~0", "~"))
            .is_some(),
        Some(Value::Array(items)) => match step.parse::<usize>() {
            Ok(at) if at < items.len() => {
                items.remove(at);
                true
            }
            _ => false,
        },
        _ => false,
    };
    if removed {
        count(lost, &pattern);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(text: &str, to: SpecVersion) -> (Value, Vec<String>) {
        let limits = BillLimits::default();
        let (document, _) = Document::read(&mut text.as_bytes(), &limits).unwrap();
        let made = document.convert(to, &limits).unwrap();
        let lost = made
            .lost
            .into_iter()
            .map(|(pattern, times)| format!("{pattern} {times}"));
        (made.document.into_value(), lost.collect())
    }

    const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.7","version":1,
        "metadata":{"tools":{"components":[{"type":"application","name":"t","version":"1"}]},"lifecycles":[{"phase":"build"}]},
        "components":[
            {"type":"machine-learning-model","name":"m","modelCard":{"modelParameters":{"task":"x"}},"isExternal":true},
            {"type":"library","name":"a","version":"1","licenses":[{"license":{"id":"MIT","acknowledgement":"declared"}}]}],
        "citations":[{"pointers":["/components/0/name"],"timestamp":"2026-01-01T00:00:00Z","process":"urn:cdx:x"}]}"#;

    #[test]
    fn what_a_version_has_no_words_for_is_listed() {
        let (document, lost) = converted(BILL, SpecVersion::V1_6);
        assert_eq!(lost, ["/citations 1", "/components/*/isExternal 1"]);
        assert_eq!(
            document.pointer("/components/0/modelCard/modelParameters/task"),
            Some(&"x".into())
        );
    }

    #[test]
    fn old_versions_take_what_they_can() {
        let (document, lost) = converted(BILL, SpecVersion::V1_3);
        assert_eq!(
            document,
            serde_json::json!({
                "bomFormat": "CycloneDX", "specVersion": "1.3", "version": 1,
                "metadata": {"tools": [{"name": "t", "version": "1"}]},
                "components": [{"type": "library", "name": "a", "version": "1", "licenses": [{"license": {"id": "MIT"}}]}],
            })
        );
        assert_eq!(
            lost,
            [
                "/citations 1",
                "/components/* 1",
                "/components/*/isExternal 1",
                "/components/*/licenses/*/license/acknowledgement 1",
                "/components/*/modelCard 1",
                "/components/*/type 1",
                "/metadata/lifecycles 1",
                "/metadata/tools/components/*/type 1",
            ]
        );
    }
}
