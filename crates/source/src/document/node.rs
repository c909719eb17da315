use std::sync::Arc;

use crate::code::Unread;

/// How much a document may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Deepest nesting of lists and maps.
    pub depth: usize,
    /// Most values; an alias counts once.
    pub values: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            depth: 128,
            values: 4_000_000,
        }
    }
}

/// What was read of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The values at the top: one for JSON and TOML, one a document for YAML. What stands before
    /// an error is here.
    pub roots: Vec<Arc<Node>>,
    /// Where reading stopped, and keys that occur twice in one map.
    pub unread: Vec<Unread>,
    /// True if reading stopped before the end of the text: the last value may be half of one.
    pub cut: bool,
}

impl Document {
    /// The first value.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.roots.first().map(AsRef::as_ref)
    }
}

/// A plain value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scalar {
    /// `null`, `~`, nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number or a date, as written.
    Number(String),
    /// A text.
    Text(String),
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A plain value.
    Scalar {
        /// The value.
        value: Scalar,
        /// Line from 1.
        line: u32,
    },
    /// A list.
    List {
        /// Its elements.
        items: Vec<Arc<Node>>,
        /// Line from 1.
        line: u32,
    },
    /// A map; of a key that occurs twice the last value counts, and both are here.
    Map {
        /// Keys (other values than texts are written out) with the key's line, and values.
        entries: Vec<(String, u32, Arc<Node>)>,
        /// Line from 1.
        line: u32,
    },
}

impl Node {
    /// The line on which it begins, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::Scalar { line, .. } | Self::List { line, .. } | Self::Map { line, .. } => *line,
        }
    }

    /// The value of a key of a map; the last one if the key occurs twice.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .rev()
            .find(|(name, _, _)| name == key)
            .map(|(_, _, value)| value.as_ref())
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The elements of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Arc<Node>] {
        match self {
            Self::List { items, .. } => items,
            _ => &[],
        }
    }

    /// The entries of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, u32, Arc<Node>)] {
        match self {
            Self::Map { entries, .. } => entries,
            _ => &[],
        }
    }

    /// True for a map.
    #[must_use]
    pub const fn is_map(&self) -> bool {
        matches!(self, Self::Map { .. })
    }

    /// The text of a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar {
                value: Scalar::Text(text),
                ..
            } => Some(text),
            _ => None,
        }
    }

    /// A text or number as it is written, `true` or `false`; nothing for null, lists and maps.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::Scalar { value, .. } => match value {
                Scalar::Text(text) | Scalar::Number(text) => Some(text),
                Scalar::Bool(true) => Some("true"),
                Scalar::Bool(false) => Some("false"),
                Scalar::Null => None,
            },
            _ => None,
        }
    }

    /// True or false.
    #[must_use]
    pub const fn bool(&self) -> Option<bool> {
        match self {
            Self::Scalar {
                value: Scalar::Bool(value),
                ..
            } => Some(*value),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Scalar {
                value: Scalar::Number(text),
                ..
            } => text.parse().ok(),
            _ => None,
        }
    }

    /// The texts of a list, or the one text that stands where a list may: the habit of front matter.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::List { items, .. } => items.iter().filter_map(|item| item.written()).collect(),
            _ => self.written().into_iter().collect(),
        }
    }
}
