//! Operators over constants.

use super::super::value::{self, Value};
use super::{Ceiling, format};

/// `left operator right`.
pub(in super::super) fn apply(
    left: &Value,
    operator: &str,
    right: &Value,
    ceiling: Ceiling,
) -> Option<Value> {
    match (operator, left, right) {
        ("~", ..) => concatenate(&left.display()?, &right.display()?, ceiling),
        ("+", Value::Text(left), Value::Text(right)) => concatenate(left, right, ceiling),
        ("+", Value::Sequence(left), Value::Sequence(right)) => {
            if left.len().saturating_add(right.len()) > ceiling.bytes {
                return None;
            }
            Some(Value::Sequence(left.iter().chain(right).cloned().collect()))
        }
        ("*", Value::Text(text), count) | ("*", count, Value::Text(text)) => {
            repeat(text, count.integer()?, ceiling)
        }
        ("%", Value::Text(pattern), Value::Sequence(items)) => {
            format::percent(pattern, items, ceiling)
        }
        ("%", Value::Text(pattern), item) => {
            format::percent(pattern, std::slice::from_ref(item), ceiling)
        }
        ("or", left, right) => Some(if left.truth() { left } else { right }.clone()),
        ("and", left, right) => Some(if left.truth() { right } else { left }.clone()),
        _ => arithmetic(left.integer()?, operator, right.integer()?),
    }
}

fn concatenate(left: &str, right: &str, ceiling: Ceiling) -> Option<Value> {
    if left.len().saturating_add(right.len()) > ceiling.bytes {
        return None;
    }
    ceiling.text([left, right].concat())
}

fn repeat(text: &str, count: i128, ceiling: Ceiling) -> Option<Value> {
    let count = usize::try_from(count.max(0)).ok()?;
    if count.saturating_mul(text.len()) > ceiling.bytes {
        return None;
    }
    ceiling.text(text.repeat(count))
}

fn arithmetic(left: i128, operator: &str, right: i128) -> Option<Value> {
    let result = match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "//" => left.checked_div_euclid(right),
        "%" => left.checked_rem_euclid(right),
        "**" => left.checked_pow(u32::try_from(right).ok()?),
        _ => None,
    };
    result.map(Value::Integer)
}

/// `base[index]`.
pub(in super::super) fn subscript(base: &Value, index: &Value) -> Option<Value> {
    match base {
        Value::Mapping(_) => base.lookup(index).cloned(),
        Value::Text(text) => {
            let at = value::position(index.integer()?, text.chars().count())?;
            text.chars().nth(at).map(|c| Value::Text(c.into()))
        }
        Value::Sequence(items) => {
            let at = value::position(index.integer()?, items.len())?;
            items.get(at).cloned()
        }
        _ => None,
    }
}

/// `base[start:stop:step]`.
pub(in super::super) fn slice(base: &Value, bounds: &[Option<i128>; 3]) -> Option<Value> {
    let [start, stop, step] = *bounds;
    match base {
        Value::Text(text) => {
            let characters: Vec<char> = text.chars().collect();
            let positions = value::slice(characters.len(), start, stop, step)?;
            let chosen = positions.iter().filter_map(|at| characters.get(*at));
            Some(Value::Text(chosen.collect()))
        }
        Value::Sequence(items) => {
            let positions = value::slice(items.len(), start, stop, step)?;
            let chosen = positions.iter().filter_map(|at| items.get(*at).cloned());
            Some(Value::Sequence(chosen.collect()))
        }
        _ => None,
    }
}
