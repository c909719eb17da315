use std::sync::Arc;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::node::{Document, DocumentLimits, Node, Scalar};
use crate::code::Unread;

/// Reads TOML. After an error there is nothing: TOML has no order in which a part could be trusted.
#[must_use]
pub fn toml(text: &str, limits: &DocumentLimits) -> Document {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::of(text);
    if let Some(line) = too_deep(text, limits.depth) {
        return refused(Some(line), format!("nested deeper than {}", limits.depth));
    }
    match DeTable::parse(text) {
        Ok(table) => Document {
            roots: vec![Arc::new(map(table.get_ref(), 1, &lines))],
            unread: Vec::new(),
        },
        Err(error) => {
            let line = error.span().map(|span| lines.line(span.start));
            refused(line, error.message().to_owned())
        }
    }
}

fn refused(line: Option<u32>, reason: String) -> Document {
    Document {
        roots: Vec::new(),
        unread: vec![Unread { line, reason }],
    }
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
}

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            starts: breaks.map(|(at, _)| at).collect(),
        }
    }

    fn line(&self, offset: usize) -> u32 {
        let before = self.starts.partition_point(|start| *start < offset);
        u32::try_from(before.saturating_add(1)).unwrap_or(u32::MAX)
    }
}
