//! Members of things: by name, by key, by place.

use std::collections::BTreeSet;

use super::super::Value;
use super::evaluate::Evaluator;
use super::expression::{Expression, Word};
use super::thing::{Thing, either};

/// Classes that may extend one another before we stop looking.
const PARENTS_MAX: usize = 16;
/// Dotted names that one exported class may have.
const PARTS_MAX: usize = 500;
/// Fields of a file, times what it exports, up to which classes are exported.
const STEPS_MAX: usize = 5_000_000;

impl<'a> Evaluator<'_, 'a> {
    pub(super) fn member(&mut self, object: &Thing<'a>, name: &str) -> Thing<'a> {
        match object {
            Thing::Value(value) => self.value_member(value, name),
            Thing::Named {
                path,
                receiver,
                value,
            } => self.named_member(path, *receiver, value, name),
            Thing::Map(entries) => entries
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map_or(Thing::UNKNOWN, |(_, thing)| thing.clone()),
            Thing::Class(class) => self.class_member(*class, name),
            Thing::Instance(class, own) => {
                if let Some((_, thing)) = own
                    .iter()
                    .flat_map(|own| own.iter())
                    .find(|(key, _)| key == name)
                    && !thing.is_weak()
                {
                    return thing.clone();
                }
                self.class_member(*class, name)
            }
            Thing::Either(things) => {
                let found: Vec<_> = things
                    .iter()
                    .map(|thing| self.member(thing, name))
                    .collect();
                either(found)
            }
            Thing::Function(_) => Thing::UNKNOWN,
        }
    }

    /// Under dotted names, what an exported class or object has, or what a function returns.
    pub(super) fn export_parts(&mut self, name: &str, thing: &Thing<'a>) {
        let mut parts: Vec<(String, Value)> = Vec::new();
        match thing {
            Thing::Class(class) | Thing::Instance(class, _) => {
                // All fields are gone through for each class.
                let all = self.learned.fields.len().saturating_add(self.fields.len());
                if self.facts.exports.len().saturating_mul(all) > STEPS_MAX {
                    return;
                }
                let fields = self.learned.fields.keys().chain(self.fields.keys());
                let of_class = fields.filter(|(owner, _)| owner == class);
                let names: BTreeSet<String> =
                    of_class.map(|(_, field)| field.to_string()).collect();
                for field in names.into_iter().take(PARTS_MAX) {
                    let value = self.class_member(*class, &field).plain();
                    parts.push((format!("{name}.{field}"), value));
                }
            }
            Thing::Function(function) => {
                if let Some(returned) = self.learned.returned.get(function) {
                    parts.push((format!("{name}()"), returned.plain()));
                }
            }
            _ => {}
        }
        parts.retain(|(_, value)| *value != Value::Unknown);
        self.facts.exports.extend(parts);
    }

    fn class_member(&mut self, class: u32, name: &str) -> Thing<'a> {
        let mut class = class;
        for _ in 0..PARENTS_MAX {
            let key = (class, Word::Owned(name.to_owned()));
            if let Some(function) = self.learned.getters.get(&key) {
                return self
                    .learned
                    .returned
                    .get(function)
                    .cloned()
                    .unwrap_or(Thing::UNKNOWN);
            }
            let before = self.learned.fields.get(&key);
            let found = match before.filter(|thing| !thing.is_weak()) {
                Some(before) => Some(before),
                None => self.fields.get(&key).or(before),
            };
            if let Some(thing) = found {
                self.copies = self.copies.saturating_sub(thing.size());
                return thing.clone();
            }
            match self.learned.parents.get(&class) {
                Some(Thing::Class(parent)) => class = *parent,
                Some(Thing::Named { path, .. }) => {
                    return Thing::Named {
                        path: format!("{path}.{name}"),
                        receiver: None,
                        value: Value::Unknown,
                    };
                }
                _ => break,
            }
        }
        Thing::UNKNOWN
    }

    fn named_member(
        &mut self,
        path: &str,
        receiver: Option<usize>,
        value: &Value,
        name: &str,
    ) -> Thing<'a> {
        if receiver.is_none()
            && let Some(value) = self.dialect.member(path, name)
        {
            return Thing::Value(value);
        }
        let value = match value {
            Value::Imported {
                module,
                name: outer,
            } => Value::Imported {
                module: module.clone(),
                name: if outer.is_empty() {
                    name.to_owned()
                } else {
                    format!("{outer}.{name}")
                },
            },
            _ => Value::Unknown,
        };
        if path.len() > 1024 {
            return Thing::UNKNOWN;
        }
        Thing::Named {
            path: format!("{path}.{name}"),
            receiver,
            value,
        }
    }

    fn value_member(&mut self, value: &Value, name: &str) -> Thing<'a> {
        match value {
            Value::Map(entries) => entries
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map_or(Thing::UNKNOWN, |(_, value)| Thing::Value(value.clone())),
            Value::Result(index) => {
                let path = self
                    .facts
                    .calls
                    .get(*index)
                    .map_or("", |call| call.path.as_str());
                if path.is_empty() || path.len() > 1024 {
                    return Thing::UNKNOWN;
                }
                Thing::Named {
                    path: format!("{}.{name}", self.dialect.made(path)),
                    receiver: Some(*index),
                    value: match self.made.get(index) {
                        Some((module, outer)) => Value::Imported {
                            module: module.clone(),
                            name: format!("{outer}.{name}"),
                        },
                        None => Value::Unknown,
                    },
                }
            }
            Value::Configuration { file, keys } if keys.len() < 32 => {
                let mut keys = keys.clone();
                keys.push(name.to_owned());
                Thing::Value(Value::Configuration {
                    file: file.clone(),
                    keys,
                })
            }
            Value::Imported {
                module,
                name: outer,
            } => Thing::Value(Value::Imported {
                module: module.clone(),
                name: format!("{outer}.{name}"),
            }),
            Value::Either(values) => {
                let found: Vec<_> = values
                    .iter()
                    .map(|value| self.value_member(value, name))
                    .collect();
                either(found)
            }
            Value::Environment {
                default: Some(default),
                ..
            } => self.value_member(&default.clone(), name),
            _ => Thing::UNKNOWN,
        }
    }

    pub(super) fn indexed(&mut self, object: &Expression<'a>, key: &Expression<'a>) -> Thing<'a> {
        let object = self.evaluate(object);
        let key = self.evaluate(key).into_plain();
        match (&object, key) {
            (_, Value::Text(key)) => self.member(&object, &key),
            (Thing::Value(Value::List(values)), Value::Number(number)) => number
                .parse::<usize>()
                .ok()
                .and_then(|index| values.get(index))
                .map_or(Thing::UNKNOWN, |value| Thing::Value(value.clone())),
            (Thing::Value(Value::Configuration { .. }), Value::Number(number)) => {
                self.member(&object, &number)
            }
            (Thing::Named { .. }, _) => object,
            (_, Value::Either(keys)) => {
                let found: Vec<_> = keys
                    .iter()
                    .map(|key| match key {
                        Value::Text(key) => self.member(&object, key),
                        _ => Thing::UNKNOWN,
                    })
                    .collect();
                either(found)
            }
            _ => elements(&object),
        }
    }
}

/// Any of the elements of a list or of the values of a mapping.
pub(super) fn elements<'a>(thing: &Thing<'a>) -> Thing<'a> {
    match thing {
        Thing::Value(Value::List(values)) => either(values.iter().cloned().map(Thing::Value)),
        Thing::Value(Value::Map(entries)) => {
            either(entries.iter().map(|(_, value)| Thing::Value(value.clone())))
        }
        Thing::Map(entries) => either(entries.iter().map(|(_, thing)| thing.clone())),
        _ => Thing::UNKNOWN,
    }
}
