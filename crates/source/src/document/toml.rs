use std::collections::BTreeMap;
use std::sync::Arc;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::node::{Document, DocumentLimits, Node, Scalar};
use crate::code::Unread;

/// Most tables that are said to be unreadable.
const MOST_REFUSED: usize = 1000;

/// Reads TOML.
///
/// If the text as a whole is none, each table is read for itself together with the tables below
/// it: an entry of an array of tables (`[[package]]`) that is broken is left out, of any other
/// table the part before the error is kept.
#[must_use]
pub fn toml(text: &str, limits: &DocumentLimits) -> Document {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::of(text, 0);
    if let Some(line) = too_deep(text, limits.depth) {
        return refused(Some(line), format!("nested deeper than {}", limits.depth));
    }
    match DeTable::parse(text) {
        Ok(table) => Document {
            roots: vec![Arc::new(map(table.get_ref(), 1, &lines))],
            ..Document::default()
        },
        Err(error) => {
            let line = error.span().map(|span| lines.line(span.start));
            in_parts(text, line, error.message())
        }
    }
}

fn refused(line: Option<u32>, reason: String) -> Document {
    Document {
        unread: vec![Unread { line, reason }],
        cut: true,
        ..Document::default()
    }
}

/// Reads table after table.
fn in_parts(text: &str, line: Option<u32>, message: &str) -> Document {
    let mut document = refused(line, message.to_owned());
    let mut whole = Parts::new();
    for (part, before) in parts(text) {
        let lines = Lines::of(part, before);
        match DeTable::parse(part) {
            Ok(table) => add(&mut whole, table.get_ref(), &lines),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let here = lines.line(at);
                if line != Some(here) && document.unread.len() < MOST_REFUSED {
                    document.unread.push(Unread {
                        line: Some(here),
                        reason: error.message().to_owned(),
                    });
                }
                let start = part.get(..at).and_then(|front| front.rfind('\n'));
                let front = part.get(..start.unwrap_or(0)).unwrap_or_default();
                if !part.starts_with("[[")
                    && let Ok(table) = DeTable::parse(front)
                {
                    add(&mut whole, table.get_ref(), &lines);
                }
            }
        }
    }
    if !whole.is_empty() {
        document.roots.push(Arc::new(joined(whole, 1)));
    }
    document
}

/// The text from each header to the next that does not lie below it, with the number of lines
/// before it.
fn parts(text: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let (mut start, mut start_line, mut at, mut line) = (0_usize, 0_u32, 0_usize, 0_u32);
    let mut above = String::new();
    for written in text.split_inclusive('\n') {
        let array = written.starts_with("[[");
        let name = written
            .trim_start_matches('[')
            .split(']')
            .next()
            .unwrap_or_default()
            .trim();
        let is_header = written.starts_with('[') && !name.is_empty();
        let below = !above.is_empty()
            && name
                .strip_prefix(above.as_str())
                .is_some_and(|rest| rest.starts_with('.'));
        if is_header && !below {
            found.push((text.get(start..at).unwrap_or_default(), start_line));
            (start, start_line) = (at, line);
            // Only entries of an array own what stands below them: tables are joined again.
            above.clear();
            if array {
                above.push_str(name);
            }
        }
        at = at.saturating_add(written.len());
        line = line.saturating_add(1);
    }
    found.push((text.get(start..).unwrap_or_default(), start_line));
    found.retain(|(part, _)| !part.trim().is_empty());
    found
}

/// Tables that are put together again out of their parts.
type Parts = BTreeMap<String, (u32, Part)>;

enum Part {
    Map(Parts, u32),
    List(Vec<Arc<Node>>, u32),
    Plain(Node),
}

/// Adds a table to those before it; no deeper than `too_deep` let pass.
fn add(into: &mut Parts, table: &DeTable<'_>, lines: &Lines) {
    for (key, value) in table {
        let line = lines.line(key.span().start);
        let name = key.get_ref().to_string();
        match value.get_ref() {
            DeValue::Table(inner) => {
                let there = into
                    .entry(name)
                    .or_insert_with(|| (line, Part::Map(Parts::new(), line)));
                if let (_, Part::Map(there, _)) = there {
                    add(there, inner, lines);
                }
            }
            DeValue::Array(items) => {
                let there = into
                    .entry(name)
                    .or_insert_with(|| (line, Part::List(Vec::new(), line)));
                if let (_, Part::List(there, _)) = there {
                    there.extend(items.iter().map(|item| Arc::new(node(item, lines))));
                }
            }
            _ => {
                into.entry(name)
                    .or_insert_with(|| (line, Part::Plain(node(value, lines))));
            }
        }
    }
}

fn joined(parts: Parts, line: u32) -> Node {
    let mut entries: Vec<(String, u32, Arc<Node>)> = parts
        .into_iter()
        .map(|(name, (line, part))| {
            let node = match part {
                Part::Map(inner, line) => joined(inner, line),
                Part::List(items, line) => Node::List { items, line },
                Part::Plain(node) => node,
            };
            (name, line, Arc::new(node))
        })
        .collect();
    entries.sort_by_key(|(_, line, _)| *line);
    Node::Map { entries, line }
}

/// The line on which brackets or dotted keys nest deeper than `depth`.
fn too_deep(text: &str, depth: usize) -> Option<u32> {
    for (index, line) in text.lines().enumerate() {
        let nesting = line
            .bytes()
            .filter(|byte| matches!(byte, b'[' | b'{' | b'.'))
            .count();
        let plain = line.contains(['"', '\'']) || nesting <= depth;
        let opened = line.bytes().filter(|byte| matches!(byte, b'[' | b'{'));
        if !plain || opened.count() > depth.saturating_mul(64) {
            return u32::try_from(index.saturating_add(1)).ok();
        }
    }
    None
}

fn map(table: &DeTable<'_>, line: u32, lines: &Lines) -> Node {
    let mut entries: Vec<(String, u32, Arc<Node>)> = table
        .iter()
        .map(|(key, value)| {
            let line = lines.line(key.span().start);
            let name = key.get_ref().to_string();
            (name, line, Arc::new(node(value, lines)))
        })
        .collect();
    entries.sort_by_key(|(_, line, _)| *line);
    Node::Map { entries, line }
}

fn node(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    let line = lines.line(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) => Scalar::Text(text.to_string()),
        DeValue::Integer(number) => Scalar::Number(number.to_string()),
        DeValue::Float(number) => Scalar::Number(number.to_string()),
        DeValue::Boolean(value) => Scalar::Bool(*value),
        DeValue::Datetime(date) => Scalar::Number(date.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| Arc::new(node(item, lines)));
            return Node::List {
                items: items.collect(),
                line,
            };
        }
        DeValue::Table(table) => return map(table, line, lines),
    };
    Node::Scalar { value, line }
}

/// Offsets to lines.
struct Lines {
    starts: Vec<usize>,
    before: u32,
}

impl Lines {
    fn of(text: &str, before: u32) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            starts: breaks.map(|(at, _)| at).collect(),
            before,
        }
    }

    fn line(&self, offset: usize) -> u32 {
        let before = self.starts.partition_point(|start| *start < offset);
        u32::try_from(before.saturating_add(1))
            .unwrap_or(u32::MAX)
            .saturating_add(self.before)
    }
}
