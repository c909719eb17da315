mod calls;
mod hostile;
mod objects;
mod texts;
mod values;

use crate::code::{CodeFacts, Value};

/// A value in short: `?` unknown, `$X` environment, `@0` result of call 0, `a|b` either.
pub(crate) fn short(value: &Value) -> String {
    let all = |values: &[Value], between: &str| -> String {
        values.iter().map(short).collect::<Vec<_>>().join(between)
    };
    match value {
        Value::Unknown => "?".to_owned(),
        Value::None => "None".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => format!("{text:?}"),
        Value::Parts(parts) => format!("<{}>", all(parts, " ")),
        Value::List(items) => format!("[{}]", all(items, ", ")),
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", short(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Environment { name, default } => match default {
            Some(default) => format!("${name}={}", short(default)),
            None => format!("${name}"),
        },
        Value::Imported { module, name } => format!("import({module}:{name})"),
        Value::Configuration { file, keys } => {
            format!("file({}:{})", short(file), keys.join("."))
        }
        Value::Result(call) => format!("@{call}"),
        Value::Either(values) => format!("({})", all(values, "|")),
    }
}

/// Every call in short: `line:column path(arguments)`, the receiver in front.
pub(crate) fn calls(facts: &CodeFacts) -> Vec<String> {
    let one = |call: &crate::code::Call| {
        let receiver = call.receiver.map_or(String::new(), |it| format!("@{it} "));
        let arguments: Vec<String> = call
            .arguments
            .iter()
            .map(|argument| match &argument.name {
                Some(name) => format!("{name}={}", short(&argument.value)),
                None => short(&argument.value),
            })
            .collect();
        format!(
            "{}:{} {receiver}{}({})",
            call.line,
            call.column,
            call.path,
            arguments.join(", ")
        )
    };
    facts.calls.iter().map(one).collect()
}

/// The arguments of every call of `show`, in short.
fn shown(text: &str) -> Vec<String> {
    let facts = super::python(text);
    assert_eq!(facts.unread, [], "{text}");
    facts
        .calls
        .iter()
        .filter(|call| call.path == "show")
        .map(|call| {
            let values: Vec<String> = call
                .arguments
                .iter()
                .map(|argument| short(&argument.value))
                .collect();
            values.join(", ")
        })
        .collect()
}
