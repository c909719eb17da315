//! One call, with the ways to ask about its arguments and about the object that it belongs to.

use waybill_domain::inventory::Occurrence;
use waybill_knowledge::usage::{KnownCall, calls};
use waybill_source::code::{Call, Value};

use super::{
    resolve::{Known, Resolver},
    walk::argument,
};

/// Longest chain of calls that make objects for each other.
const CHAIN: usize = 12;

/// A call of one file.
#[derive(Clone)]
pub(crate) struct Site<'a> {
    pub(crate) resolver: &'a Resolver<'a>,
    pub(crate) file: &'a str,
    pub(crate) call: &'a Call,
    /// The full path, continued through objects that other files make.
    pub(crate) path: String,
    /// The calls that made the object, nearest first, with the file of each.
    pub(crate) makers: Vec<(&'a str, &'a Call)>,
}

impl<'a> Site<'a> {
    pub(crate) fn new(resolver: &'a Resolver<'a>, file: &'a str, call: &'a Call) -> Self {
        let mut site = Self {
            resolver,
            file,
            call,
            path: call.path.clone(),
            makers: Vec::new(),
        };
        let mut next = call.receiver.map(|at| (file, at));
        if next.is_none()
            && let Some((made_in, at, rest)) = resolver.made_elsewhere(file, &call.path)
            && let Some((made_in, maker)) = site.call_at(&made_in, at)
        {
            site.path = format!("{}.{rest}", maker.path);
            next = Some((made_in, at));
        }
        while let (Some((made_in, at)), true) = (next, site.makers.len() < CHAIN) {
            let Some((made_in, maker)) = site.call_at(made_in, at) else {
                break;
            };
            site.makers.push((made_in, maker));
            next = maker.receiver.map(|at| (made_in, at));
        }
        site
    }

    fn call_at(&self, file: &str, at: usize) -> Option<(&'a str, &'a Call)> {
        let (path, facts) = self.resolver.code_entry(file)?;
        facts.calls.get(at).map(|call| (path, call))
    }

    /// What the table says of this call.
    pub(crate) fn known(&self) -> Option<&'static KnownCall> {
        calls().find(&self.path)
    }

    /// The last part of the path.
    pub(crate) fn method(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    pub(crate) fn occurrence(&self) -> Occurrence {
        Occurrence {
            path: self.file.to_owned(),
            line: Some(self.call.line),
            column: Some(self.call.column),
            symbol: Some(self.path.chars().take(160).collect()),
        }
    }

    /// The argument that a slot of the table names: keywords, positions from 0, `a.b` for a key
    /// within an argument; the first alternative that is there.
    pub(crate) fn argument(&self, slot: Option<&str>) -> Option<&'a Value> {
        slot?.split('|').find_map(|way| in_call(self.call, way))
    }

    /// The same, in the calls that made the object; nearest first.
    pub(crate) fn maker_argument(&self, slot: Option<&str>) -> Option<(&'a str, &'a Value)> {
        let slot = slot?;
        self.makers.iter().find_map(|(file, call)| {
            let value = slot.split('|').find_map(|way| in_call(call, way))?;
            Some((*file, value))
        })
    }

    /// The texts that an argument may be.
    pub(crate) fn texts(&self, slot: Option<&str>) -> Vec<Known> {
        self.argument(slot)
            .map(|value| self.resolver.texts(self.file, value))
            .unwrap_or_default()
    }

    /// The texts of an argument of this call, else of the calls that made the object.
    pub(crate) fn texts_anywhere(&self, slot: Option<&str>) -> Vec<Known> {
        let here = self.texts(slot);
        if !here.is_empty() {
            return here;
        }
        self.maker_argument(slot)
            .map(|(file, value)| self.resolver.texts(file, value))
            .unwrap_or_default()
    }

    /// The first text of an argument.
    pub(crate) fn text(&self, slot: Option<&str>) -> Option<Known> {
        self.texts(slot).into_iter().next()
    }

    /// True or false, if the argument is one of them.
    pub(crate) fn truth(&self, slot: Option<&str>) -> Option<bool> {
        self.argument(slot)
            .and_then(|value| self.resolver.truth(self.file, value))
    }

    /// The same, for this call or for those that made the object.
    pub(crate) fn truth_anywhere(&self, slot: Option<&str>) -> Option<bool> {
        self.truth(slot).or_else(|| {
            let (file, value) = self.maker_argument(slot)?;
            self.resolver.truth(file, value)
        })
    }

    /// Texts of an argument that is a list, or one text.
    pub(crate) fn list(&self, slot: Option<&str>) -> Vec<Known> {
        let Some(value) = self.argument(slot) else {
            return Vec::new();
        };
        let mut texts = Vec::new();
        for followed in self.resolver.follow(self.file, value) {
            match &followed.value {
                Value::List(items) => {
                    for item in items.iter().take(64) {
                        texts.extend(self.resolver.texts(&followed.file, item));
                    }
                }
                Value::Map(entries) => {
                    for (_, item) in entries.iter().take(64) {
                        texts.extend(self.resolver.texts(&followed.file, item));
                    }
                }
                value => texts.extend(self.resolver.texts(&followed.file, value)),
            }
        }
        texts
    }
}

/// An argument of a call by keyword, position or key within another argument.
pub(crate) fn in_call<'c>(call: &'c Call, way: &str) -> Option<&'c Value> {
    if let Ok(at) = way.parse::<usize>() {
        return call
            .arguments
            .iter()
            .filter(|argument| argument.name.is_none())
            .nth(at)
            .map(|argument| &argument.value);
    }
    if let Some((first, rest)) = way.split_once('.') {
        return match argument(call, first)? {
            Value::Map(entries) => entries
                .iter()
                .rev()
                .find(|(key, _)| key == rest)
                .map(|(_, value)| value),
            _ => None,
        };
    }
    argument(call, way)
}
