//! What an expression amounts to, shared instead of copied while it is worked with.

use std::rc::Rc;

use crate::code::Value;

/// Longest text that is put together, in bytes.
pub(super) const TEXT_BYTES: usize = 64 << 10;
/// Most alternatives of a value.
pub(super) const ALTERNATIVES: usize = 32;
/// Most parts of a text that is not fully known.
pub(super) const PARTS: usize = 64;
/// Deepest nesting of a value.
const DEPTH: u8 = 40;

/// A value that is shared.
#[derive(Clone, Debug)]
pub(super) struct Shared(Rc<(u8, Seen)>);

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) name: Option<Rc<str>>,
    pub(super) value: Shared,
}

#[derive(Clone, Debug)]
pub(super) enum Seen {
    Unknown,
    None,
    Bool(bool),
    Number(Rc<str>),
    Text(Rc<str>),
    Parts(Vec<Shared>),
    List(Vec<Shared>),
    Map(Vec<(Rc<str>, Shared)>),
    Environment(Rc<str>, Option<Shared>),
    Configuration(Shared, Vec<Rc<str>>),
    Either(Vec<Shared>),
    /// A module, or a name out of one.
    Module(Rc<str>, Rc<str>),
    /// A name that is bound nowhere, with attributes.
    Name(Rc<str>),
    Function(usize),
    /// A method, its object's class and the call that made the object.
    Method(usize, Option<usize>),
    Class(usize),
    /// An object of a class of this file, and the call that made it.
    Instance(usize, Option<usize>),
    /// What a call returned, or something taken from that; the path of the call goes on.
    Object {
        call: Option<usize>,
        path: Rc<str>,
        whole: bool,
        /// Module and dotted name that another file of the tree may know it by.
        named: Option<(Rc<str>, Rc<str>)>,
    },
    /// `functools.partial`.
    Partial(Shared, Rc<[Given]>),
    /// An open file.
    File(Shared),
    /// What `argparse` made of the command line.
    Arguments,
    /// Something of which attributes were set from outside.
    Altered(Shared, Vec<(Rc<str>, Shared)>),
}

impl Seen {
    pub(super) fn module(module: &str, name: &str) -> Self {
        Self::Module(module.into(), name.into())
    }

    pub(super) fn text(text: &str) -> Self {
        let mut end = text.len().min(TEXT_BYTES);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        Self::Text(text.get(..end).unwrap_or_default().into())
    }
}

impl From<Seen> for Shared {
    fn from(seen: Seen) -> Self {
        let inner = match &seen {
            Seen::Parts(items) | Seen::List(items) | Seen::Either(items) => deepest(items),
            Seen::Map(entries) | Seen::Altered(_, entries) => {
                entries.iter().map(|(_, value)| value.0.0).max()
            }
            Seen::Environment(_, Some(value))
            | Seen::Configuration(value, _)
            | Seen::File(value) => Some(value.0.0),
            Seen::Partial(value, given) => given
                .iter()
                .map(|given| given.value.0.0)
                .chain([value.0.0])
                .max(),
            _ => None,
        };
        let own = match &seen {
            Seen::Altered(of, _) => Some(of.0.0),
            _ => None,
        };
        let depth = inner.max(own).map_or(0, |inner| inner.saturating_add(1));
        if depth > DEPTH {
            return Self(Rc::new((0, Seen::Unknown)));
        }
        Self(Rc::new((depth, seen)))
    }
}

fn deepest(items: &[Shared]) -> Option<u8> {
    items.iter().map(|item| item.0.0).max()
}

impl Shared {
    pub(super) fn unknown() -> Self {
        Seen::Unknown.into()
    }

    pub(super) fn text(text: &str) -> Self {
        Seen::text(text).into()
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Seen::List(items).into()
    }

    pub(super) fn seen(&self) -> &Seen {
        &self.0.1
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.seen(), Seen::Unknown)
    }

    pub(super) fn as_text(&self) -> Option<&Rc<str>> {
        match self.seen() {
            Seen::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The element of a list.
    pub(super) fn item(&self, index: usize) -> Option<&Self> {
        match self.seen() {
            Seen::List(items) => items.get(index),
            _ => None,
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self.seen() {
            Seen::Map(entries) => entries
                .iter()
                .rev()
                .find(|(name, _)| &**name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// How many values one copy of it holds at its top.
    pub(super) fn width(&self) -> usize {
        match self.seen() {
            Seen::Parts(items) | Seen::List(items) | Seen::Either(items) => items.len(),
            Seen::Map(entries) => entries.len(),
            _ => 1,
        }
    }

    /// Whether two values are surely the same; lists and the like only if shared.
    fn same(&self, other: &Self) -> bool {
        match (self.seen(), other.seen()) {
            (Seen::Text(one), Seen::Text(two)) | (Seen::Number(one), Seen::Number(two)) => {
                one == two
            }
            (Seen::Bool(one), Seen::Bool(two)) => one == two,
            (Seen::None, Seen::None) | (Seen::Unknown, Seen::Unknown) => true,
            _ => Rc::ptr_eq(&self.0, &other.0),
        }
    }

    /// One of several values.
    pub(super) fn either(values: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        let mut add = |value: &Self| {
            if kept.len() < ALTERNATIVES && !kept.iter().any(|known| known.same(value)) {
                kept.push(value.clone());
            }
        };
        for value in values {
            match value.seen() {
                Seen::Either(inner) => inner.iter().for_each(&mut add),
                _ => add(&value),
            }
        }
        match kept.as_slice() {
            [] => Self::unknown(),
            [one] => one.clone(),
            _ => Seen::Either(kept).into(),
        }
    }

    /// Its alternatives, or itself.
    pub(super) fn alternatives(&self) -> &[Self] {
        match self.seen() {
            Seen::Either(values) => values,
            _ => std::slice::from_ref(self),
        }
    }
}

/// The value of `a or b`.
pub(super) fn or(values: Vec<Shared>) -> Shared {
    let mut kept: Vec<Shared> = Vec::new();
    let last = values.len().saturating_sub(1);
    for (index, value) in values.into_iter().enumerate() {
        // The environment's default is what stands on the right of `or`.
        if let Some(before) = kept.last_mut()
            && let Seen::Environment(name, None) = before.seen()
        {
            *before = Seen::Environment(name.clone(), Some(value)).into();
            continue;
        }
        let certain = matches!(value.seen(), Seen::Text(text) if !text.is_empty());
        let possible = |value: &&Shared| index == last || !is_false(value);
        kept.extend(value.alternatives().iter().filter(possible).cloned());
        if certain {
            break;
        }
    }
    Shared::either(kept)
}

/// Whether `or` surely passes over it.
fn is_false(value: &Shared) -> bool {
    match value.seen() {
        Seen::None | Seen::Bool(false) => true,
        Seen::Text(text) => text.is_empty(),
        _ => false,
    }
}

/// How much may be handed out in all, so that a value that is shared a thousand times does not
/// become a thousand copies.
pub(super) struct Room {
    pub(super) values: usize,
    pub(super) bytes: usize,
}

/// Most values in one argument or export.
const VALUES_EACH: usize = 2_000;

impl Room {
    pub(super) fn new(text: &str) -> Self {
        Self {
            values: text.len().saturating_mul(2).saturating_add(10_000),
            bytes: text.len().saturating_mul(4).saturating_add(1 << 20),
        }
    }

    /// The value as others see it.
    pub(super) fn value(&mut self, shared: &Shared) -> Value {
        let mut each = VALUES_EACH;
        self.plain(shared, &mut each)
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let Some(bytes) = self.bytes.checked_sub(text.len()) else {
            return false;
        };
        self.bytes = bytes;
        true
    }

    /// Recursion is bounded by `DEPTH`.
    fn plain(&mut self, shared: &Shared, each: &mut usize) -> Value {
        let (Some(values), Some(rest)) = (self.values.checked_sub(1), each.checked_sub(1)) else {
            return Value::Unknown;
        };
        (self.values, *each) = (values, rest);
        match shared.seen() {
            Seen::None => Value::None,
            Seen::Bool(value) => Value::Bool(*value),
            Seen::Number(text) => Value::Number(text.to_string()),
            Seen::Text(text) if self.take(text) => Value::Text(text.to_string()),
            Seen::Parts(items) => Value::Parts(self.all(items, each)),
            Seen::List(items) => Value::List(self.all(items, each)),
            Seen::Either(items) => Value::Either(self.all(items, each)),
            Seen::Map(entries) => {
                let mut map = Vec::new();
                for (key, value) in entries {
                    if *each == 0 || !self.take(key) {
                        break;
                    }
                    map.push((key.to_string(), self.plain(value, each)));
                }
                Value::Map(map)
            }
            Seen::Environment(name, default) => Value::Environment {
                name: name.to_string(),
                default: default
                    .as_ref()
                    .map(|value| Box::new(self.plain(value, each))),
            },
            Seen::Configuration(file, keys) => Value::Configuration {
                file: Box::new(self.plain(file, each)),
                keys: keys.iter().map(ToString::to_string).collect(),
            },
            Seen::Module(module, name) => Value::Imported {
                module: module.to_string(),
                name: name.to_string(),
            },
            Seen::Instance(_, Some(call))
            | Seen::Object {
                call: Some(call),
                whole: true,
                ..
            } => Value::Result(*call),
            Seen::Object {
                named: Some((module, name)),
                whole: false,
                ..
            } => Value::Imported {
                module: module.to_string(),
                name: name.to_string(),
            },
            Seen::File(value) | Seen::Altered(value, _) => self.plain(value, each),
            _ => Value::Unknown,
        }
    }

    fn all(&mut self, items: &[Shared], each: &mut usize) -> Vec<Value> {
        let mut values = Vec::with_capacity(items.len().min(*each));
        for item in items {
            if *each == 0 {
                break;
            }
            values.push(self.plain(item, each));
        }
        values
    }
}
