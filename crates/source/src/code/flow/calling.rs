//! Calls, functions and classes.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::{Argument, Call, Value};
use super::Meaning;
use super::binding::pattern_name;
use super::evaluate::{Evaluator, NOWHERE, empty_call};
use super::expression::{Calling, Class, Entry, Expression, Function, Place, Word};
use super::member::elements;
use super::thing::{Thing, either};

/// Call sites of one function that are told apart.
const SITES_MAX: usize = 16;
const ARGUMENTS_MAX: usize = 64;
const PATH_MAX_BYTES: usize = 1024;
/// Methods whose function argument is handed what they are called on.
const HAND_ON: [&str; 5] = ["then", "map", "and_then", "tap", "pipe"];

impl<'a> Evaluator<'_, 'a> {
    pub(super) fn call(&mut self, calling: &Calling<'a>) -> Thing<'a> {
        let (object, callee) = match &calling.callee {
            Expression::Member(object, name) => {
                let object = self.evaluate(object);
                let callee = self.member(&object, name);
                (Some(object), callee)
            }
            other => (None, self.evaluate(other)),
        };
        let arguments = self.arguments(calling);
        if let Some(object) = &object {
            self.hand_on(object, &calling.callee, &arguments);
        }
        let (path, receiver, is_known) = self.path_of(&callee, &calling.callee, calling.construct);
        let seen = self.seen(&arguments);
        let meaning = {
            let called = self.called(&path, object.as_ref(), &seen);
            self.dialect.call(&called)
        };
        if let Meaning::Silent(thing) = meaning {
            return thing.bounded();
        }
        let mut local = self.local(&callee, calling.construct, &arguments);
        if let Some(Thing::Class(class)) = &object
            && local.is_none()
        {
            // What a class makes by a function that is not written here, is most likely its object.
            local = Some(Thing::Instance(*class, None));
        }
        if !is_known || path.is_empty() || path.len() > PATH_MAX_BYTES {
            return match meaning {
                Meaning::Recorded(thing) => thing.bounded(),
                _ => local.unwrap_or(Thing::UNKNOWN),
            };
        }
        for (written, thing) in calling.arguments.iter().zip(&seen) {
            let name = path.rsplit('.').next().unwrap_or(&path);
            self.note_text(name, written, thing);
        }
        let arguments = self.told(seen);
        let number = self.record(path, receiver, arguments, calling.place);
        if let Thing::Named {
            receiver: None,
            value: Value::Imported { module, name },
            ..
        } = &callee
            && !name.is_empty()
        {
            let made = (module.clone(), name.clone());
            self.made.insert(number, made);
        }
        match meaning {
            Meaning::Recorded(thing) => thing.bounded(),
            _ => local.unwrap_or(Thing::Value(Value::Result(number))),
        }
    }

    fn arguments(&mut self, calling: &Calling<'a>) -> Vec<Thing<'a>> {
        let mut arguments = Vec::with_capacity(calling.arguments.len());
        for argument in &calling.arguments {
            let thing = self.evaluate(argument);
            match (argument, thing) {
                (Expression::Spread(_), Thing::Value(Value::List(values))) => {
                    arguments.extend(values.into_iter().map(Thing::Value));
                }
                (Expression::Spread(_), _) => arguments.push(Thing::UNKNOWN),
                (_, thing) => arguments.push(thing),
            }
        }
        arguments
    }

    /// Arguments with what functions return in place of the functions.
    fn seen(&self, arguments: &[Thing<'a>]) -> Vec<Thing<'a>> {
        arguments
            .iter()
            .map(|argument| match argument {
                Thing::Function(function) => self
                    .learned
                    .returned
                    .get(function)
                    .cloned()
                    .unwrap_or(Thing::UNKNOWN),
                other => other.clone(),
            })
            .collect()
    }

    /// Arguments as they are told to others.
    fn told(&self, mut seen: Vec<Thing<'a>>) -> Vec<Argument> {
        let unnamed = |value| Argument { name: None, value };
        if self.dialect.keywords_in_object()
            && seen.len() == 1
            && let Some(only) = seen.pop()
        {
            return match only.into_plain() {
                Value::Map(entries) => entries
                    .into_iter()
                    .map(|(key, value)| Argument {
                        name: Some(key),
                        value,
                    })
                    .collect(),
                value => vec![unnamed(value)],
            };
        }
        seen.into_iter()
            .map(|thing| unnamed(thing.into_plain()))
            .collect()
    }

    /// Path of what is called, the call that made its object, and whether it is worth recording.
    fn path_of(
        &self,
        callee: &Thing<'a>,
        written: &Expression<'a>,
        construct: bool,
    ) -> (String, Option<usize>, bool) {
        match callee {
            Thing::Named {
                path,
                receiver,
                value,
            } => match (value, written) {
                // `const OpenAI = require("openai"); new OpenAI()`
                (Value::Imported { name, .. }, Expression::Name(local))
                    if construct && name.is_empty() =>
                {
                    (format!("{path}.{local}"), *receiver, true)
                }
                _ => (path.clone(), *receiver, true),
            },
            Thing::Value(Value::Result(index)) => {
                let made = self.facts.calls.get(*index);
                let path = made.map(|call| format!("{}.call", call.path));
                (path.unwrap_or_default(), Some(*index), true)
            }
            Thing::Either(things) => things
                .iter()
                .find(|thing| matches!(thing, Thing::Named { .. }))
                .map(|thing| self.path_of(thing, written, construct))
                .unwrap_or_default(),
            Thing::Value(Value::Either(values)) => values
                .iter()
                .find(|value| matches!(value, Value::Result(_)))
                .map(|value| self.path_of(&Thing::Value(value.clone()), written, construct))
                .unwrap_or_default(),
            Thing::Function(_) | Thing::Class(_) => (written_path(written), None, true),
            _ => (written_path(written), None, false),
        }
    }

    /// What a function or class of this file makes of its arguments.
    fn local(
        &mut self,
        callee: &Thing<'a>,
        construct: bool,
        arguments: &[Thing<'a>],
    ) -> Option<Thing<'a>> {
        match callee {
            Thing::Function(function) => {
                self.pass(*function, arguments);
                let returned = self.learned.returned.get(function)?;
                (!matches!(returned, Thing::Value(Value::Unknown))).then(|| returned.clone())
            }
            Thing::Class(class) if construct => {
                if let Some(constructor) = self.learned.constructors.get(class).copied() {
                    self.pass(constructor, arguments);
                }
                Some(Thing::Instance(*class, None))
            }
            Thing::Either(things) => things
                .iter()
                .filter_map(|thing| self.local(thing, construct, arguments))
                .next(),
            _ => None,
        }
    }

    /// Remembers what a function is given.
    fn pass(&mut self, function: u32, arguments: &[Thing<'a>]) {
        let size = arguments
            .iter()
            .fold(1_usize, |sum, thing| sum.saturating_add(thing.size()));
        if size > self.copies {
            return;
        }
        self.copies = self.copies.saturating_sub(size);
        let sites = self.passing.entry(function).or_default();
        for (index, argument) in arguments.iter().take(ARGUMENTS_MAX).enumerate() {
            if sites.len() <= index {
                sites.push(Vec::new());
            }
            let Some(seen) = sites.get_mut(index) else {
                return;
            };
            if seen.len() < SITES_MAX && !argument.is_weak() && !seen.contains(argument) {
                seen.push(argument.clone());
            }
        }
    }

    /// `list.map((element) => ...)` and `promise.then((value) => ...)`.
    fn hand_on(&mut self, object: &Thing<'a>, callee: &Expression<'a>, arguments: &[Thing<'a>]) {
        let handed = match object {
            Thing::Value(Value::List(_)) => elements(object),
            object => match callee {
                Expression::Member(_, name) if HAND_ON.contains(&name.as_ref()) => object.clone(),
                _ => return,
            },
        };
        for argument in arguments {
            if let Thing::Function(function) = argument {
                self.pass(*function, std::slice::from_ref(&handed));
            }
        }
    }

    fn record(
        &mut self,
        path: String,
        receiver: Option<usize>,
        arguments: Vec<Argument>,
        place: Place,
    ) -> usize {
        let next = self.facts.calls.len();
        let number = *self
            .learned
            .numbers
            .entry((place.start, place.end))
            .or_insert(next);
        if number == next {
            self.facts.calls.push(empty_call());
            self.places.push(NOWHERE);
        }
        if let Some(call) = self.facts.calls.get_mut(number) {
            *call = Call {
                path,
                receiver,
                arguments,
                line: place.line,
                column: place.column,
            };
        }
        if let Some(kept) = self.places.get_mut(number) {
            *kept = place;
        }
        number
    }

    pub(super) fn construct_literal(
        &mut self,
        class: &Expression<'a>,
        entries: &[Entry<'a>],
        place: Place,
    ) -> Thing<'a> {
        let written = class;
        let class = self.evaluate(written);
        let fields = self.entries(entries);
        match class {
            Thing::Class(id) | Thing::Instance(id, _) => {
                for (name, thing) in &fields {
                    self.bind_field(id, name.clone(), thing.clone());
                }
                Thing::Instance(id, Some(Rc::new(fields))).bounded()
            }
            Thing::Named {
                path,
                value: Value::Imported { .. },
                ..
            } => {
                let map = Thing::Map(Rc::new(fields)).bounded();
                let arguments = match map.plain() {
                    Value::Map(entries) => entries
                        .into_iter()
                        .map(|(key, value)| Argument {
                            name: Some(key),
                            value,
                        })
                        .collect(),
                    _ => Vec::new(),
                };
                self.record(path, None, arguments, place);
                Thing::Value(map.into_plain())
            }
            _ => Thing::Value(Thing::Map(Rc::new(fields)).bounded().into_plain()),
        }
    }

    pub(super) fn function(&mut self, function: &Function<'a>) -> Thing<'a> {
        self.scopes.push(HashMap::new());
        self.returns.push(Vec::new());
        let passed = self.learned.passed.get(&function.id).cloned();
        for (index, parameter) in function.parameters.iter().enumerate() {
            let sites = passed.as_ref().and_then(|passed| passed.get(index));
            let mut thing = match sites {
                Some(things) if !things.is_empty() => either(things.iter().cloned()),
                _ => Thing::UNKNOWN,
            };
            let name = pattern_name(&parameter.pattern);
            if thing.is_weak() {
                let typed = match &parameter.annotation {
                    Some(annotation) => self.annotated(annotation),
                    None => None,
                };
                thing = match (typed, &name) {
                    (Some(typed), _) => typed,
                    (None, Some(name)) => Thing::Named {
                        path: name.to_string(),
                        receiver: None,
                        value: Value::Unknown,
                    },
                    (None, None) => Thing::UNKNOWN,
                };
            }
            self.bind(&parameter.pattern, thing, true);
            if parameter.field
                && let (Some(class), Some(name)) = (self.objects.last().copied(), name)
            {
                let thing = self.look_up(&name);
                self.bind_field(class, name, thing);
            }
        }
        let last = self.all(&function.body);
        let mut returned = self.returns.pop().unwrap_or_default();
        self.scopes.pop();
        if function.yields_last {
            returned.push(last);
        }
        let returned = either(returned);
        // A parameter that is given back unchanged says nothing to the caller.
        if self.learned.returned.get(&function.id) != Some(&returned) {
            self.changed |= !returned.is_weak();
            self.learned.returned.insert(function.id, returned);
        }
        Thing::Function(function.id)
    }

    pub(super) fn class(&mut self, class: &Class<'a>) -> Thing<'a> {
        if let Some(parent) = &class.parent {
            let parent = self.evaluate(parent);
            if self.learned.parents.get(&class.id) != Some(&parent) {
                self.changed = true;
                self.learned.parents.insert(class.id, parent);
            }
        }
        if let Some(constructor) = &class.constructor {
            self.learned.constructors.insert(class.id, constructor.id);
        }
        for (name, method, is_getter) in &class.methods {
            if *is_getter {
                let key = (class.id, name.clone());
                self.learned.getters.insert(key, method.id);
            } else {
                self.bind_field(class.id, name.clone(), Thing::Function(method.id));
            }
        }
        self.objects.push(class.id);
        for field in &class.fields {
            let mut thing = match &field.value {
                Some(value) => {
                    let thing = self.evaluate(value);
                    self.note_text(&field.name, value, &thing);
                    thing
                }
                None => Thing::UNKNOWN,
            };
            if thing.is_weak()
                && let Some(annotation) = &field.annotation
                && let Some(typed) = self.annotated(annotation)
            {
                thing = typed;
            }
            if !matches!(thing, Thing::Value(Value::Unknown)) {
                self.bind_field(class.id, field.name.clone(), thing);
            }
        }
        if let Some(constructor) = &class.constructor {
            self.function(constructor);
        }
        for (_, method, _) in &class.methods {
            self.function(method);
        }
        self.objects.pop();
        Thing::Class(class.id)
    }

    pub(super) fn this(&self) -> Thing<'a> {
        self.objects
            .last()
            .map_or(Thing::UNKNOWN, |class| Thing::Instance(*class, None))
    }

    pub(super) fn parent(&self) -> Thing<'a> {
        self.objects
            .last()
            .and_then(|class| self.learned.parents.get(class))
            .cloned()
            .unwrap_or(Thing::UNKNOWN)
    }
}

/// The dotted path that stands in the text.
fn written_path(written: &Expression<'_>) -> String {
    let mut parts: Vec<&Word<'_>> = Vec::new();
    let mut rest = written;
    let this = Word::Borrowed("this");
    loop {
        match rest {
            Expression::Member(object, name) => {
                parts.push(name);
                rest = object;
            }
            Expression::Name(name) => {
                parts.push(name);
                break;
            }
            Expression::This => {
                parts.push(&this);
                break;
            }
            _ => break,
        }
    }
    parts.reverse();
    let parts: Vec<&str> = parts.into_iter().map(AsRef::as_ref).collect();
    parts.join(".")
}
