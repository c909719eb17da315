//! From a document to the facts that a parser fills.

use std::sync::Arc;

use super::{Dependency, PackageFacts, Strength, Unread};
use crate::document::{Document, Node};

/// Facts with what the document could not be read for, and the document's first value. A value
/// that is no map is said to be so.
pub(super) fn opened(document: Document, strength: Strength) -> (PackageFacts, Arc<Node>) {
    let mut facts = PackageFacts {
        strength,
        unread: document.unread,
        ..PackageFacts::default()
    };
    let root = document.roots.into_iter().next();
    let nothing = Node::Map {
        entries: Vec::new(),
        line: 1,
    };
    match root {
        Some(root) if root.is_map() => (facts, root),
        Some(root) => {
            facts.refuse(root.line(), "expected a map of keys to values");
            (facts, Arc::new(nothing))
        }
        None => {
            if facts.unread.is_empty() {
                facts.refuse(1, "there is nothing in the file");
            }
            (facts, Arc::new(nothing))
        }
    }
}

impl PackageFacts {
    /// Facts of a text that is read line by line.
    pub(super) fn of(strength: Strength) -> Self {
        Self {
            strength,
            ..Self::default()
        }
    }

    /// Notes an entry that could not be read; after a thousand there is no use in more.
    pub(super) fn refuse(&mut self, line: u32, reason: impl Into<String>) {
        if self.unread.len() < 1000 {
            self.unread.push(Unread {
                line: Some(line),
                reason: reason.into(),
            });
        }
    }
}

impl Dependency {
    /// A dependency of which only the name is known.
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: None,
        }
    }

    /// A dependency on one version.
    pub(super) fn exact(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: Some(version.into()),
        }
    }
}

/// The text of a key, if it is one and not empty.
pub(super) fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key)
        .and_then(Node::written)
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A number of lines as the facts count them.
pub(super) fn line_number(index: usize) -> u32 {
    u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX)
}

/// A piece of hostile text for a message: one line, not long.
pub(super) fn excerpt(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .take(60)
        .collect()
}
