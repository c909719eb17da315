//! What the libraries that come with JavaScript's runtimes mean.

use super::super::flow::{Called, Dialect, Meaning, Thing, join, rendered};
use super::super::{Call, EmbeddedCommand, Value};

/// JavaScript and TypeScript.
pub(super) struct Script;

/// Methods that leave a text, a promise or an object what it is.
const TRANSPARENT: [&str; 10] = [
    "toString",
    "trim",
    "valueOf",
    "toLowerCase",
    "normalize",
    "catch",
    "finally",
    "slice",
    "trimEnd",
    "flat",
];
/// Functions that give back what they are given.
const IDENTITY: [&str; 11] = [
    "String",
    "Object.freeze",
    "Object.seal",
    "structuredClone",
    "Array.from",
    "Promise.resolve",
    "react.useMemo",
    "react.useRef",
    "react.cache",
    "Promise.all",
    "Number",
];
const READERS: [&str; 7] = [
    "readFileSync",
    "readFile",
    "readTextFile",
    "readTextFileSync",
    "readJson",
    "readJsonSync",
    "file",
];
const PARSERS: [&str; 5] = ["parse", "load", "safeLoad", "parseDocument", "loadAll"];

impl Dialect for Script {
    fn call<'a>(&self, called: &Called<'_, 'a>) -> Meaning<'a> {
        let first = called.arguments.first();
        if let Some(object) = called.object
            && let Some(meaning) = method(object, called)
        {
            return meaning;
        }
        match called.path {
            "Deno.env.get" | "Bun.env.get" => environment(first),
            path if IDENTITY.contains(&path) && called.arguments.len() == 1 => {
                Meaning::Silent(first.cloned().unwrap_or(Thing::UNKNOWN))
            }
            "URL" => Meaning::Recorded(first.cloned().unwrap_or(Thing::UNKNOWN)),
            path if is_joining(path) => joined(called.arguments),
            _ if PARSERS.contains(&called.name) => {
                match first.and_then(|thing| read_file(thing, called.calls)) {
                    Some(file) => Meaning::Recorded(Thing::Value(Value::Configuration {
                        file: Box::new(file),
                        keys: Vec::new(),
                    })),
                    None => Meaning::Ordinary,
                }
            }
            _ => match called.name {
                "readJson" | "readJsonSync" => match first {
                    Some(file) => Meaning::Recorded(Thing::Value(Value::Configuration {
                        file: Box::new(file.plain()),
                        keys: Vec::new(),
                    })),
                    None => Meaning::Ordinary,
                },
                _ => Meaning::Ordinary,
            },
        }
    }

    fn member(&self, path: &str, name: &str) -> Option<Value> {
        let is_environment = matches!(
            path,
            "process.env"
                | "import.meta.env"
                | "Bun.env"
                | "globalThis.process.env"
                | "process.process.env"
                | "node:process.env"
                | "node:process.process.env"
        );
        is_environment.then(|| Value::Environment {
            name: name.to_owned(),
            default: None,
        })
    }

    fn commands(&self, calls: &[Call]) -> Vec<EmbeddedCommand> {
        calls
            .iter()
            .filter_map(|call| {
                let text = command(call)?;
                Some(EmbeddedCommand {
                    text,
                    line: call.line,
                })
            })
            .collect()
    }

    fn keywords_in_object(&self) -> bool {
        true
    }
}

/// Methods of what is known to be a value, whatever they are called on.
fn method<'a>(object: &Thing<'a>, called: &Called<'_, 'a>) -> Option<Meaning<'a>> {
    let value = match object {
        Thing::Value(value) => value,
        _ => return None,
    };
    match value {
        Value::Text(_) | Value::Parts(_) | Value::Environment { .. } | Value::Either(_)
            if matches!(object, Thing::Value(_)) && called.path.is_empty() =>
        {
            None
        }
        Value::Result(_) => TRANSPARENT
            .contains(&called.name)
            .then(|| Meaning::Silent(object.clone())),
        Value::Configuration { file, keys } if called.name == "get" => {
            let Some(Thing::Value(Value::Text(key))) = called.arguments.first() else {
                return None;
            };
            let mut keys = keys.clone();
            keys.extend(key.split('.').take(32).map(str::to_owned));
            Some(Meaning::Silent(Thing::Value(Value::Configuration {
                file: file.clone(),
                keys,
            })))
        }
        Value::List(parts) if called.name == "join" => {
            let separator = match called.arguments.first() {
                Some(thing) => thing.plain(),
                None => Value::Text(",".to_owned()),
            };
            let mut with = Vec::new();
            for part in parts {
                if !with.is_empty() {
                    with.push(separator.clone());
                }
                with.push(part.clone());
            }
            Some(Meaning::Silent(Thing::Value(join(with, true))))
        }
        Value::Text(text) if called.name == "concat" => {
            let mut parts = vec![Value::Text(text.clone())];
            parts.extend(called.arguments.iter().map(Thing::plain));
            Some(Meaning::Silent(Thing::Value(join(parts, true))))
        }
        Value::List(_) | Value::None | Value::Unknown | Value::Map(_) => None,
        _ => TRANSPARENT
            .contains(&called.name)
            .then(|| Meaning::Silent(object.clone())),
    }
}

fn environment<'a>(name: Option<&Thing<'a>>) -> Meaning<'a> {
    match name {
        Some(Thing::Value(Value::Text(name))) => {
            Meaning::Silent(Thing::Value(Value::Environment {
                name: name.clone(),
                default: None,
            }))
        }
        _ => Meaning::Ordinary,
    }
}

fn is_joining(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else {
        return false;
    };
    matches!(name, "join" | "resolve")
        && matches!(
            module,
            "path"
                | "node:path"
                | "path.path"
                | "node:path.path"
                | "path.posix"
                | "node:path.posix"
        )
}

/// `path.join(__dirname, "data", "config.json")` without what stands before the known parts.
fn joined<'a>(arguments: &[Thing<'a>]) -> Meaning<'a> {
    let mut text = String::new();
    for argument in arguments {
        let part = rendered(&argument.plain());
        match part {
            Some(part) if !text.is_empty() => {
                text.push('/');
                text.push_str(&part);
            }
            Some(part) => text = part,
            None if text.is_empty() => {}
            None => text.push_str("/{}"),
        }
        if text.len() > 4096 {
            return Meaning::Ordinary;
        }
    }
    if text.is_empty() {
        return Meaning::Ordinary;
    }
    Meaning::Recorded(Thing::text(&text))
}

/// The file that a call read.
fn read_file(thing: &Thing<'_>, calls: &[Call]) -> Option<Value> {
    let Thing::Value(Value::Result(index)) = thing else {
        return None;
    };
    let call = calls.get(*index)?;
    let name = call.path.rsplit('.').next()?;
    if !READERS.contains(&name) {
        return None;
    }
    Some(call.arguments.first()?.value.clone())
}

/// The command line that a call starts.
fn command(call: &Call) -> Option<String> {
    let (module, name) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    let module = module.split('.').next().unwrap_or_default();
    let module = module.strip_prefix("node:").unwrap_or(module);
    let is_shell = match (module, name) {
        ("child_process", "exec" | "execSync")
        | ("execa", "execaCommand" | "execaCommandSync" | "$")
        | ("zx" | "bun" | "Bun" | "", "$")
        | ("shelljs", "exec") => true,
        ("child_process", "spawn" | "spawnSync" | "execFile" | "execFileSync" | "fork")
        | ("execa", "execa" | "execaSync")
        | ("cross-spawn", _)
        | ("Bun", "spawn" | "spawnSync") => false,
        _ => return None,
    };
    let first = &call.arguments.first()?.value;
    if is_shell {
        return rendered(first);
    }
    let mut words = Vec::new();
    match first {
        Value::List(parts) => words.extend(parts.iter().map(word)),
        first => words.push(rendered(first).filter(|text| !text.is_empty())?),
    }
    if let Some(Value::List(parts)) = call.arguments.get(1).map(|argument| &argument.value) {
        words.extend(parts.iter().map(word));
    }
    (words.iter().any(|word| word != "{}")).then(|| words.join(" "))
}

fn word(value: &Value) -> String {
    match rendered(value) {
        Some(text) => super::super::flow::quoted(&text),
        None => "{}".to_owned(),
    }
}
