//! Commands that code starts.

use super::lines::Lines;
use super::seen::{Given, Room, Seen, Shared};
use super::texts;
use crate::code::EmbeddedCommand;

/// Functions that take a command line or a list of arguments first.
const STARTERS: [&str; 15] = [
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
    "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_shell",
    "commands.getoutput",
    "pexpect.spawn",
    "sh.Command",
    "invoke.run",
];

/// Functions that take each argument by itself.
const SPREAD: [&str; 4] = [
    "asyncio.create_subprocess_exec",
    "asyncio.subprocess.create_subprocess_exec",
    "os.execvp",
    "anyio.run_process",
];

/// Whether a call may start a command.
pub(super) fn starts(path: &str) -> bool {
    SPREAD.contains(&path) || STARTERS.contains(&path)
}

/// The commands of one call.
pub(super) fn commands(
    path: &str,
    given: &[Given],
    offset: usize,
    lines: &Lines<'_>,
    room: &mut Room,
    commands: &mut Vec<EmbeddedCommand>,
) {
    let positional = || {
        let values = given.iter().filter(|given| given.name.is_none());
        values.map(|given| given.value.clone())
    };
    let written: Vec<String> = if SPREAD.contains(&path) {
        line(&Shared::list(positional().collect()))
            .into_iter()
            .collect()
    } else if STARTERS.contains(&path) {
        let named = given
            .iter()
            .find(|given| matches!(given.name.as_deref(), Some("args" | "cmd" | "command")))
            .map(|given| given.value.clone());
        let Some(value) = positional().next().or(named) else {
            return;
        };
        let alternatives = value.alternatives().iter().take(8);
        alternatives.filter_map(line).collect()
    } else {
        return;
    };
    for text in written {
        if room.take(&text) {
            let line = lines.line(offset);
            commands.push(EmbeddedCommand { text, line });
        }
    }
}

fn line(value: &Shared) -> Option<String> {
    match value.seen() {
        Seen::List(items) => {
            let words = items.iter().take(1_000).map(|item| match item.seen() {
                Seen::Text(text) => quote(text),
                Seen::Number(number) => number.to_string(),
                _ => match texts::written(item, &placeholder) {
                    Some(text) => format!("\"{text}\""),
                    None => placeholder(item),
                },
            });
            let words: Vec<String> = words.collect();
            let known = items.iter().any(|item| item.as_text().is_some());
            known.then(|| words.join(" "))
        }
        _ => texts::written(value, &placeholder),
    }
}

/// An unknown part, as a shell would write it.
pub(super) fn placeholder(value: &Shared) -> String {
    match value.seen() {
        Seen::Environment(name, Some(default)) => match default.as_text() {
            Some(default) => format!("${{{name}:-{default}}}"),
            None => format!("${{{name}}}"),
        },
        Seen::Environment(name, None) => format!("${{{name}}}"),
        Seen::Name(name)
            if name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
        {
            format!("${{{name}}}")
        }
        Seen::Module(module, name) if &**module == "sys" && &**name == "executable" => {
            "python".to_owned()
        }
        Seen::Either(values) => values
            .first()
            .and_then(texts::plain)
            .map_or_else(|| "${UNKNOWN}".to_owned(), |text| text.to_string()),
        _ => "${UNKNOWN}".to_owned(),
    }
}

/// A word of a shell's command line.
fn quote(word: &str) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,~^".contains(&byte);
    if !word.is_empty() && word.bytes().all(harmless) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// What an IPython line hands to a shell.
pub(super) fn escaped(
    kind: ruff_python_ast::IpyEscapeKind,
    text: &str,
    known: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    use ruff_python_ast::IpyEscapeKind::{Magic, Magic2, ShCap, Shell};
    let text = text.trim();
    let command = match kind {
        Shell | ShCap => text,
        Magic | Magic2 => {
            let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            match name {
                "pip" | "conda" | "mamba" | "micromamba" | "uv" => text,
                "sx" | "system" | "sc" => rest.trim(),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(interpolate(command, known))
}

/// `{name}` and `$name` of IPython, where the name is known.
fn interpolate(command: &str, known: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = command;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let close = tail.find('}').unwrap_or(0);
        let name = tail.get(1..close).unwrap_or_default().trim();
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || before.ends_with('$') {
            out.push('{');
            rest = tail.get(1..).unwrap_or_default();
            continue;
        }
        match known(name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&format!("${{{name}}}")),
        }
        rest = tail.get(close.saturating_add(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
