//! The official schemas, compiled when first needed: for the document without the elements of its
//! lists, for the elements of each list of SPDX 2.3, and for each class of SPDX 3.0.1.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use jsonschema::{Registry, Resource, Validator};
use serde_json::{Map, Value, json};
use waybill_domain::bill::{Problem, ProblemKind};

use super::judgement::{error, missing};
use crate::bill::{
    BillError,
    faults::{SHAPELESS, faults, faults_knowing},
    values::quoted,
};

/// A version of SPDX by whose schema documents are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standard {
    /// 2.3.
    Older,
    /// 3.0.1.
    Graph,
}

impl Standard {
    /// The version whose lists of the top level have elements under a key.
    pub(super) fn of(key: &str) -> Self {
        if key == GRAPH {
            Self::Graph
        } else {
            Self::Older
        }
    }
}

pub(super) const GRAPH: &str = "@graph";
const CONTEXT: &str = "@context";

/// The schema of a version.
pub(super) struct Schema {
    standard: Standard,
    registry: Registry<'static>,
    document: OnceLock<Validator>,
    /// Where the schema of the elements of a list, or of a class, stands.
    parts: BTreeMap<String, Part>,
}

struct Part {
    schema: Value,
    /// The members that a class may have.
    members: BTreeSet<String>,
    validator: OnceLock<Validator>,
}

impl Schema {
    /// The schema of a version; read once.
    pub(super) fn of(standard: Standard) -> Result<&'static Self, BillError> {
        static OLDER: OnceLock<Schema> = OnceLock::new();
        static GRAPHS: OnceLock<Schema> = OnceLock::new();
        let (slot, text) = match standard {
            Standard::Older => (
                &OLDER,
                include_str!("../../../../schemas/spdx/spdx-2.3.schema.json"),
            ),
            Standard::Graph => (
                &GRAPHS,
                include_str!("../../../../schemas/spdx/spdx-3.0.1.schema.json"),
            ),
        };
        if let Some(schema) = slot.get() {
            return Ok(schema);
        }
        let made = Self::make(standard, text)?;
        Ok(slot.get_or_init(|| made))
    }

    fn make(standard: Standard, text: &str) -> Result<Self, BillError> {
        let root: Value = serde_json::from_str(text).map_err(broken)?;
        let parts = match standard {
            Standard::Older => lists(&root),
            Standard::Graph => classes(&root),
        };
        let parts = parts.into_iter().map(|(name, schema)| {
            let mut members = BTreeSet::new();
            if standard == Standard::Graph {
                collect(&root, &format!("#/$defs/{name}"), &mut members, DEEPEST);
            }
            let part = Part {
                schema,
                members,
                validator: OnceLock::new(),
            };
            (name, part)
        });
        let parts = parts.collect();
        let registry = Registry::new()
            .add(ROOT, Resource::from_contents(root))
            .map_err(broken)?
            .prepare()
            .map_err(broken)?;
        Ok(Self {
            standard,
            registry,
            document: OnceLock::new(),
            parts,
        })
    }

    /// True if the version has a list of that key on the top level.
    pub(super) fn has_list(&self, key: &str) -> bool {
        match self.standard {
            Standard::Older => self.parts.contains_key(key),
            Standard::Graph => key == GRAPH,
        }
    }

    /// What is wrong with an element of a list of the top level.
    pub(super) fn element(
        &self,
        key: &str,
        value: &Value,
        pointer: &str,
    ) -> Result<Vec<Problem>, BillError> {
        match self.standard {
            Standard::Older => match self.parts.get(key) {
                Some(part) => Ok(faults(self.part(part)?, value, pointer)),
                None => Ok(Vec::new()),
            },
            Standard::Graph => self.classified(value, pointer),
        }
    }

    /// What is wrong with a document apart from the elements of its lists.
    pub(super) fn document(
        &self,
        skeleton: &Map<String, Value>,
    ) -> Result<Vec<Problem>, BillError> {
        let bare = self.standard == Standard::Graph && !skeleton.contains_key(GRAPH);
        if !bare {
            let skeleton = Value::Object(skeleton.clone());
            return Ok(faults(self.whole()?, &skeleton, ""));
        }
        // Without a graph the document is one element with a context.
        let mut element = skeleton.clone();
        let mut outline = Map::from_iter([(GRAPH.to_owned(), Value::Array(Vec::new()))]);
        if let Some(context) = element.swap_remove(CONTEXT) {
            outline.insert(CONTEXT.to_owned(), context);
        }
        let mut found = faults(self.whole()?, &Value::Object(outline), "");
        found.extend(self.classified(&Value::Object(element), "")?);
        Ok(found)
    }

    /// Judges an element by its class alone: of the alternatives of the schema, all of which name
    /// their class, no other can hold.
    fn classified(&self, value: &Value, pointer: &str) -> Result<Vec<Problem>, BillError> {
        let Value::Object(members) = value else {
            let message = format!("{} is no object", quoted(&value.to_string()));
            return Ok(vec![error(ProblemKind::Schema, pointer, message)]);
        };
        let Some(class) = members.get("type") else {
            return Ok(vec![missing(pointer, "type")]);
        };
        let name = class.as_str().unwrap_or_default();
        let Some(part) = self.parts.get(name) else {
            let message = match class {
                Value::String(name) => format!("{} is no class of SPDX 3.0.1", quoted(name)),
                _ => "the type is no text".to_owned(),
            };
            let pointer = format!("{pointer}/type");
            return Ok(vec![error(ProblemKind::Schema, &pointer, message)]);
        };
        let known = |name: &str| part.members.contains(name);
        let found = faults_knowing(self.part(part)?, value, pointer, known);
        let mut told = Vec::new();
        for fault in found {
            told.extend(self.refined(fault, value, pointer)?);
        }
        Ok(told)
    }

    /// Says of an object within an element what is wrong with it by the class that it names.
    /// Recursion ends with the depth that the document was allowed when it was parsed.
    fn refined(
        &self,
        fault: Problem,
        value: &Value,
        pointer: &str,
    ) -> Result<Vec<Problem>, BillError> {
        let inner = fault.pointer.strip_prefix(pointer).unwrap_or_default();
        let object = value
            .pointer(inner)
            .filter(|object| object.is_object() && !inner.is_empty());
        let Some(object) = object.filter(|_| fault.message.ends_with(SHAPELESS)) else {
            return Ok(vec![fault]);
        };
        let mut found = self.classified(object, &fault.pointer)?;
        if found.is_empty() {
            let class = object.get("type").and_then(Value::as_str);
            let class = quoted(class.unwrap_or_default());
            let message = format!("an object of the class {class} is not allowed here");
            found.push(error(ProblemKind::Schema, &fault.pointer, message));
        }
        Ok(found)
    }

    fn whole(&self) -> Result<&Validator, BillError> {
        self.made(&self.document, &json!({ "$ref": ROOT }))
    }

    fn part<'p>(&self, part: &'p Part) -> Result<&'p Validator, BillError> {
        self.made(&part.validator, &part.schema)
    }

    fn made<'v>(
        &self,
        slot: &'v OnceLock<Validator>,
        schema: &Value,
    ) -> Result<&'v Validator, BillError> {
        if let Some(validator) = slot.get() {
            return Ok(validator);
        }
        let draft = match self.standard {
            Standard::Older => jsonschema::Draft::Draft7,
            Standard::Graph => jsonschema::Draft::Draft202012,
        };
        let made = jsonschema::options()
            .with_draft(draft)
            .with_registry(&self.registry)
            .offline()
            .build(schema)
            .map_err(broken)?;
        Ok(slot.get_or_init(|| made))
    }
}

/// What the schemas are called here.
const ROOT: &str = "https://spdx.org/schema";

/// The schema of the elements of each list of the top level.
fn lists(root: &Value) -> BTreeMap<String, Value> {
    let members = root.get("properties").and_then(Value::as_object);
    let lists = members.into_iter().flatten();
    lists
        .filter(|(_, member)| member.get("items").is_some())
        .map(|(key, _)| {
            let place = format!("{ROOT}#/properties/{key}/items");
            (key.clone(), json!({ "$ref": place }))
        })
        .collect()
}

/// The schema of each class of which an element of a graph may be.
fn classes(root: &Value) -> BTreeMap<String, Value> {
    let classes = root
        .pointer("/$defs/AnyClass/anyOf")
        .and_then(Value::as_array);
    let places = classes.into_iter().flatten();
    places
        .filter_map(|class| {
            let place = class.get("$ref")?.as_str()?;
            let name = place.strip_prefix("#/$defs/")?;
            // As it stands around any class in the schema.
            let schema = json!({
                "type": "object",
                "$ref": format!("{ROOT}{place}"),
                "unevaluatedProperties": false,
            });
            Some((name.to_owned(), schema))
        })
        .collect()
}

/// Deeper than any class derives from another.
const DEEPEST: usize = 40;

/// The members of a class and of those that it derives from.
fn collect(root: &Value, place: &str, members: &mut BTreeSet<String>, levels: usize) {
    let (Some(pointer), Some(below)) = (place.strip_prefix('#'), levels.checked_sub(1)) else {
        return;
    };
    let Some(class) = root.pointer(pointer) else {
        return;
    };
    let then = class.get("then").unwrap_or(class);
    let all = then.get("allOf").and_then(Value::as_array);
    for part in all.into_iter().flatten().chain([then]) {
        let own = part.get("properties").and_then(Value::as_object);
        members.extend(own.into_iter().flatten().map(|(name, _)| name.clone()));
        if let Some(place) = part.get("$ref").and_then(Value::as_str) {
            collect(root, place, members, below);
        }
    }
}

fn broken(error: impl std::fmt::Display) -> BillError {
    BillError::Schema(error.to_string())
}
