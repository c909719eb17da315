//! What an expression amounts to while code is followed: more than a [`Value`], because names of
//! other modules, functions and objects are passed around like values.

use std::rc::Rc;

use super::super::Value;
use super::expression::Word;

const EITHER_MAX: usize = 32;
const TEXT_MAX_BYTES: usize = 64 * 1024;
/// Nodes that one value may have.
const SIZE_MAX: usize = 8192;

/// What an expression amounts to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Thing<'a> {
    /// A value.
    Value(Value),
    /// Something known by its path only: a name of another module, a global, a member of an object.
    Named {
        path: String,
        receiver: Option<usize>,
        value: Value,
    },
    /// A function of this file.
    Function(u32),
    /// A class of this file.
    Class(u32),
    /// An object of a class of this file, with the fields it was written with.
    Instance(u32, Option<Rc<Vec<(Word<'a>, Thing<'a>)>>>),
    /// A mapping with members that are no values.
    Map(Rc<Vec<(Word<'a>, Thing<'a>)>>),
    /// One of several.
    Either(Vec<Thing<'a>>),
}

impl<'a> Thing<'a> {
    pub(crate) const UNKNOWN: Self = Self::Value(Value::Unknown);

    pub(crate) fn text(text: &str) -> Self {
        Self::Value(Value::Text(text.to_owned()))
    }

    /// As a value that can be told to others.
    pub(crate) fn plain(&self) -> Value {
        match self {
            Self::Value(value) | Self::Named { value, .. } => value.clone(),
            Self::Map(entries) | Self::Instance(_, Some(entries)) => Value::Map(
                entries
                    .iter()
                    .map(|(key, thing)| (key.to_string(), thing.plain()))
                    .collect(),
            ),
            Self::Either(things) => either_value(things.iter().map(Self::plain)),
            Self::Function(_) | Self::Class(_) | Self::Instance(_, None) => Value::Unknown,
        }
    }

    /// As a value that can be told to others, without a copy if it is one already.
    pub(crate) fn into_plain(self) -> Value {
        match self {
            Self::Value(value) | Self::Named { value, .. } => value,
            other => other.plain(),
        }
    }

    /// Whether any other thing says more.
    pub(crate) fn is_weak(&self) -> bool {
        match self {
            Self::Value(value) => matches!(value, Value::Unknown | Value::None),
            Self::Named { value, .. } => *value == Value::Unknown,
            _ => false,
        }
    }

    /// Roughly how much memory it takes, in nodes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Value(value) => value_size(value),
            Self::Named { value, path, .. } => value_size(value).saturating_add(path.len() / 32),
            Self::Either(things) => things
                .iter()
                .fold(1, |sum, thing| thing.size().saturating_add(sum)),
            Self::Function(_) | Self::Class(_) | Self::Instance(..) => 1,
            Self::Map(entries) => entries.iter().fold(1, |sum, (_, thing)| {
                thing.size().saturating_add(sum).saturating_add(1)
            }),
        }
    }

    /// Itself, unless it is too large to be carried around.
    pub(crate) fn bounded(self) -> Self {
        if self.size() > SIZE_MAX {
            Self::UNKNOWN
        } else {
            self
        }
    }
}

fn value_size(value: &Value) -> usize {
    let inner = |values: &[Value]| {
        values
            .iter()
            .fold(1_usize, |sum, value| sum.saturating_add(value_size(value)))
    };
    match value {
        Value::Text(text) | Value::Number(text) => (text.len() / 32).saturating_add(1),
        Value::Parts(values) | Value::List(values) | Value::Either(values) => inner(values),
        Value::Map(entries) => entries.iter().fold(1, |sum, (_, value)| {
            value_size(value).saturating_add(sum).saturating_add(1)
        }),
        Value::Environment { default, .. } => default
            .as_deref()
            .map_or(1, |value| value_size(value).saturating_add(1)),
        Value::Configuration { file, keys } => value_size(file).saturating_add(keys.len()),
        _ => 1,
    }
}

/// One of several things; none that is said twice.
pub(crate) fn either<'a>(things: impl IntoIterator<Item = Thing<'a>>) -> Thing<'a> {
    let mut kept: Vec<Thing<'a>> = Vec::new();
    for thing in things {
        let parts = match thing {
            Thing::Either(parts) => parts,
            Thing::Value(Value::Either(parts)) => parts.into_iter().map(Thing::Value).collect(),
            other => vec![other],
        };
        for part in parts {
            if kept.len() < EITHER_MAX && !kept.contains(&part) {
                kept.push(part);
            }
        }
    }
    if kept.len() > 1 && kept.iter().any(|thing| !thing.is_weak()) {
        kept.retain(|thing| !matches!(thing, Thing::Value(Value::None)));
    }
    match kept.len() {
        0 => Thing::UNKNOWN,
        1 => kept.pop().unwrap_or(Thing::UNKNOWN),
        _ if kept.iter().all(|thing| matches!(thing, Thing::Value(_))) => Thing::Value(
            Value::Either(kept.into_iter().map(Thing::into_plain).collect()),
        ),
        _ => Thing::Either(kept),
    }
    .bounded()
}

fn either_value(values: impl Iterator<Item = Value>) -> Value {
    either(values.map(Thing::Value)).into_plain()
}

/// Texts put together.
pub(crate) fn join(values: Vec<Value>, always_text: bool) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    let mut has_text = always_text;
    let mut length = 0_usize;
    let flat = values.into_iter().flat_map(|value| match value {
        Value::Parts(parts) => parts,
        other => vec![other],
    });
    for value in flat {
        let text = match value {
            Value::Text(text) => {
                has_text = true;
                text
            }
            Value::Number(number) => number,
            Value::Bool(truth) => truth.to_string(),
            other => {
                has_text |= matches!(&other, Value::Parts(_));
                parts.push(other);
                continue;
            }
        };
        length = length.saturating_add(text.len());
        if length > TEXT_MAX_BYTES {
            return Value::Unknown;
        }
        if let Some(Value::Text(last)) = parts.last_mut() {
            last.push_str(&text);
        } else {
            parts.push(Value::Text(text));
        }
    }
    match parts.len() {
        _ if !has_text => Value::Unknown,
        0 => Value::Text(String::new()),
        1 if matches!(parts.first(), Some(Value::Text(_))) => parts.pop().unwrap_or_default(),
        _ => Value::Parts(parts),
    }
}

/// A text with `{}` for what is unknown in it; none if nothing is known.
pub(crate) fn rendered(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.clone()),
        Value::Parts(parts) => Some(
            parts
                .iter()
                .map(|part| rendered(part).unwrap_or_else(|| "{}".to_owned()))
                .collect(),
        ),
        Value::Either(values) => values.iter().find_map(rendered),
        Value::Environment {
            default: Some(default),
            ..
        } => rendered(default),
        _ => None,
    }
}
