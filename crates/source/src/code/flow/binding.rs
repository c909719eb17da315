//! Names and what they are bound to.

use std::collections::HashMap;

use super::super::Value;
use super::evaluate::{Evaluator, fall_back};
use super::expression::{Expression, Pattern, Word};
use super::member::elements;
use super::thing::{Thing, either};

impl<'a> Evaluator<'_, 'a> {
    pub(super) fn look_up(&mut self, name: &Word<'a>) -> Thing<'a> {
        let found = self.scopes.iter().rev().find_map(|scope| scope.get(name));
        let found = match found {
            Some(found) => Some(found),
            None => {
                self.missed.insert(name.clone());
                self.learned.globals.get(name)
            }
        };
        let Some(found) = found else {
            return Thing::Named {
                path: name.to_string(),
                receiver: None,
                value: Value::Unknown,
            };
        };
        let size = found.size();
        if size > self.copies {
            return Thing::UNKNOWN;
        }
        let found = found.clone();
        self.copies = self.copies.saturating_sub(size);
        found
    }

    pub(super) fn declare(
        &mut self,
        pattern: &Pattern<'a>,
        value: Option<&Expression<'a>>,
    ) -> Thing<'a> {
        let thing = match value {
            Some(written) => {
                let thing = self.evaluate(written);
                if let Some(name) = pattern_name(pattern) {
                    self.note_text(&name, written, &thing);
                }
                thing
            }
            None => Thing::Value(Value::None),
        };
        self.bind(pattern, thing, true);
        Thing::UNKNOWN
    }

    pub(super) fn assign(&mut self, pattern: &Pattern<'a>, value: &Expression<'a>) -> Thing<'a> {
        let thing = self.evaluate(value);
        if let Some(name) = pattern_name(pattern) {
            self.note_text(&name, value, &thing);
        }
        self.bind(pattern, thing.clone(), false);
        thing
    }

    /// Binds what a pattern names; `new` if the names begin to exist here.
    pub(super) fn bind(&mut self, pattern: &Pattern<'a>, thing: Thing<'a>, new: bool) {
        match pattern {
            Pattern::Nothing => {}
            Pattern::Name(name) => self.bind_name(name, thing, new),
            Pattern::Map(members) => {
                for (key, inner) in members {
                    let member = self.member(&thing, key);
                    self.copies = self.copies.saturating_sub(member.size());
                    self.bind(inner, member, new);
                }
            }
            Pattern::List(members) => {
                for (index, inner) in members.iter().enumerate() {
                    let member = match &thing {
                        Thing::Value(Value::List(values)) => values
                            .get(index)
                            .map_or(Thing::UNKNOWN, |value| Thing::Value(value.clone())),
                        Thing::Value(Value::Configuration { .. }) => {
                            self.member(&thing, &index.to_string())
                        }
                        _ => Thing::UNKNOWN,
                    };
                    self.bind(inner, member, new);
                }
            }
            Pattern::Default(inner, default) => {
                let written = default;
                let default = self.evaluate(written);
                if let Some(name) = pattern_name(inner) {
                    self.note_text(&name, written, &default);
                }
                let both = match thing {
                    // What is passed by one caller does not say that the others pass it.
                    Thing::Value(Value::Text(_) | Value::Number(_)) if new => {
                        either([thing, default])
                    }
                    thing => fall_back(thing, default),
                };
                self.bind(inner, both, new);
            }
            Pattern::Typed(inner, annotation) => {
                let annotation = self.annotated(annotation);
                let thing = match annotation {
                    Some(typed) if thing.is_weak() => typed,
                    _ => thing,
                };
                self.bind(inner, thing, new);
            }
            Pattern::Target(target) => self.bind_target(target, thing),
        }
    }

    /// Something of a named type: known by the path of the type, if that is out of a module.
    pub(super) fn annotated(&mut self, annotation: &Expression<'a>) -> Option<Thing<'a>> {
        match self.evaluate(annotation) {
            Thing::Named {
                path,
                value: Value::Imported { .. },
                ..
            } => Some(Thing::Named {
                path,
                receiver: None,
                value: Value::Unknown,
            }),
            Thing::Class(class) => Some(Thing::Instance(class, None)),
            _ => None,
        }
    }

    fn bind_name(&mut self, name: &Word<'a>, thing: Thing<'a>, new: bool) {
        if new {
            if let Some(scope) = self.scopes.last_mut() {
                scope.insert(name.clone(), thing);
            }
            return;
        }
        let depth = self.scopes.len();
        let found = self
            .scopes
            .iter_mut()
            .enumerate()
            .rev()
            .find_map(|(level, scope)| scope.get_mut(name).map(|bound| (level, bound)));
        match found {
            Some((level, bound)) if level.saturating_add(1) == depth || bound.is_weak() => {
                *bound = thing;
            }
            Some((_, bound)) => {
                let before = std::mem::replace(bound, Thing::UNKNOWN);
                *bound = either([before, thing]);
            }
            None => {
                if let Some(scope) = self.scopes.first_mut() {
                    scope.insert(name.clone(), thing);
                }
            }
        }
    }

    fn bind_target(&mut self, target: &Expression<'a>, thing: Thing<'a>) {
        let Expression::Member(object, name) = target else {
            self.evaluate(target);
            return;
        };
        match self.evaluate(object) {
            Thing::Instance(class, _) | Thing::Class(class) => {
                self.bind_field(class, name.clone(), thing);
            }
            // A mapping that is filled key by key.
            Thing::Value(Value::Map(mut entries)) if matches!(**object, Expression::Name(_)) => {
                if let Expression::Name(variable) = &**object {
                    entries.retain(|(key, _)| key != name);
                    entries.push((name.to_string(), thing.into_plain()));
                    let map = Thing::Value(Value::Map(entries)).bounded();
                    self.replace(variable, map);
                }
            }
            _ => {}
        }
    }

    fn replace(&mut self, name: &Word<'a>, thing: Thing<'a>) {
        let scopes = self.scopes.iter_mut().rev();
        if let Some(bound) = scopes.into_iter().find_map(|scope| scope.get_mut(name)) {
            *bound = thing;
        }
    }

    /// What a field of a class may be, together with what it was before.
    pub(super) fn bind_field(&mut self, class: u32, name: Word<'a>, thing: Thing<'a>) {
        let key = (class, name);
        let joined = match self.fields.get(&key) {
            None => thing,
            Some(_) if thing.is_weak() => return,
            Some(before) if before.is_weak() => thing,
            Some(before) if *before == thing => return,
            Some(before) => either([before.clone(), thing]),
        };
        self.fields.insert(key, joined);
    }

    pub(super) fn each(
        &mut self,
        pattern: &Pattern<'a>,
        over: &Expression<'a>,
        body: &Expression<'a>,
    ) -> Thing<'a> {
        let over = self.evaluate(over);
        let element = elements(&over);
        self.scopes.push(HashMap::new());
        self.bind(pattern, element, true);
        self.evaluate(body);
        self.scopes.pop();
        Thing::UNKNOWN
    }
}

pub(super) fn pattern_name<'a>(pattern: &Pattern<'a>) -> Option<Word<'a>> {
    match pattern {
        Pattern::Name(name) => Some(name.clone()),
        Pattern::Default(inner, _) | Pattern::Typed(inner, _) => pattern_name(inner),
        Pattern::Target(Expression::Member(_, name)) => Some(name.clone()),
        _ => None,
    }
}
