//! The members of the header and of its metadata, in the order they are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::Entry;
use super::header::Unlisted;
use super::json::{Anything, Loose, Place};
use super::problem::ProblemKind;
use super::{PREFIX_BYTES, SafetensorsFacts};
use crate::Limits;
use crate::problems::excerpt;

/// What the visitors share. Deserialising into it reads the whole header.
pub(super) struct State<'a> {
    pub(super) facts: &'a mut SafetensorsFacts,
    limits: &'a Limits,
    place: &'a Place,
    pub(super) unlisted: Unlisted,
    entries: u64,
    metadata_seen: bool,
    pub(super) stopped: bool,
}

impl<'a> State<'a> {
    pub(super) fn new(
        facts: &'a mut SafetensorsFacts,
        limits: &'a Limits,
        place: &'a Place,
    ) -> Self {
        Self {
            facts,
            limits,
            place,
            unlisted: Unlisted::default(),
            entries: 0,
            metadata_seen: false,
            stopped: false,
        }
    }

    pub(super) fn problem(&mut self, offset: u64, kind: ProblemKind) {
        self.facts.problem(offset, kind);
    }

    pub(super) fn anything(&self) -> Anything {
        Anything {
            text_bytes: self.limits.text_bytes,
        }
    }

    /// A key, with its offset.
    pub(super) fn key<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
    ) -> Result<Option<(String, u64)>, A::Error> {
        let key = object.next_key_seed(self.anything())?;
        let at = self.place.string_start();
        Ok(key.map(|key| (self.text(key, at), at)))
    }

    /// The text of a value that is a string.
    pub(super) fn text(&mut self, value: Loose, at: u64) -> String {
        let Loose::Text(text, length) = value else {
            return String::new();
        };
        if text.len() as u64 != length {
            self.problem(at, ProblemKind::TextCut { length });
        }
        text
    }

    /// Counts an entry; an error once there are more than the limit.
    fn count<E: serde::de::Error>(&mut self, at: u64) -> Result<(), E> {
        self.entries = self.entries.saturating_add(1);
        let members = self.limits.members;
        if self.entries <= members {
            return Ok(());
        }
        self.stopped = true;
        self.problem(at, ProblemKind::LimitReached { members });
        Err(E::custom("limit reached"))
    }
}

/// A seed that reads an object with `$read`, and anything else with `$otherwise`.
macro_rules! object_seed {
    ($seed:ident, $read:ident, $otherwise:ident) => {
        impl<'de> DeserializeSeed<'de> for $seed<'_, '_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.deserialize_any(self)
            }
        }

        impl<'de> Visitor<'de> for $seed<'_, '_> {
            type Value = ();

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any JSON value")
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
                self.$read(object)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
                while array.next_element::<IgnoredAny>()?.is_some() {}
                self.$otherwise()
            }

            fn visit_bool<E>(self, _: bool) -> Result<(), E> {
                self.$otherwise()
            }

            fn visit_i64<E>(self, _: i64) -> Result<(), E> {
                self.$otherwise()
            }

            fn visit_u64<E>(self, _: u64) -> Result<(), E> {
                self.$otherwise()
            }

            fn visit_f64<E>(self, _: f64) -> Result<(), E> {
                self.$otherwise()
            }

            fn visit_str<E>(self, _: &str) -> Result<(), E> {
                self.$otherwise()
            }

            fn visit_unit<E>(self) -> Result<(), E> {
                self.$otherwise()
            }
        }
    };
}

struct Whole<'s, 'a>(&'s mut State<'a>);

impl State<'_> {
    pub(super) fn deserialize<R: std::io::Read>(
        &mut self,
        json: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    ) -> Result<(), serde_json::Error> {
        Whole(self).deserialize(json)
    }
}

impl Whole<'_, '_> {
    fn read<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let state = self.0;
        while let Some((name, at)) = state.key(&mut object)? {
            state.count(at)?;
            if name == "__metadata__" {
                if std::mem::replace(&mut state.metadata_seen, true) {
                    let (within, key) = (None, name);
                    state.problem(at, ProblemKind::DuplicateKey { within, key });
                }
                object.next_value_seed(Metadata(state, at))?;
            } else {
                object.next_value_seed(Entry(state, name, at))?;
            }
        }
        Ok(())
    }

    fn other<E>(self) -> Result<(), E> {
        self.0.problem(PREFIX_BYTES, ProblemKind::HeaderNotObject);
        Ok(())
    }
}

object_seed!(Whole, read, other);

struct Metadata<'s, 'a>(&'s mut State<'a>, u64);

impl Metadata<'_, '_> {
    fn read<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let state = self.0;
        while let Some((key, at)) = state.key(&mut object)? {
            state.count(at)?;
            let value = object.next_value_seed(state.anything())?;
            if matches!(value, Loose::Text(..)) {
                let text = state.text(value, at);
                state.facts.metadata.push((key, text));
                state.unlisted.metadata_at.push(at);
            } else {
                let key = excerpt(&key);
                state.problem(at, ProblemKind::MetadataNotText { key });
            }
        }
        Ok(())
    }

    fn other<E>(self) -> Result<(), E> {
        self.0.problem(self.1, ProblemKind::MetadataNotObject);
        Ok(())
    }
}

object_seed!(Metadata, read, other);
object_seed!(Entry, read, other);
