//! YAML, TOML, INI and the text format of Protocol Buffers.

use super::{Name, TextClass, telling_lines};

/// What the name decides, if the content does not speak against it.
pub(super) fn named(text: &str, name: &Name) -> Option<TextClass> {
    if name.is_one_of(&["yaml", "yml"]) || name.whole == "mlmodel" {
        return Some(TextClass::Yaml);
    }
    if name.is_one_of(&["pbtxt", "prototxt", "textproto", "textpb"]) {
        return Some(TextClass::Pbtxt);
    }
    if name.is_one_of(&["toml"]) || name.whole == "pipfile" {
        return Some(TextClass::Toml);
    }
    let ini = [
        "ini",
        "cfg",
        "conf",
        "env",
        "properties",
        "gitmodules",
        "gitconfig",
        "editorconfig",
    ];
    if name.is_one_of(&ini) && telling_lines(text).any(|line| line.contains(['=', ':'])) {
        return Some(TextClass::Ini);
    }
    None
}

/// What the lines say. Every telling line has to fit.
pub(super) fn recognise(text: &str) -> Option<TextClass> {
    if is_sectioned(text) {
        let typed = assignments(text).all(|(_, value)| is_toml_value(value));
        return Some(if typed {
            TextClass::Toml
        } else {
            TextClass::Ini
        });
    }
    if is_pbtxt(text) {
        return Some(TextClass::Pbtxt);
    }
    is_yaml(text).then_some(TextClass::Yaml)
}

/// `[section]` lines and `key = value` lines, and nothing else at the left margin.
fn is_sectioned(text: &str) -> bool {
    let mut sections = 0_usize;
    let mut pairs = 0_usize;
    for line in telling_lines(text) {
        let start = line.trim_start();
        if is_section(start) {
            sections = sections.saturating_add(1);
        } else if assignment(start).is_some() {
            pairs = pairs.saturating_add(1);
        } else if line == start && !matches!(start, "]" | "}" | "\"\"\"") {
            return false;
        }
    }
    sections > 0 && pairs > 0
}

fn is_section(line: &str) -> bool {
    let inner = line.strip_prefix('[').and_then(|line| line.split_once(']'));
    inner.is_some_and(|(name, rest)| {
        let rest = rest.trim_start_matches(']').trim();
        !name.is_empty() && (rest.is_empty() || rest.starts_with('#')) && !name.contains(',')
    })
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let plain = |c: char| c.is_alphanumeric() || "_-.\"' ".contains(c);
    (!key.is_empty() && key.chars().all(plain)).then_some((key, value.trim()))
}

fn assignments(text: &str) -> impl Iterator<Item = (&str, &str)> {
    telling_lines(text)
        .filter(|line| !is_section(line.trim_start()))
        .filter_map(|line| assignment(line.trim_start()))
}

fn is_toml_value(value: &str) -> bool {
    value.starts_with(['"', '\'', '[', '{', '+', '-'])
        || value.starts_with(|c: char| c.is_ascii_digit())
        || value.starts_with("true")
        || value.starts_with("false")
}

/// `field: value`, `message {`, `}` and nothing else, with at least one message.
fn is_pbtxt(text: &str) -> bool {
    let mut messages = 0_usize;
    for line in telling_lines(text) {
        let line = line.trim();
        let opens = line
            .strip_suffix(['{', '['])
            .map(|name| name.trim_end().trim_end_matches(':'));
        if opens.is_some_and(|name| name.chars().all(is_word)) {
            messages = messages.saturating_add(1);
        } else if !matches!(line, "}" | "]" | "}," | "},{") && !is_field(line) {
            return false;
        }
    }
    messages > 0 && text.contains('}')
}

fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, value)| {
        let value = value.trim();
        let typed = value.starts_with(['"', '\'', '[', '{', '-'])
            || value.chars().all(|c| is_word(c) || ".,".contains(c));
        !name.is_empty() && name.chars().all(is_word) && !value.is_empty() && typed
    })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// At the left margin only keys, list items and document marks; two keys at least. Text
/// after the second `---` of a front matter makes it prose.
fn is_yaml(text: &str) -> bool {
    let mut keys = 0_usize;
    let mut margin_keys = 0_usize;
    for line in telling_lines(text) {
        let start = line.trim_start();
        let margin = line.len() == start.len();
        let item = start.strip_prefix("- ").unwrap_or(start);
        if is_key_line(item) {
            keys = keys.saturating_add(1);
            margin_keys = margin_keys.saturating_add(usize::from(margin));
        } else if margin && !start.starts_with("- ") && !matches!(start, "---" | "..." | "-") {
            return false;
        }
    }
    let headed = text.lines().any(|line| line.starts_with("# ")) && text.starts_with("---");
    keys >= 2 && margin_keys >= 1 && !(headed && closes_front_matter(text))
}

/// A second `---` with a heading after it.
fn closes_front_matter(text: &str) -> bool {
    let body = text.get(3..).and_then(|rest| rest.split_once("\n---"));
    body.is_some_and(|(_, body)| body.lines().any(|line| line.starts_with('#')))
}

fn is_key_line(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    let plain = |c: char| c.is_alphanumeric() || "_-./@\"'<>$".contains(c);
    !key.is_empty() && key.chars().all(plain) && (value.is_empty() || value.starts_with(' '))
}
