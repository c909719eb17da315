//! Facts as short lines, for tests to compare.
//!
//! `=1` is the result of the call with that number, `1>` stands before a call of a method of it, `$` before
//! a variable of the environment, `@` before what another module binds.

use super::super::{CodeFacts, Value};

/// Everything but imports.
pub(crate) fn everything(facts: &CodeFacts) -> String {
    let mut lines = calls(facts);
    for (name, exported) in &facts.exports {
        lines.push(format!("export {name} {}", value(exported)));
    }
    for text in &facts.texts {
        lines.push(format!("text {}:{} {:?}", text.line, text.name, text.text));
    }
    for command in &facts.commands {
        lines.push(format!("command {}: {}", command.line, command.text));
    }
    for unread in &facts.unread {
        lines.push(format!("unread {:?}: {}", unread.line, unread.reason));
    }
    lines.join("\n")
}

/// One line a call: number of the receiver, path, arguments.
fn calls(facts: &CodeFacts) -> Vec<String> {
    facts
        .calls
        .iter()
        .map(|call| {
            let arguments: Vec<String> = call
                .arguments
                .iter()
                .map(|argument| match &argument.name {
                    Some(name) => format!("{name}={}", value(&argument.value)),
                    None => value(&argument.value),
                })
                .collect();
            let receiver = call.receiver.map(|index| format!("{index}>"));
            format!(
                "{}{}({})",
                receiver.unwrap_or_default(),
                call.path,
                arguments.join(", ")
            )
        })
        .collect()
}

fn value(told: &Value) -> String {
    let several = |values: &[Value], separator: &str| {
        values.iter().map(value).collect::<Vec<_>>().join(separator)
    };
    match told {
        Value::Unknown => "?".to_owned(),
        Value::None => "none".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => format!("{text:?}"),
        Value::Parts(values) => format!("<{}>", several(values, "+")),
        Value::List(values) => format!("[{}]", several(values, ", ")),
        Value::Map(entries) => {
            let inner: Vec<String> = entries
                .iter()
                .map(|(key, inner)| format!("{key}: {}", value(inner)))
                .collect();
            format!("{{{}}}", inner.join(", "))
        }
        Value::Environment { name, default } => match default {
            Some(default) => format!("${name}:{}", value(default)),
            None => format!("${name}"),
        },
        Value::Imported { module, name } => format!("@{module}#{name}"),
        Value::Configuration { file, keys } => format!("{}/{}", value(file), keys.join("/")),
        Value::Result(index) => format!("={index}"),
        Value::Either(values) => format!("({})", several(values, "|")),
    }
}
