//! Filters over constants.

use super::super::value::Value;
use super::methods::ConstantArguments;
use super::{Ceiling, capitalize, format, join, methods, operators, replace};

/// `value|name(arguments)`.
pub(in super::super) fn apply(
    value: &Value,
    name: &str,
    arguments: &ConstantArguments,
    ceiling: Ceiling,
) -> Option<Value> {
    match name {
        "join" => {
            let separator = arguments.get("d", 0).and_then(Value::text).unwrap_or("");
            join(&value.items()?, separator, ceiling)
        }
        "format" => format::percent(value.text()?, &arguments.positional, ceiling),
        "replace" => replace(
            value.text()?,
            arguments.text(0)?,
            arguments.text(1)?,
            ceiling,
        ),
        "reverse" => operators::slice(&sliceable(value)?, &[None, None, Some(-1)]),
        "list" => value.items().map(Value::Sequence),
        "first" => value.items()?.into_iter().next(),
        "last" => value.items()?.pop(),
        "length" | "count" => i128::try_from(value.items()?.len())
            .ok()
            .map(Value::Integer),
        "string" | "safe" | "escape" | "e" | "forceescape" => value.display().map(Value::Text),
        "default" | "d" => Some(value.clone()),
        "int" => integer(value),
        "map" => map(value, arguments, ceiling),
        "trim" => methods::call(value, "strip", arguments, ceiling),
        "lower" | "upper" => methods::call(value, name, arguments, ceiling),
        "capitalize" => ceiling.text(capitalize(value.text()?)),
        "sum" => total(value, arguments, ceiling),
        _ => None,
    }
}

fn sliceable(value: &Value) -> Option<Value> {
    match value {
        Value::Text(_) => Some(value.clone()),
        _ => value.items().map(Value::Sequence),
    }
}

fn integer(value: &Value) -> Option<Value> {
    match value {
        Value::Text(text) => text.trim().parse().ok().map(Value::Integer),
        _ => value.integer().map(Value::Integer),
    }
}

/// `|map('filter', arguments)` over constants; one level of mapping.
fn map(value: &Value, arguments: &ConstantArguments, ceiling: Ceiling) -> Option<Value> {
    let (Value::Text(filter), rest) = arguments.positional.split_first()? else {
        return None;
    };
    if filter == "map" {
        return None;
    }
    let inner = ConstantArguments {
        positional: rest.to_vec(),
        named: arguments.named.clone(),
    };
    let items = value.items()?;
    let mapped = items
        .iter()
        .map(|item| apply(item, filter, &inner, ceiling));
    let mapped: Option<Vec<Value>> = mapped.collect();
    let weight = mapped.iter().flatten().map(Value::weight);
    let weight = weight.fold(0, usize::saturating_add);
    mapped
        .filter(|_| weight <= ceiling.bytes.saturating_mul(64))
        .map(Value::Sequence)
}

/// `|sum(start='')` concatenates strings.
fn total(value: &Value, arguments: &ConstantArguments, ceiling: Ceiling) -> Option<Value> {
    let items = value.items()?;
    if let Some(Value::Text(start)) = arguments.get("start", 1) {
        let joined = join(&items, "", ceiling)?;
        return operators::apply(&Value::Text(start.clone()), "+", &joined, ceiling);
    }
    let sum = |sum: i128, item: &Value| sum.checked_add(item.integer()?);
    items.iter().try_fold(0, sum).map(Value::Integer)
}
