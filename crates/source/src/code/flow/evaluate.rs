//! Expressions to what they amount to.

use std::collections::{BTreeSet, HashMap};

use super::super::{Call, CodeFacts, NamedText, Value};
use super::expression::{Entry, Expression, Place, Word};
use super::thing::{Thing, either, join, rendered};
use super::{Called, Dialect};

const TEXT_MIN_BYTES: usize = 40;
const TEXT_MAX_BYTES: usize = 64 * 1024;

/// What one run leaves for the next.
#[derive(Default)]
pub(crate) struct Learned<'a> {
    /// Number of each call, by its place.
    pub(super) numbers: HashMap<(u32, u32), usize>,
    /// What functions are given, by function and parameter.
    pub(super) passed: HashMap<u32, Vec<Vec<Thing<'a>>>>,
    pub(super) returned: HashMap<u32, Thing<'a>>,
    pub(super) fields: HashMap<(u32, Word<'a>), Thing<'a>>,
    pub(super) parents: HashMap<u32, Thing<'a>>,
    pub(super) globals: HashMap<Word<'a>, Thing<'a>>,
    pub(super) constructors: HashMap<u32, u32>,
    pub(super) getters: HashMap<(u32, Word<'a>), u32>,
}

/// One run over a file.
pub(crate) struct Evaluator<'d, 'a> {
    pub(super) dialect: &'d dyn Dialect,
    pub(super) learned: Learned<'a>,
    pub(super) facts: CodeFacts,
    /// Module and name of what calls of other files make, by the number of the call.
    pub(super) made: HashMap<usize, (String, String)>,
    /// What this run learns, for the next one.
    pub(super) passing: HashMap<u32, Vec<Vec<Thing<'a>>>>,
    pub(super) fields: HashMap<(u32, Word<'a>), Thing<'a>>,
    pub(super) places: Vec<Place>,
    pub(super) scopes: Vec<HashMap<Word<'a>, Thing<'a>>>,
    /// What `this` is, innermost last.
    pub(super) objects: Vec<u32>,
    /// What the functions that are being followed return.
    pub(super) returns: Vec<Vec<Thing<'a>>>,
    /// Whether another run could know more.
    pub(super) changed: bool,
    /// Names that were needed before they were bound.
    pub(super) missed: BTreeSet<Word<'a>>,
    pub(super) copies: usize,
    texts_seen: BTreeSet<(String, u32)>,
}

impl<'d, 'a> Evaluator<'d, 'a> {
    pub(crate) fn new(dialect: &'d dyn Dialect, learned: Learned<'a>, copies: usize) -> Self {
        let calls = learned.numbers.len();
        let mut facts = CodeFacts::default();
        facts.calls.resize_with(calls, empty_call);
        Self {
            dialect,
            learned,
            facts,
            made: HashMap::new(),
            passing: HashMap::new(),
            fields: HashMap::new(),
            places: vec![NOWHERE; calls],
            scopes: vec![HashMap::new()],
            objects: Vec::new(),
            returns: Vec::new(),
            changed: false,
            missed: BTreeSet::new(),
            copies,
            texts_seen: BTreeSet::new(),
        }
    }

    /// Whether a further run would know more than this one did.
    pub(crate) fn would_learn(&self) -> bool {
        let globals = self.scopes.first();
        self.changed
            || self.passing != self.learned.passed
            || self.fields != self.learned.fields
            || self.missed.iter().any(|name| {
                globals.and_then(|globals| globals.get(name)) != self.learned.globals.get(name)
            })
    }

    pub(crate) fn finish(mut self, last: bool) -> (CodeFacts, Learned<'a>) {
        if let Some(globals) = self.scopes.into_iter().next() {
            self.learned.globals = globals;
        }
        self.learned.passed = self.passing;
        self.learned.fields = self.fields;
        if last {
            order(&mut self.facts, &self.places);
        }
        (self.facts, self.learned)
    }

    pub(crate) fn evaluate(&mut self, expression: &Expression<'a>) -> Thing<'a> {
        match expression {
            Expression::Known(value, _) => Thing::Value(value.clone()),
            Expression::Name(name) => self.look_up(name),
            Expression::This => self.this(),
            Expression::Parent => self.parent(),
            Expression::Member(object, name) => {
                let object = self.evaluate(object);
                self.member(&object, name)
            }
            Expression::Index(object, key) => self.indexed(object, key),
            Expression::Call(calling) => self.call(calling),
            Expression::Map(entries) => self.map(entries),
            Expression::Construct(class, entries, place) => {
                self.construct_literal(class, entries, *place)
            }
            Expression::List(elements) => self.list(elements),
            Expression::Spread(inner) => self.evaluate(inner),
            Expression::Join(parts, always_text, _) => self.joined(parts, *always_text),
            Expression::Either(branches) => self.either(branches),
            Expression::Otherwise(choices) => self.otherwise(choices),
            Expression::Function(function) => self.function(function),
            Expression::Class(class) => self.class(class),
            Expression::Let(pattern, value) => self.declare(pattern, value.as_deref()),
            Expression::Assign(pattern, value) => self.assign(pattern, value),
            Expression::All(inner) => self.all(inner),
            Expression::Effects(inner) => {
                self.all(inner);
                Thing::UNKNOWN
            }
            Expression::Block(inner) => {
                self.scopes.push(HashMap::new());
                let value = self.all(inner);
                self.scopes.pop();
                value
            }
            Expression::Return(inner) => self.give_back(inner),
            Expression::Each(pattern, over, body) => self.each(pattern, over, body),
            Expression::Imported(path, module, name) => imported(path, module, name),
            Expression::Configuration(file) => configuration(file),
            Expression::Export(name, inner) => self.export(name, inner),
        }
    }

    pub(super) fn all(&mut self, inner: &[Expression<'a>]) -> Thing<'a> {
        let mut value = Thing::UNKNOWN;
        for expression in inner {
            value = self.evaluate(expression);
        }
        value
    }

    fn list(&mut self, elements: &[Expression<'a>]) -> Thing<'a> {
        let mut values = Vec::new();
        for element in elements {
            let value = self.evaluate(element);
            match (element, value) {
                (Expression::Spread(_), Thing::Value(Value::List(inner))) => values.extend(inner),
                (Expression::Spread(_), _) => values.push(Value::Unknown),
                (_, value) => values.push(value.into_plain()),
            }
        }
        Thing::Value(Value::List(values)).bounded()
    }

    pub(super) fn entries(&mut self, entries: &[Entry<'a>]) -> Vec<(Word<'a>, Thing<'a>)> {
        let mut out: Vec<(Word<'a>, Thing<'a>)> = Vec::with_capacity(entries.len());
        let mut spread = false;
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let thing = self.evaluate(value);
                    self.note_text(key, value, &thing);
                    if spread {
                        out.retain(|(name, _)| name != key);
                    }
                    out.push((key.clone(), thing));
                }
                Entry::Computed(key, value) => {
                    let key = self.evaluate(key);
                    let thing = self.evaluate(value);
                    if let Thing::Value(Value::Text(key)) = key {
                        out.push((Word::Owned(key), thing));
                    }
                }
                Entry::Spread(inner) => {
                    spread = true;
                    let inner = match self.evaluate(inner) {
                        Thing::Value(Value::Map(map)) => map
                            .into_iter()
                            .map(|(key, value)| (Word::Owned(key), Thing::Value(value)))
                            .collect(),
                        Thing::Map(map) | Thing::Instance(_, Some(map)) => map.to_vec(),
                        _ => Vec::new(),
                    };
                    // Many spreads of many keys into one object would take quadratic time.
                    if inner.len().saturating_mul(out.len()) < 10_000 {
                        out.retain(|(name, _)| !inner.iter().any(|(key, _)| key == name));
                    }
                    out.extend(inner);
                }
            }
        }
        out
    }

    fn map(&mut self, entries: &[Entry<'a>]) -> Thing<'a> {
        let out = self.entries(entries);
        let is_plain = |thing: &Thing<'_>| matches!(thing, Thing::Value(_));
        if out.iter().all(|(_, thing)| is_plain(thing)) {
            Thing::Value(Value::Map(
                out.into_iter()
                    .map(|(key, thing)| (key.into_owned(), thing.into_plain()))
                    .collect(),
            ))
            .bounded()
        } else {
            Thing::Map(out.into()).bounded()
        }
    }

    fn joined(&mut self, parts: &[Expression<'a>], always_text: bool) -> Thing<'a> {
        let values = parts
            .iter()
            .map(|part| self.evaluate(part).into_plain())
            .collect();
        Thing::Value(join(values, always_text)).bounded()
    }

    fn either(&mut self, branches: &[Expression<'a>]) -> Thing<'a> {
        let things: Vec<Thing<'a>> = branches
            .iter()
            .map(|branch| self.evaluate(branch))
            .collect();
        either(things)
    }

    fn otherwise(&mut self, choices: &[Expression<'a>]) -> Thing<'a> {
        let mut found: Option<Thing<'a>> = None;
        for choice in choices {
            let next = self.evaluate(choice);
            found = Some(match found {
                Some(found) => fall_back(found, next),
                None => next,
            });
        }
        found.unwrap_or(Thing::UNKNOWN)
    }

    fn give_back(&mut self, inner: &Expression<'a>) -> Thing<'a> {
        let value = self.evaluate(inner);
        if let Some(returns) = self.returns.last_mut()
            && returns.len() < 32
        {
            returns.push(value);
        }
        Thing::UNKNOWN
    }

    fn export(&mut self, name: &Word<'a>, inner: &Expression<'a>) -> Thing<'a> {
        let thing = self.evaluate(inner);
        self.note_text(name, inner, &thing);
        if self.returns.is_empty() {
            self.export_parts(name, &thing);
            if !matches!(thing, Thing::Function(_) | Thing::Class(_)) {
                let value = thing.plain();
                self.facts.exports.push((name.to_string(), value));
            }
        }
        thing
    }

    /// Keeps a longer text that is written out at this place under its name.
    pub(super) fn note_text(&mut self, name: &str, written: &Expression<'a>, thing: &Thing<'a>) {
        let (mut written, mut line) = (written, 0);
        while line == 0 {
            line = match written {
                Expression::Known(_, line) | Expression::Join(_, _, line) => *line,
                Expression::Either(inner) | Expression::Otherwise(inner) => match inner.last() {
                    Some(inner) => {
                        written = inner;
                        continue;
                    }
                    None => return,
                },
                _ => return,
            };
            break;
        }
        let value = match thing {
            Thing::Value(value) => value,
            _ => return,
        };
        let Some(text) = rendered(value) else { return };
        if text.len() > TEXT_MAX_BYTES || (text.len() < TEXT_MIN_BYTES && !text.contains('\n')) {
            return;
        }
        if self.texts_seen.insert((name.to_owned(), line)) {
            self.facts.texts.push(NamedText {
                name: name.to_owned(),
                text,
                line,
            });
        }
    }

    /// The arguments of a call as the dialect wants to see them: functions as what they return.
    pub(super) fn called<'c>(
        &'c self,
        path: &'c str,
        object: Option<&'c Thing<'a>>,
        arguments: &'c [Thing<'a>],
    ) -> Called<'c, 'a> {
        Called {
            path,
            name: path.rsplit('.').next().unwrap_or(path),
            object,
            arguments,
            calls: &self.facts.calls,
        }
    }
}

/// The first, or the second if there is no first.
pub(crate) fn fall_back<'a>(first: Thing<'a>, second: Thing<'a>) -> Thing<'a> {
    match first {
        Thing::Value(Value::Environment { name, default }) => {
            let default = match default {
                None => second.into_plain(),
                Some(default) => fall_back(Thing::Value(*default), second).into_plain(),
            };
            Thing::Value(Value::Environment {
                name,
                default: Some(Box::new(default)),
            })
        }
        Thing::Value(Value::None | Value::Bool(false)) => second,
        Thing::Value(Value::Text(text)) if text.is_empty() => second,
        Thing::Value(Value::Unknown) => second,
        Thing::Named {
            value: Value::Unknown,
            ..
        } if !matches!(second, Thing::Named { .. }) => second,
        Thing::Value(Value::Text(_) | Value::Map(_) | Value::List(_)) => first,
        first => either([first, second]),
    }
}

pub(super) fn imported<'a>(path: &str, module: &str, name: &str) -> Thing<'a> {
    Thing::Named {
        path: path.to_owned(),
        receiver: None,
        value: Value::Imported {
            module: module.to_owned(),
            name: name.to_owned(),
        },
    }
}

fn configuration<'a>(file: &str) -> Thing<'a> {
    Thing::Value(Value::Configuration {
        file: Box::new(Value::Text(file.to_owned())),
        keys: Vec::new(),
    })
}

pub(super) const NOWHERE: Place = Place {
    start: 0,
    end: 0,
    line: 0,
    column: 0,
};

pub(super) fn empty_call() -> Call {
    Call {
        path: String::new(),
        receiver: None,
        arguments: Vec::new(),
        line: 0,
        column: 0,
    }
}

/// Brings calls into the order of the text, and everything that refers to them along.
fn order(facts: &mut CodeFacts, places: &[Place]) {
    let mut by_place: Vec<usize> = (0..facts.calls.len())
        .filter(|&index| {
            facts
                .calls
                .get(index)
                .is_some_and(|call| !call.path.is_empty())
        })
        .collect();
    by_place.sort_by_key(|&index| places.get(index).map(|place| (place.start, place.end)));
    let mut new_number = vec![None; facts.calls.len()];
    for (new, &old) in by_place.iter().enumerate() {
        if let Some(number) = new_number.get_mut(old) {
            *number = Some(new);
        }
    }
    let number = |old: usize| new_number.get(old).copied().flatten();
    let mut calls = std::mem::take(&mut facts.calls);
    facts.calls = by_place
        .iter()
        .filter_map(|&old| {
            let mut call = std::mem::replace(calls.get_mut(old)?, empty_call());
            call.receiver = call.receiver.and_then(number);
            for argument in &mut call.arguments {
                renumber(&mut argument.value, &number);
            }
            Some(call)
        })
        .collect();
    for (_, value) in &mut facts.exports {
        renumber(value, &number);
    }
}

fn renumber(value: &mut Value, number: &impl Fn(usize) -> Option<usize>) {
    match value {
        Value::Result(index) => match number(*index) {
            Some(new) => *index = new,
            None => *value = Value::Unknown,
        },
        Value::Parts(values) | Value::List(values) | Value::Either(values) => {
            for value in values {
                renumber(value, number);
            }
        }
        Value::Map(entries) => {
            for (_, value) in entries {
                renumber(value, number);
            }
        }
        Value::Environment {
            default: Some(value),
            ..
        }
        | Value::Configuration { file: value, .. } => renumber(value, number),
        _ => {}
    }
}
