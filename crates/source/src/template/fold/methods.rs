//! String and mapping methods over constants.

use super::super::value::Value;
use super::{Ceiling, capitalize, format, join, replace};

/// Constant arguments of a call.
#[derive(Debug, Default)]
pub(in super::super) struct ConstantArguments {
    pub(in super::super) positional: Vec<Value>,
    pub(in super::super) named: Vec<(String, Value)>,
}

impl ConstantArguments {
    pub(in super::super) fn text(&self, index: usize) -> Option<&str> {
        self.positional.get(index)?.text()
    }

    /// The argument called `name`, or else the one at `index`.
    pub(in super::super) fn get(&self, name: &str, index: usize) -> Option<&Value> {
        let named = self.named.iter().find(|(this, _)| this == name);
        named
            .map(|(_, value)| value)
            .or_else(|| self.positional.get(index))
    }
}

/// `receiver.method(arguments)`.
pub(in super::super) fn call(
    receiver: &Value,
    method: &str,
    arguments: &ConstantArguments,
    ceiling: Ceiling,
) -> Option<Value> {
    match receiver {
        Value::Text(text) => text_method(text, method, arguments, ceiling),
        Value::Mapping(items) => match method {
            "get" | "pop" | "__getitem__" => {
                receiver.lookup(arguments.positional.first()?).cloned()
            }
            "keys" => receiver.items().map(Value::Sequence),
            "values" => Some(Value::Sequence(
                items.iter().map(|(_, value)| value.clone()).collect(),
            )),
            _ => None,
        },
        Value::Sequence(items) => match method {
            "pop" if arguments.positional.is_empty() => items.last().cloned(),
            "pop" | "__getitem__" => {
                super::operators::subscript(receiver, arguments.positional.first()?)
            }
            _ => None,
        },
        _ => None,
    }
}

fn text_method(
    text: &str,
    method: &str,
    arguments: &ConstantArguments,
    ceiling: Ceiling,
) -> Option<Value> {
    let folded = match method {
        "format" => {
            return format::brace(text, &arguments.positional, &arguments.named, ceiling);
        }
        "join" => return join(&arguments.positional.first()?.items()?, text, ceiling),
        "replace" => return replace(text, arguments.text(0)?, arguments.text(1)?, ceiling),
        "split" | "rsplit" => return split(text, arguments),
        "__add__" => [text, arguments.text(0)?].concat(),
        "__getitem__" => {
            let receiver = Value::Text(text.to_owned());
            return super::operators::subscript(&receiver, arguments.positional.first()?);
        }
        "lower" | "casefold" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "swapcase" => swap_case(text),
        "capitalize" => capitalize(text),
        "strip" | "lstrip" | "rstrip" => strip(text, method, arguments),
        "removeprefix" => {
            let prefix = arguments.text(0)?;
            text.strip_prefix(prefix).unwrap_or(text).to_owned()
        }
        "removesuffix" => {
            let suffix = arguments.text(0)?;
            text.strip_suffix(suffix).unwrap_or(text).to_owned()
        }
        "__str__" | "encode" | "decode" if arguments.positional.is_empty() => text.to_owned(),
        _ => return None,
    };
    ceiling.text(folded)
}

fn split(text: &str, arguments: &ConstantArguments) -> Option<Value> {
    let part = |part: &str| Value::Text(part.to_owned());
    let parts = match arguments.positional.as_slice() {
        [] => text.split_whitespace().map(part).collect(),
        [Value::Text(separator)] if !separator.is_empty() => {
            text.split(separator.as_str()).map(part).collect()
        }
        _ => return None,
    };
    Some(Value::Sequence(parts))
}

fn strip(text: &str, method: &str, arguments: &ConstantArguments) -> String {
    let given: Option<Vec<char>> = arguments.text(0).map(|set| set.chars().collect());
    let matches = |c: char| match &given {
        Some(set) => set.contains(&c),
        None => c.is_whitespace(),
    };
    match method {
        "lstrip" => text.trim_start_matches(matches),
        "rstrip" => text.trim_end_matches(matches),
        _ => text.trim_matches(matches),
    }
    .to_owned()
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| -> Vec<char> {
        if c.is_lowercase() {
            c.to_uppercase().collect()
        } else {
            c.to_lowercase().collect()
        }
    };
    text.chars().flat_map(swap).collect()
}
