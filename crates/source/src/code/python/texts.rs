//! Sums of texts: f-strings, `%`, `.format`, `+`, paths.

use std::rc::Rc;

use super::seen::{ALTERNATIVES, PARTS, Seen, Shared, TEXT_BYTES};

/// Puts texts one after the other.
pub(super) fn concatenate(parts: Vec<Shared>) -> Shared {
    let product = parts.iter().try_fold(1_usize, |product, part| {
        let count = part.alternatives().len();
        let known = count == 1 || part.alternatives().iter().all(|it| plain(it).is_some());
        let product = product.saturating_mul(count);
        (known && product <= ALTERNATIVES).then_some(product)
    });
    match product {
        Some(product) if product > 1 => {
            let choices = (0..product).map(|choice| chosen(&parts, choice));
            Shared::either(choices.map(join).collect::<Vec<_>>())
        }
        _ => join(parts),
    }
}

/// One choice among the alternatives of all parts.
fn chosen(parts: &[Shared], mut choice: usize) -> Vec<Shared> {
    let mut chosen: Vec<Shared> = parts
        .iter()
        .rev()
        .map(|part| {
            let alternatives = part.alternatives();
            let count = alternatives.len().max(1);
            let index = choice.checked_rem(count).unwrap_or(0);
            choice = choice.checked_div(count).unwrap_or(0);
            alternatives
                .get(index)
                .cloned()
                .unwrap_or_else(Shared::unknown)
        })
        .collect();
    chosen.reverse();
    chosen
}

/// What a value is written as within a text, if that is known.
pub(super) fn plain(value: &Shared) -> Option<Rc<str>> {
    match value.seen() {
        Seen::Text(text) | Seen::Number(text) => Some(text.clone()),
        Seen::Bool(true) => Some("True".into()),
        Seen::Bool(false) => Some("False".into()),
        Seen::None => Some("None".into()),
        _ => None,
    }
}

fn join(parts: Vec<Shared>) -> Shared {
    let mut joined: Vec<Shared> = Vec::new();
    let mut text = String::new();
    let mut bytes = 0_usize;
    let flat = parts.iter().flat_map(|part| match part.seen() {
        Seen::Parts(inner) => inner.as_slice(),
        _ => std::slice::from_ref(part),
    });
    for part in flat {
        if joined.len() >= PARTS || bytes >= TEXT_BYTES {
            break;
        }
        if let Some(written) = plain(part) {
            bytes = bytes.saturating_add(written.len());
            text.push_str(&written);
            continue;
        }
        if !text.is_empty() {
            joined.push(Shared::text(&std::mem::take(&mut text)));
        }
        joined.push(part.clone());
    }
    if joined.is_empty() {
        return Shared::text(&text);
    }
    if !text.is_empty() {
        joined.push(Shared::text(&text));
    }
    match joined.as_slice() {
        [one] if !one.is_unknown() => one.clone(),
        _ => Seen::Parts(joined).into(),
    }
}

/// `"...".join(values)`.
pub(super) fn join_with(separator: &str, values: &[Shared]) -> Shared {
    let mut parts = Vec::new();
    for (index, value) in values.iter().take(PARTS).enumerate() {
        if index > 0 {
            parts.push(Shared::text(separator));
        }
        parts.push(value.clone());
    }
    concatenate(parts)
}

/// Parts of a path; an absolute part drops those before it, as `os.path.join` has it.
pub(super) fn join_paths(values: &[Shared]) -> Shared {
    let mut parts: Vec<Shared> = Vec::new();
    for value in values.iter().take(PARTS) {
        if value.as_text().is_some_and(|text| text.starts_with('/')) {
            parts.clear();
        }
        let ends_open = match parts.last().map(Shared::seen) {
            None => false,
            Some(Seen::Text(text)) => !text.ends_with('/') && !text.is_empty(),
            Some(_) => true,
        };
        if ends_open {
            parts.push(Shared::text("/"));
        }
        parts.push(value.clone());
    }
    concatenate(parts)
}

/// The folder of a path.
pub(super) fn folder(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        // Above the folder of this file.
        _ if matches!(path, "." | "..") || path.ends_with("/..") => match path {
            "." => "..".to_owned(),
            _ => format!("{path}/.."),
        },
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    }
}

/// `"{} of {name}".format(...)`.
pub(super) fn format(
    template: &str,
    positional: &[Shared],
    named: &dyn Fn(&str) -> Option<Shared>,
) -> Shared {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut next = 0_usize;
    let mut literal = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at..).unwrap_or_default();
        if parts.len() > PARTS {
            rest = tail;
            break;
        }
        if tail.starts_with("{{") || tail.starts_with("}}") || !tail.starts_with('{') {
            literal.push_str(tail.get(..1).unwrap_or_default());
            let doubled = tail.starts_with("{{") || tail.starts_with("}}");
            rest = tail.get(if doubled { 2 } else { 1 }..).unwrap_or_default();
            continue;
        }
        let Some(close) = tail.find('}') else {
            rest = tail;
            break;
        };
        let field = tail.get(1..close).unwrap_or_default();
        let name = field.split(['!', ':']).next().unwrap_or_default();
        let value = if name.is_empty() {
            let value = positional.get(next).cloned();
            next = next.saturating_add(1);
            value
        } else if let Ok(index) = name.parse::<usize>() {
            positional.get(index).cloned()
        } else {
            named(name)
        };
        parts.push(Shared::text(&std::mem::take(&mut literal)));
        parts.push(value.unwrap_or_else(Shared::unknown));
        rest = tail.get(close.saturating_add(1)..).unwrap_or_default();
    }
    literal.push_str(rest);
    parts.push(Shared::text(&literal));
    concatenate(parts)
}

/// `"%s of %(name)s" % values`.
pub(super) fn percent(template: &str, values: &Shared) -> Shared {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut next = 0_usize;
    let mut literal = String::new();
    while let Some(at) = rest.find('%') {
        literal.push_str(rest.get(..at).unwrap_or_default());
        let mut tail = rest.get(at.saturating_add(1)..).unwrap_or_default();
        if parts.len() > PARTS {
            rest = tail;
            break;
        }
        if let Some(after) = tail.strip_prefix('%') {
            literal.push('%');
            rest = after;
            continue;
        }
        let key = tail
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'))
            .map(|(key, after)| {
                tail = after;
                key
            });
        let end = tail
            .find(|letter: char| letter.is_ascii_alphabetic())
            .map_or(tail.len(), |found| found.saturating_add(1));
        rest = tail.get(end..).unwrap_or_default();
        let value = match (key, values.seen()) {
            (Some(key), _) => values.get(key).cloned(),
            (None, Seen::List(items)) => items.get(next).cloned(),
            (None, _) => (next == 0).then(|| values.clone()),
        };
        next = next.saturating_add(1);
        parts.push(Shared::text(&std::mem::take(&mut literal)));
        parts.push(value.unwrap_or_else(Shared::unknown));
    }
    literal.push_str(rest);
    parts.push(Shared::text(&literal));
    concatenate(parts)
}

/// `textwrap.dedent`.
pub(super) fn dedent(text: &str) -> String {
    let margin = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            line.len()
                .saturating_sub(line.trim_start_matches([' ', '\t']).len())
        })
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.get(margin..).unwrap_or_default())
        .collect();
    lines.join("\n")
}

/// The text with unknown parts replaced; nothing if it is no text at all.
pub(super) fn written(value: &Shared, unknown: &dyn Fn(&Shared) -> String) -> Option<String> {
    match value.seen() {
        Seen::Text(text) => Some(text.to_string()),
        Seen::Parts(parts) => Some(
            parts
                .iter()
                .map(|part| plain(part).map_or_else(|| unknown(part), |text| text.to_string()))
                .collect(),
        ),
        _ => None,
    }
}
