//! Arrow files and streams (Feather 2 among them): messages of FlatBuffers with the bodies of columns between
//! them.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc>,
//! `Message.fbs`, `Schema.fbs`, `File.fbs` of <https://github.com/apache/arrow>. Bodies are not read.

use std::sync::Arc;

use crate::flat::Table;
use crate::{Bytes, Limits, SubRange, problems};

/// What a file begins and ends with; a stream has neither.
const MAGIC: &[u8] = b"ARROW1";
/// Fields and texts that are listed.
const LISTED: usize = 10_000;
/// Bytes of a text that are kept.
const KEPT_BYTES: usize = 1 << 20;
/// Fields inside fields that are followed.
const DEPTH: u32 = 64;

/// What the messages say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArrowFacts {
    /// True for a file, which has a footer; false for a stream.
    pub file: bool,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Names of extension types, with their own texts.
    pub extensions: Vec<(String, String)>,
    /// Texts beside the schema.
    pub metadata: Vec<(String, String)>,
    /// Messages with rows.
    pub batches: u64,
    /// Offset behind the last byte that belongs to it.
    pub end: u64,
    /// What is wrong with the structure.
    pub broken: Option<(u64, String)>,
}

/// True if the content begins as a file or a stream does.
#[must_use]
pub fn recognises(head: &[u8], length: u64) -> bool {
    if head.starts_with(MAGIC) {
        return true;
    }
    // Continuation, a length that is a multiple of eight, an offset that is small.
    match head {
        [0xff, 0xff, 0xff, 0xff, a, b, c, d, o, 0, 0, 0, ..] => {
            let size = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            size >= 16
                && size.is_multiple_of(8)
                && size.saturating_add(8) <= length
                && *o >= 4
                && *o <= 64
        }
        _ => false,
    }
}

/// Reads the schema and the list of messages; `None` if the content does not begin as such a file.
#[must_use]
pub fn parse(bytes: &Bytes, limits: &Limits) -> Option<ArrowFacts> {
    let head = bytes.bytes_at(0, 16).ok()?;
    if !recognises(&head, bytes.len()) {
        return None;
    }
    let mut facts = ArrowFacts {
        file: head.starts_with(MAGIC),
        ..ArrowFacts::default()
    };
    let read = if facts.file {
        file(bytes, limits, &mut facts)
    } else {
        stream(bytes, limits, &mut facts)
    };
    if let Err(broken) = read {
        facts.broken = Some(broken);
    }
    Some(facts)
}

type Broken = (u64, String);

fn broken<T>(at: u64, reason: &str) -> Result<T, Broken> {
    Err((at, reason.to_owned()))
}

fn word(bytes: &Bytes, at: u64) -> Option<u32> {
    let field = bytes.bytes_at(at, 4).ok()?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

/// A file: the footer repeats the schema and says where the batches are.
fn file(bytes: &Bytes, limits: &Limits, facts: &mut ArrowFacts) -> Result<(), Broken> {
    facts.end = bytes.len();
    let Some(tail) = bytes.len().checked_sub(10).filter(|tail| *tail >= 8) else {
        return broken(0, "the file is too short");
    };
    if bytes.bytes_at(tail.saturating_add(4), 6).ok().as_deref() != Some(MAGIC) {
        return broken(tail, "the file does not end with its magic");
    }
    let length = u64::from(word(bytes, tail).unwrap_or(0));
    let start = tail.checked_sub(length).filter(|start| *start >= 8);
    let Some(start) = start.filter(|_| length <= limits.header_bytes && length >= 8) else {
        return broken(tail, "the footer is longer than the file");
    };
    let footer = SubRange::new(Arc::clone(bytes), start, length);
    let Some(root) = Table::root(&footer, 0) else {
        return broken(start, "the footer cannot be followed");
    };
    let Some(schema) = root.table(1) else {
        return broken(start, "the footer has no schema");
    };
    read_schema(&schema, facts);
    texts(&root, 4, facts);
    for list in [2, 3] {
        if let Some((at, count)) = root.list(list) {
            // Offset, length of the metadata, length of the body: 24 bytes each.
            if count.saturating_mul(24) > length.saturating_sub(at.min(length)) {
                return broken(start, "the list of batches is longer than the footer");
            }
            if list == 3 {
                facts.batches = count;
            }
            for index in 0..count {
                let block = start
                    .saturating_add(at)
                    .saturating_add(index.saturating_mul(24));
                let number = |place: u64| {
                    let field = bytes.bytes_at(block.saturating_add(place), 8).ok()?;
                    Some(u64::from_le_bytes(field.try_into().ok()?))
                };
                let metadata = u64::from(word(bytes, block.saturating_add(8)).unwrap_or(0));
                let end = number(0)
                    .zip(number(16))
                    .and_then(|(offset, body)| offset.checked_add(metadata)?.checked_add(body));
                if end.is_none_or(|end| end > start) {
                    return broken(block, "a batch lies outside of the file");
                }
            }
        }
    }
    Ok(())
}

/// A stream: message after message, each with its body.
fn stream(bytes: &Bytes, limits: &Limits, facts: &mut ArrowFacts) -> Result<(), Broken> {
    let mut at = 0_u64;
    let mut messages = 0_u64;
    while at < bytes.len() {
        facts.end = at;
        let mut start = at.saturating_add(4);
        let mut length = match word(bytes, at) {
            Some(length) => u64::from(length),
            None => return broken(at, "the stream ends in the middle of a message"),
        };
        if length == 0xffff_ffff {
            length = u64::from(word(bytes, start).unwrap_or(0));
            start = start.saturating_add(4);
        }
        if length == 0 {
            facts.end = start;
            return Ok(());
        }
        if length > limits.header_bytes || start.saturating_add(length) > bytes.len() {
            return broken(at, "a message is longer than the stream");
        }
        let message = SubRange::new(Arc::clone(bytes), start, length);
        let Some(root) = Table::root(&message, 0) else {
            return broken(start, "a message cannot be followed");
        };
        // The kind of the message: 1 is the schema, 3 a batch of rows.
        match (root.byte(1), root.table(2)) {
            (Some(1), Some(schema)) => read_schema(&schema, facts),
            (Some(1), None) => return broken(start, "the schema cannot be followed"),
            (Some(3), _) => facts.batches = facts.batches.saturating_add(1),
            _ => {}
        }
        texts(&root, 4, facts);
        let body = u64::try_from(root.long(3).unwrap_or(0)).unwrap_or(u64::MAX);
        let next = start.saturating_add(length).saturating_add(body);
        if next > bytes.len() {
            return broken(start, "the body of a message is longer than the stream");
        }
        at = next;
        facts.end = next;
        messages = messages.saturating_add(1);
        if messages > limits.members {
            return broken(at, "there are more messages than are read");
        }
    }
    Ok(())
}

/// `Schema`: fields and texts.
fn read_schema(schema: &Table<'_>, facts: &mut ArrowFacts) {
    texts(schema, 2, facts);
    let (_, fields) = schema.tables(1, LISTED);
    for field in &fields {
        if facts.columns.len() < LISTED {
            let name = field.text(0, 256).unwrap_or_default();
            facts.columns.push(problems::excerpt(&name));
        }
    }
    let mut open: Vec<(u32, Table<'_>)> = fields.into_iter().map(|field| (0, field)).collect();
    let mut left = LISTED.saturating_mul(10);
    while let Some((depth, field)) = open.pop() {
        extension(&field, facts);
        left = left.saturating_sub(1);
        if depth < DEPTH && left > 0 {
            let (_, children) = field.tables(5, LISTED);
            open.extend(
                children
                    .into_iter()
                    .take(left)
                    .map(|child| (depth.saturating_add(1), child)),
            );
        }
    }
}

/// The extension type of a field, by its texts.
fn extension(field: &Table<'_>, facts: &mut ArrowFacts) {
    let (_, pairs) = field.tables(6, 64);
    let (mut name, mut text) = (None, String::new());
    for pair in pairs {
        match pair.text(0, 256).as_deref() {
            Some("ARROW:extension:name") => name = pair.text(1, 256),
            Some("ARROW:extension:metadata") => text = pair.text(1, KEPT_BYTES).unwrap_or_default(),
            _ => {}
        }
    }
    if let Some(name) = name
        && facts.extensions.len() < LISTED
    {
        facts.extensions.push((name, text));
    }
}

fn texts(table: &Table<'_>, id: u64, facts: &mut ArrowFacts) {
    let (_, pairs) = table.tables(id, LISTED);
    for pair in pairs {
        if facts.metadata.len() < LISTED {
            let key = pair.text(0, 256).unwrap_or_default();
            let value = pair.text(1, KEPT_BYTES).unwrap_or_default();
            facts.metadata.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> ArrowFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        let bytes: Bytes = Arc::new(bytes);
        parse(&bytes, &Limits::default()).unwrap()
    }

    #[test]
    fn files_that_lie_about_their_footer_are_told() {
        for text in [
            "text \"ARROW1\"\n",
            "text \"ARROW1\"\nu8 0 0\ntext \"arrow.py_extension_type\"\ntext \"ARROW1\"\n",
            "text \"ARROW1\"\nu8 0 0\nu8 repeat=32 0\nu32le 32\ntext \"ARROW1\"\n",
            "text \"ARROW1\"\nu8 0 0\nu32le 0x7fffffff\ntext \"ARROW1\"\n",
        ] {
            assert!(facts(text).broken.is_some(), "{text}");
        }
        assert!(
            facts("u32le 0xffffffff 16 16\nu8 repeat=12 1\n")
                .broken
                .is_some()
        );
    }
}
