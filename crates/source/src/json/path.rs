//! Where the reader is in a document.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::interest;

/// Bytes of one key in a path.
const KEY_BYTES: usize = 128;

/// One open object or array.
#[derive(Debug)]
pub(super) struct Frame {
    place: Place,
    /// The section of interest that it stands in.
    section: Option<&'static str>,
    /// The key of interest of the current value, or of the array itself.
    single: Option<&'static str>,
}

#[derive(Debug)]
enum Place {
    Object {
        key: String,
        /// Hashes of the keys so far.
        keys: HashSet<u64>,
    },
    Array {
        index: usize,
    },
}

/// The open objects and arrays, outermost first.
#[derive(Debug, Default)]
pub(super) struct Path {
    pub(super) frames: Vec<Frame>,
}

impl Path {
    pub(super) fn open_object(&mut self) {
        let section = self.inherited_section();
        self.frames.push(Frame {
            place: Place::Object {
                key: String::new(),
                keys: HashSet::new(),
            },
            section,
            single: None,
        });
    }

    pub(super) fn open_array(&mut self) {
        let section = self.inherited_section();
        let single = self.frames.last().and_then(|frame| frame.single);
        self.frames.push(Frame {
            place: Place::Array { index: 0 },
            section,
            single,
        });
    }

    fn inherited_section(&self) -> Option<&'static str> {
        let parent = self.frames.last()?;
        parent.section.or_else(|| interest::section(self.key()?))
    }

    pub(super) fn close(&mut self) {
        self.frames.pop();
    }

    /// Notes the key that a value follows; `true` if the object has it already.
    pub(super) fn enter(&mut self, name: &str) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        frame.single = interest::single(name).or_else(|| interest::section(name));
        let Place::Object { key, keys } = &mut frame.place else {
            return false;
        };
        key.clear();
        key.push_str(
            name.get(..name.floor_char_boundary(KEY_BYTES))
                .unwrap_or(name),
        );
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        !keys.insert(hasher.finish())
    }

    /// A value in the innermost array has ended.
    pub(super) fn count_item(&mut self) {
        if let Some(Place::Array { index }) = self.frames.last_mut().map(|frame| &mut frame.place) {
            *index = index.saturating_add(1);
        }
    }

    /// The key that the current value stands under, if it stands in an object.
    pub(super) fn key(&self) -> Option<&str> {
        match &self.frames.last()?.place {
            Place::Object { key, .. } => Some(key),
            Place::Array { .. } => None,
        }
    }

    /// The key of interest that the current value stands under.
    pub(super) fn interest(&self) -> Option<&'static str> {
        let frame = self.frames.last()?;
        frame.section.or(frame.single)
    }

    /// The current value stands under `key`, or in its list, at the root.
    pub(super) fn is_root_key(&self, key: &str) -> bool {
        let root = self.frames.first().map(|frame| &frame.place);
        self.frames.len() <= 2
            && matches!(root, Some(Place::Object { key: this, .. }) if this == key)
    }

    /// The current value is one of the first two of a list in the root object.
    pub(super) fn is_listed_at_root(&self) -> bool {
        let places = self.frames.as_slice();
        let [first, second] = places else {
            return false;
        };
        matches!(
            (&first.place, &second.place),
            (Place::Object { .. }, Place::Array { index: 0 | 1 })
        )
    }

    /// `$.a.b[0]`, shortened.
    pub(super) fn render(&self, bytes: usize) -> String {
        let mut path = "$".to_owned();
        for frame in &self.frames {
            if path.len() > bytes {
                break;
            }
            match &frame.place {
                Place::Object { key, .. } => {
                    path.push('.');
                    path.push_str(key);
                }
                Place::Array { index } => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        path.truncate(path.floor_char_boundary(bytes));
        path
    }
}
