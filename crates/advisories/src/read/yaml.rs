//! YAML and TOML as the values that JSON has, every scalar as it is written.

use serde_json::{Map, Value};
use waybill_source::document::{self, DocumentLimits, Node, Scalar};

use super::malformed;
use crate::error::FeedError;

/// Values that aliases may unfold into.
const VALUES: usize = 4_000_000;

pub(super) fn yaml(format: &'static str, bytes: &[u8]) -> Result<Value, FeedError> {
    value(format, bytes, |text| {
        document::yaml(text, &DocumentLimits::default())
    })
}

pub(super) fn toml(format: &'static str, bytes: &[u8]) -> Result<Value, FeedError> {
    value(format, bytes, |text| {
        document::toml(text, &DocumentLimits::default())
    })
}

fn value(
    format: &'static str,
    bytes: &[u8],
    read: impl FnOnce(&str) -> document::Document,
) -> Result<Value, FeedError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        malformed(
            format,
            format!("byte {}", error.valid_up_to()),
            "it is not UTF-8",
        )
    })?;
    let read = read(text.trim_start_matches('\u{feff}'));
    if read.cut {
        let unread = read.unread.first();
        let line = unread.and_then(|unread| unread.line);
        return Err(malformed(
            format,
            line.map_or_else(|| "its end".to_owned(), |line| format!("line {line}")),
            unread.map_or("it ends too early", |unread| unread.reason.as_str()),
        ));
    }
    let mut left = VALUES;
    let root = read
        .root()
        .ok_or_else(|| malformed(format, "line 1", "there is nothing in it"))?;
    plain(root, &mut left)
        .ok_or_else(|| malformed(format, "line 1", "its aliases unfold without end"))
}

/// The reader has bounded the depth; what aliases share is bounded here.
fn plain(node: &Node, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    Some(match node {
        Node::Scalar { value, .. } => match value {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(*value),
            Scalar::Number(text) | Scalar::Text(text) => Value::String(text.clone()),
        },
        Node::List { items, .. } => {
            let mut list = Vec::new();
            for item in items {
                list.push(plain(item, left)?);
            }
            Value::Array(list)
        }
        Node::Map { entries, .. } => {
            let mut map = Map::new();
            for (key, _, value) in entries {
                map.insert(key.clone(), plain(value, left)?);
            }
            Value::Object(map)
        }
    })
}
