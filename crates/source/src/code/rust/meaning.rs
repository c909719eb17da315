//! What Rust's standard library means.

use super::super::flow::{Called, Dialect, Meaning, Thing, quoted, rendered};
use super::super::{Call, EmbeddedCommand, Value};

/// Rust.
pub(super) struct Rust;

/// Methods that give a value back as it is, or what it holds.
const TRANSPARENT: [&str; 44] = [
    "to_string",
    "into",
    "to_owned",
    "clone",
    "as_str",
    "as_ref",
    "as_deref",
    "unwrap",
    "expect",
    "cloned",
    "copied",
    "iter",
    "into_iter",
    "iter_mut",
    "as_mut",
    "borrow",
    "to_vec",
    "as_bytes",
    "into_bytes",
    "trim",
    "into_boxed_str",
    "try_into",
    "unwrap_or_default",
    "ok",
    "map_err",
    "context",
    "with_context",
    "await",
    "as_slice",
    "into_string",
    "as_path",
    "to_path_buf",
    "ok_or",
    "ok_or_else",
    "to_lowercase",
    "lock",
    "read",
    "write",
    "as_deref_mut",
    "collect",
    "by_ref",
    "into_inner",
    "deref",
    "leak",
];
/// Functions that give back what they are given.
const IDENTITY: [&str; 24] = [
    "String.from",
    "Some",
    "Ok",
    "Box.new",
    "Arc.new",
    "Rc.new",
    "Mutex.new",
    "RwLock.new",
    "PathBuf.from",
    "Path.new",
    "Vec.from",
    "Cow.Borrowed",
    "Cow.from",
    "Option.Some",
    "Result.Ok",
    "std.sync.Arc.new",
    "std.sync.Mutex.new",
    "std.sync.RwLock.new",
    "std.path.PathBuf.from",
    "std.path.Path.new",
    "std.borrow.Cow.Borrowed",
    "std.borrow.Cow.from",
    "std.rc.Rc.new",
    "std.sync.LazyLock.new",
];

impl Dialect for Rust {
    fn call<'a>(&self, called: &Called<'_, 'a>) -> Meaning<'a> {
        let first = called.arguments.first();
        let path = called.path;
        if IDENTITY.contains(&path) && called.arguments.len() == 1 {
            return Meaning::Silent(first.cloned().unwrap_or(Thing::UNKNOWN));
        }
        if matches!(
            path,
            "std.env.var" | "std.env.var_os" | "env.var" | "dotenvy.var" | "dotenv.var"
        ) && let Some(Thing::Value(Value::Text(name))) = first
        {
            return Meaning::Silent(Thing::Value(Value::Environment {
                name: name.clone(),
                default: None,
            }));
        }
        if let Some(object) = called.object
            && let Some(meaning) = method(object, called)
        {
            return meaning;
        }
        if matches!(called.name, "from_str" | "from_slice" | "from_reader")
            && let Some(file) = first.and_then(|thing| read_file(thing, called.calls))
        {
            return Meaning::Recorded(Thing::Value(file));
        }
        Meaning::Ordinary
    }

    fn member(&self, _path: &str, _name: &str) -> Option<Value> {
        None
    }

    /// `Api::new()` makes an `Api`, and builders stay builders until they are built.
    fn made<'p>(&self, path: &'p str) -> &'p str {
        let Some((before, name)) = path.rsplit_once('.') else {
            return path;
        };
        let kind = before.rsplit('.').next().unwrap_or_default();
        let is_type = kind.chars().next().is_some_and(char::is_uppercase);
        let is_builder = ["Builder", "Args", "Request", "Options", "Params", "Command"]
            .iter()
            .any(|ending| kind.ends_with(ending));
        let makes = matches!(
            name,
            "new" | "default" | "builder" | "build" | "try_new" | "create" | "connect"
        ) || ["new_", "with_", "from_", "try_"]
            .iter()
            .any(|start| name.starts_with(start));
        if is_type && (is_builder || makes) {
            before
        } else {
            path
        }
    }

    fn commands(&self, calls: &[Call]) -> Vec<EmbeddedCommand> {
        let mut commands: Vec<(usize, EmbeddedCommand)> = Vec::new();
        // The call that made the object at the beginning of each chain.
        let mut roots: Vec<usize> = Vec::with_capacity(calls.len());
        for (index, call) in calls.iter().enumerate() {
            let root = call.receiver.and_then(|at| roots.get(at).copied());
            roots.push(root.unwrap_or(index));
            let name = call.path.rsplit('.').next().unwrap_or_default();
            if call.path.ends_with("process.Command.new")
                && let Some(word) = call.arguments.first()
            {
                let text = words(&word.value);
                let line = call.line;
                commands.push((index, EmbeddedCommand { text, line }));
            } else if matches!(name, "arg" | "args")
                && let Some(given) = call.arguments.first()
                && let Some(command) = root
                    .and_then(|root| commands.binary_search_by_key(&root, |(at, _)| *at).ok())
                    .and_then(|at| commands.get_mut(at))
                    .map(|(_, command)| command)
                && command.text.len() < 64 * 1024
            {
                command.text.push(' ');
                command.text.push_str(&words(&given.value));
            }
        }
        commands
            .into_iter()
            .map(|(_, command)| command)
            .filter(|command| command.text.split(' ').any(|word| word != "{}"))
            .collect()
    }

    fn keywords_in_object(&self) -> bool {
        false
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::List(values) => values.iter().map(words).collect::<Vec<_>>().join(" "),
        value => rendered(value).map_or_else(|| "{}".to_owned(), |text| quoted(&text)),
    }
}

fn method<'a>(object: &Thing<'a>, called: &Called<'_, 'a>) -> Option<Meaning<'a>> {
    let first = called.arguments.first().cloned();
    if matches!(
        called.name,
        "unwrap_or" | "unwrap_or_else" | "or_else" | "or"
    ) && let Some(default) = first
    {
        return Some(Meaning::Silent(or(object.clone(), default)));
    }
    if !TRANSPARENT.contains(&called.name) {
        return None;
    }
    match object {
        Thing::Value(Value::Unknown) => None,
        // A library's own method of that name says something if it is given something.
        Thing::Named { .. } | Thing::Value(Value::Result(_))
            if !called.arguments.is_empty()
                && !matches!(
                    called.name,
                    "expect" | "map_err" | "context" | "with_context" | "ok_or" | "ok_or_else"
                ) =>
        {
            None
        }
        _ => Some(Meaning::Silent(object.clone())),
    }
}

fn or<'a>(object: Thing<'a>, default: Thing<'a>) -> Thing<'a> {
    super::super::flow::fall_back(object, default)
}

/// The file behind `from_str(&read_to_string("config.json")?)`.
fn read_file(thing: &Thing<'_>, calls: &[Call]) -> Option<Value> {
    match thing {
        Thing::Value(value @ Value::Configuration { .. }) => Some(value.clone()),
        Thing::Value(Value::Result(index)) => {
            let call = calls.get(*index)?;
            let name = call.path.rsplit('.').next()?;
            if !matches!(name, "read_to_string" | "read" | "open") {
                return None;
            }
            Some(Value::Configuration {
                file: Box::new(call.arguments.first()?.value.clone()),
                keys: Vec::new(),
            })
        }
        _ => None,
    }
}
