//! Two things that are the same made one: nothing that either says is lost but where they
//! disagree, and that is listed.

use std::collections::HashMap;

use serde_json::{Map, Value};
use waybill_domain::bill::{AlterationKind, Alterations, Conflict};

use super::references::Aliases;
use crate::{bill::json::push_step, cyclonedx::SpecVersion, cyclonedx::digest};

/// Members that say which thing an object inside is about: where they differ it is another thing,
/// of which no members may be mixed in.
const TELLING: [&str; 6] = ["name", "id", "tagId", "url", "email", "text"];

/// What comes about while things are united.
pub(super) struct Uniting<'u> {
    pub(super) version: SpecVersion,
    /// What the things are called in the list of conflicts.
    pub(super) about: String,
    /// The bill that the second comes from.
    pub(super) from: &'u str,
    pub(super) conflicts: &'u mut Vec<Conflict>,
    pub(super) aliases: &'u mut Aliases,
    pub(super) alterations: &'u mut Alterations,
}

impl Uniting<'_> {
    /// Adds to the first what only the second says. Recursion ends with the depth that the
    /// documents were allowed.
    pub(super) fn objects(
        &mut self,
        first: &mut Map<String, Value>,
        second: Map<String, Value>,
        pointer: &mut String,
    ) {
        let signed = first.shift_remove("signature").is_some() | second.contains_key("signature");
        if signed {
            let place = format!("{pointer}/signature");
            self.alterations
                .add(place, AlterationKind::Dropped, None, 1);
        }
        for (key, value) in second {
            if key == "signature" {
                continue;
            }
            if excluded(first, &key) {
                self.disagree(&Value::Null, &value, &step(pointer, &key));
                continue;
            }
            match first.get_mut(&key) {
                None => {
                    first.insert(key, value);
                }
                Some(known) => {
                    let length = pointer.len();
                    push_step(pointer, &key);
                    self.values(known, value, &key, pointer);
                    pointer.truncate(length);
                }
            }
        }
    }

    fn values(&mut self, first: &mut Value, second: Value, key: &str, pointer: &mut String) {
        if *first == second {
            return;
        }
        if key == "bom-ref" {
            if let (Value::String(first), Value::String(second)) = (first, second) {
                self.aliases.add(second, first.clone());
            }
            return;
        }
        if key == "identity" {
            // One object, or a list of them.
            for side in [&mut *first] {
                if side.is_object() {
                    *side = Value::Array(vec![side.take()]);
                }
            }
        }
        match (first, second) {
            (Value::Array(first), Value::Array(second)) => self.lists(first, second, key, pointer),
            (Value::Array(first), second @ Value::Object(_)) if key == "identity" => {
                self.lists(first, vec![second], key, pointer);
            }
            (Value::Object(first), Value::Object(second)) if alike(first, &second) => {
                self.objects(first, second, pointer);
            }
            (first, second) => self.disagree(first, &second, pointer),
        }
    }

    /// Adds the items that are not in the first list, apart from what they are called.
    pub(super) fn lists(
        &mut self,
        first: &mut Vec<Value>,
        second: Vec<Value>,
        key: &str,
        pointer: &str,
    ) {
        let mut known: HashMap<[u8; 16], usize> = HashMap::new();
        for (index, item) in first.iter().enumerate() {
            known.entry(digest(&nameless(item))).or_insert(index);
        }
        let before = first.len();
        let mut added = Vec::new();
        for item in second {
            let same = known.get(&digest(&nameless(&item)));
            match same.and_then(|index| first.get_mut(*index)) {
                Some(twin) => self.same(twin, &item),
                None => added.push(item),
            }
        }
        if added.is_empty() {
            return;
        }
        if key == "licenses" && self.version < SpecVersion::V1_7 && before > 0 {
            let expression = |item: &Value| item.get("expression").is_some();
            if first.iter().any(expression) || added.iter().any(expression) {
                self.disagree(&Value::Array(first.clone()), &Value::Array(added), pointer);
                return;
            }
        }
        if key == "hashes" {
            self.digests(first, &added, pointer);
        }
        first.extend(added);
    }

    /// Two digests of one kind: both stand, and the difference is worth a word.
    fn digests(&mut self, first: &[Value], added: &[Value], pointer: &str) {
        let mut known: HashMap<&str, &Value> = HashMap::new();
        for item in first {
            if let Some(algorithm) = item.get("alg").and_then(Value::as_str) {
                known.entry(algorithm).or_insert(item);
            }
        }
        for item in added {
            let algorithm = item.get("alg").and_then(Value::as_str);
            if let Some(twin) = algorithm.and_then(|algorithm| known.get(algorithm)) {
                self.disagree(twin, item, pointer);
            }
        }
    }

    /// Two items that are equal but for the names inside: the names of the second stand for those
    /// of the first.
    pub(super) fn same(&mut self, first: &mut Value, second: &Value) {
        match (first, second) {
            (Value::Object(first), Value::Object(second)) => {
                for (key, value) in second {
                    match (first.get_mut(key), value) {
                        (Some(Value::String(known)), Value::String(other)) if key == "bom-ref" => {
                            self.aliases.add(other.clone(), known.clone());
                        }
                        (Some(known), value) => self.same(known, value),
                        (None, value) => {
                            first.insert(key.clone(), value.clone());
                        }
                    }
                }
            }
            (Value::Array(first), Value::Array(second)) => {
                for (known, value) in first.iter_mut().zip(second) {
                    self.same(known, value);
                }
            }
            _ => {}
        }
    }

    pub(super) fn disagree(&mut self, kept: &Value, other: &Value, pointer: &str) {
        self.conflicts.push(Conflict {
            about: self.about.clone(),
            pointer: pointer.to_owned(),
            kept: shown(kept),
            other: shown(other),
            from: self.from.to_owned(),
        });
    }
}

/// A version and a range of versions exclude each other.
fn excluded(first: &Map<String, Value>, key: &str) -> bool {
    match key {
        "version" => first.contains_key("versionRange"),
        "versionRange" => first.contains_key("version"),
        _ => false,
    }
}

fn step(pointer: &str, key: &str) -> String {
    let mut pointer = pointer.to_owned();
    push_step(&mut pointer, key);
    pointer
}

fn alike(first: &Map<String, Value>, second: &Map<String, Value>) -> bool {
    TELLING
        .iter()
        .all(|key| match (first.get(*key), second.get(*key)) {
            (Some(first), Some(second)) => first == second,
            _ => true,
        })
}

/// The value without what it and its parts are called.
pub(super) fn nameless(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let digest = members.contains_key("alg");
            let members = members.iter().filter(|(key, _)| *key != "bom-ref");
            let members = members.map(|(key, value)| {
                let value = match value {
                    // Digests are the same in either case.
                    Value::String(text) if digest && key == "content" => {
                        text.to_ascii_lowercase().into()
                    }
                    value => nameless(value),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(nameless).collect()),
        other => other.clone(),
    }
}

fn shown(value: &Value) -> String {
    const MOST: usize = 500;
    let text = value.to_string();
    let mut shown: String = text.chars().take(MOST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
