//! From a document to the facts that a parser fills.

use std::sync::Arc;

use super::{Dependency, Origin, PackageFacts, Strength, Unread};
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

    /// Takes away the entry in which the text broke off: one without a version, or without the
    /// hashes that the others have, says less than the file did.
    pub(super) fn drop_unfinished(&mut self, cut: bool) {
        let last = self.packages.iter().enumerate();
        let last = last.max_by_key(|(_, package)| package.line);
        let Some((index, package)) = last.filter(|_| cut) else {
            return;
        };
        let others = self.packages.len().saturating_sub(1);
        let hashed = self
            .packages
            .iter()
            .filter(|other| !other.hashes.is_empty());
        let expected = hashed.count().saturating_mul(2) > others;
        if package.hashes.is_empty()
            && matches!(package.origin, Origin::Registry | Origin::Index(_))
            && (package.version.is_none() || expected)
        {
            let line = package.line.unwrap_or(1);
            self.packages.remove(index);
            self.refuse(line, "the text breaks off within a package");
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
