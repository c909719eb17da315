//! What constant expressions amount to.
//!
//! Only what is used to spell a name piece by piece is followed: operators, slices, string
//! methods, string filters and formatting. Everything returns `None` when in doubt.

pub(super) mod filters;
mod format;
pub(super) mod methods;
pub(super) mod operators;

pub(super) use format::{brace_fields, percent_widths};

use super::value::Value;

/// A constant's size that no fold may exceed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ceiling {
    pub(super) bytes: usize,
}

impl Ceiling {
    /// `value`, unless it is too large.
    fn text(self, text: String) -> Option<Value> {
        (text.len() <= self.bytes).then_some(Value::Text(text))
    }
}

/// `separator.join(items)` as Python does it, for items that can be written out.
fn join(items: &[Value], separator: &str, ceiling: Ceiling) -> Option<Value> {
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(&item.display()?);
        if joined.len() > ceiling.bytes {
            return None;
        }
    }
    Some(Value::Text(joined))
}

/// `text.replace(from, to)`.
fn replace(text: &str, from: &str, to: &str, ceiling: Ceiling) -> Option<Value> {
    let occurrences = text.matches(from).count();
    let grown = occurrences
        .saturating_mul(to.len())
        .saturating_add(text.len());
    if grown > ceiling.bytes.saturating_mul(2) {
        return None;
    }
    ceiling.text(text.replace(from, to))
}

fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase());
    first
        .into_iter()
        .flatten()
        .chain(characters.flat_map(char::to_lowercase))
        .collect()
}
