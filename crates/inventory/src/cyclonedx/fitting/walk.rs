use std::collections::HashSet;

use serde_json::{Map, Value};
use waybill_domain::bill::{AlterationKind, Alterations};

use super::{
    super::{intake::digest, schema::SpecVersion, semantics::refers},
    adapt,
};
use crate::bill::json::push_step;

/// One change at one place.
struct Entry {
    pattern: String,
    kind: AlterationKind,
    into: Option<String>,
    count: u64,
    /// How much was lost.
    weight: u64,
}

/// Alterations in the order in which they came about, so that an attempt can be taken back.
#[derive(Default)]
pub(super) struct Log(Vec<Entry>);

impl Log {
    pub(super) fn into_alterations(self, alterations: &mut Alterations) {
        for entry in self.0 {
            alterations.add(entry.pattern, entry.kind, entry.into, entry.count);
        }
    }

    fn losses_since(&self, mark: usize) -> u64 {
        self.0
            .iter()
            .skip(mark)
            .filter(|entry| {
                matches!(
                    entry.kind,
                    AlterationKind::Dropped | AlterationKind::Replaced
                )
            })
            .map(|entry| entry.weight)
            .fold(0, u64::saturating_add)
    }
}

/// Walks a document along a schema.
pub(super) struct Walk<'s> {
    pub(super) root: &'s Value,
    pub(super) version: SpecVersion,
    dead: &'s dyn Fn(&str) -> bool,
    pattern: String,
    top: String,
    pub(super) log: Log,
}

impl<'s> Walk<'s> {
    pub(super) fn new(
        root: &'s Value,
        version: SpecVersion,
        dead: &'s dyn Fn(&str) -> bool,
    ) -> Self {
        Self {
            root,
            version,
            dead,
            pattern: String::new(),
            top: String::new(),
            log: Log::default(),
        }
    }

    pub(super) fn document(&mut self, document: &Value) -> Option<Value> {
        self.value(document, self.root, "")
    }

    /// Notes a change at a place below the one at hand.
    pub(super) fn note(
        &mut self,
        step: &str,
        kind: AlterationKind,
        into: Option<String>,
        count: u64,
    ) {
        let mut pattern = self.pattern.clone();
        if !step.is_empty() {
            pattern.push('/');
            pattern.push_str(step);
        }
        self.log.0.push(Entry {
            pattern,
            kind,
            into,
            count,
            weight: count,
        });
    }

    /// Notes that something below the place at hand was left out.
    fn leave_out(&mut self, step: &str, value: &Value) {
        self.note(step, AlterationKind::Dropped, None, 1);
        if let Some(entry) = self.log.0.last_mut() {
            entry.weight = leaves(value).max(1);
        }
    }

    /// What is left of a value; nothing if it cannot stand there. Recursion ends with the depth
    /// that the document was allowed when it was parsed: the schemas only loop through values.
    fn value(&mut self, value: &Value, schema: &'s Value, member: &str) -> Option<Value> {
        let rules = match self.resolved(schema) {
            Some(Value::Object(rules)) => rules,
            Some(Value::Bool(false)) => return None,
            // Described elsewhere: signatures, ids of licences. Judged in the end.
            _ => return Some(value.clone()),
        };
        let mut made = self.plain(value, rules, member)?;
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(alternatives)) = rules.get(key) {
                made = self.choice(&made, alternatives, member)?;
            }
        }
        Some(made)
    }

    fn resolved(&self, mut schema: &'s Value) -> Option<&'s Value> {
        for _ in 0..8 {
            let Some(target) = schema.get("$ref").and_then(Value::as_str) else {
                return Some(schema);
            };
            schema = self.root.pointer(target.strip_prefix('#')?)?;
        }
        None
    }

    /// The alternative that loses least; the first of several.
    fn choice(&mut self, value: &Value, alternatives: &'s [Value], member: &str) -> Option<Value> {
        let mark = self.log.0.len();
        let mut best: Option<((u64, bool), Value, Vec<Entry>)> = None;
        for alternative in alternatives {
            let made = self.value(value, alternative, member);
            let losses = self.log.losses_since(mark);
            let entries = self.log.0.split_off(mark);
            let Some(made) = made else { continue };
            let rank = (losses, made != *value);
            let done = rank == (0, false);
            if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                best = Some((rank, made, entries));
            }
            if done {
                break;
            }
        }
        let (_, made, entries) = best?;
        self.log.0.extend(entries);
        Some(made)
    }

    fn plain(
        &mut self,
        value: &Value,
        rules: &'s Map<String, Value>,
        member: &str,
    ) -> Option<Value> {
        if !is_of_type(value, rules) {
            // One where there were several.
            let Value::Array(items) = value else {
                return None;
            };
            let first = items.first()?;
            let length = self.pattern.len();
            self.pattern.push_str("/*");
            let made = self.plain(first, rules, member);
            self.pattern.truncate(length);
            for other in items.iter().skip(1) {
                self.leave_out("*", other);
            }
            return made;
        }
        match value {
            Value::String(text) => self.text(text, rules, member),
            Value::Array(items) => self.list(items, rules, member),
            Value::Object(members) => self.object(members, rules, member),
            other => Some(other.clone()),
        }
    }

    fn text(&mut self, text: &str, rules: &Map<String, Value>, member: &str) -> Option<Value> {
        if refers(&self.top, member) && (self.dead)(text) {
            return None;
        }
        let Some(Value::Array(words)) = rules.get("enum") else {
            return Some(text.into());
        };
        if words.iter().any(|word| word.as_str() == Some(text)) {
            return Some(text.into());
        }
        let instead = adapt::word(member, text, words)?;
        self.note("", AlterationKind::Replaced, Some(instead.to_owned()), 1);
        Some(instead.into())
    }

    fn list(
        &mut self,
        items: &[Value],
        rules: &'s Map<String, Value>,
        member: &str,
    ) -> Option<Value> {
        let adapted = (member == "licenses").then(|| adapt::licences(self, items));
        let items = adapted.as_deref().unwrap_or(items);
        let most = rules
            .get("maxItems")
            .and_then(Value::as_u64)
            .unwrap_or(u64::MAX);
        let unique = rules.get("uniqueItems") == Some(&Value::Bool(true));
        let mut seen = HashSet::new();
        let mut made = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let schema = match rules.get("items") {
                Some(Value::Array(tuple)) => tuple.get(index),
                other => other,
            };
            let beyond =
                schema.is_none() && rules.get("additionalItems") == Some(&Value::Bool(false));
            let fitting = if beyond || made.len() as u64 >= most {
                None
            } else {
                match schema {
                    Some(schema) => self.below("*", item, schema, member),
                    None => Some(item.clone()),
                }
            };
            match fitting {
                None => self.leave_out("*", item),
                Some(item) if unique && !seen.insert(digest(&item)) => {
                    self.note("*", AlterationKind::United, None, 1);
                }
                Some(item) => made.push(item),
            }
        }
        let least = rules.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        (made.len() as u64 >= least).then_some(Value::Array(made))
    }

    /// A value below the one at hand. If it cannot stand, what was noted inside it is forgotten:
    /// the caller notes the whole.
    fn below(
        &mut self,
        step: &str,
        value: &Value,
        schema: &'s Value,
        member: &str,
    ) -> Option<Value> {
        let mark = self.log.0.len();
        let length = self.pattern.len();
        push_step(&mut self.pattern, step);
        let made = self.value(value, schema, member);
        self.pattern.truncate(length);
        if made.is_none() {
            self.log.0.truncate(mark);
        }
        made
    }

    fn object(
        &mut self,
        members: &Map<String, Value>,
        rules: &'s Map<String, Value>,
        member: &str,
    ) -> Option<Value> {
        let mark = self.log.0.len();
        let known = rules.get("properties").and_then(Value::as_object);
        let closed = rules.get("additionalProperties") == Some(&Value::Bool(false));
        let adapted = known.and_then(|_| adapt::object(self, members, rules, member));
        let members = adapted.as_ref().unwrap_or(members);
        let required: Vec<&str> = rules
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut made = Map::new();
        for (key, value) in members {
            let Some(schema) = known.and_then(|known| known.get(key)) else {
                if closed {
                    self.drop_member(key, value);
                } else {
                    made.insert(key.clone(), value.clone());
                }
                continue;
            };
            if self.pattern.is_empty() {
                self.top.clone_from(key);
            }
            match self.below(key, value, schema, key) {
                Some(fitting) if is_emptied(value, &fitting) => {
                    if required.contains(&key.as_str()) {
                        return None;
                    }
                }
                Some(fitting) => {
                    made.insert(key.clone(), fitting);
                }
                None => self.drop_member(key, value),
            }
        }
        for key in required {
            if !made.contains_key(key) {
                let schema = known.and_then(|known| known.get(key));
                let filling = adapt::filling(self.version, member, key, schema)?;
                self.note(key, AlterationKind::Added, Some(filling.to_string()), 1);
                made.insert(key.to_owned(), filling);
            }
        }
        if self.log.0.len() > mark && made.shift_remove("signature").is_some() {
            // It was over the object as it was.
            self.drop_member("signature", &Value::Null);
        }
        adapt::says_something(member, members, &made).then_some(Value::Object(made))
    }

    fn drop_member(&mut self, key: &str, value: &Value) {
        let mut step = String::new();
        push_step(&mut step, key);
        self.leave_out(step.get(1..).unwrap_or(key), value);
    }
}

/// True if nothing is left of a list or object that held something.
fn is_emptied(before: &Value, after: &Value) -> bool {
    let length = |value: &Value| match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 1,
    };
    length(after) == 0 && length(before) != 0
}

/// Single values in a value. Recursion ends with the depth that the document was allowed.
fn leaves(value: &Value) -> u64 {
    match value {
        Value::Array(items) => items.iter().map(leaves).fold(0, u64::saturating_add),
        Value::Object(members) => members.values().map(leaves).fold(0, u64::saturating_add),
        _ => 1,
    }
}

fn is_of_type(value: &Value, rules: &Map<String, Value>) -> bool {
    let named = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => true,
    };
    match rules.get("type") {
        Some(Value::String(name)) => named(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(named),
        _ => true,
    }
}
