//! The JSON header, read as a stream: every key is seen, duplicates included.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{Anything, KEPT_VALUES, Loose, Place, Stream, first_not_utf8};
use super::problem::{ProblemKind, excerpt};
use super::{PREFIX_BYTES, SafetensorsFacts, Tensor};
use crate::{Limits, ReadAt};

/// What reading the header left besides the facts.
#[derive(Default)]
pub(super) struct Unlisted {
    /// Name and offset of the entries that made no [`Tensor`].
    pub(super) entries: Vec<(String, u64)>,
    /// Offset of the key of each pair in [`SafetensorsFacts::metadata`].
    pub(super) metadata_at: Vec<u64>,
    /// True if the header was understood to its end.
    pub(super) header_read_whole: bool,
}

/// Reads the header's range as far as file and limit allow.
pub(super) fn read(source: &dyn ReadAt, limits: &Limits, facts: &mut SafetensorsFacts) -> Unlisted {
    let end = range_end(source, limits, facts);
    match first_not_utf8(source, PREFIX_BYTES, end) {
        Ok(None) => {}
        Ok(Some(offset)) => facts.problem(offset, ProblemKind::HeaderNotUtf8),
        Err(failed) => {
            let reason = failed.to_string();
            facts.problem(PREFIX_BYTES, ProblemKind::Unreadable { reason });
            return Unlisted::default();
        }
    }
    let first = source.bytes_at(PREFIX_BYTES, 1).unwrap_or_default();
    if let Some(byte) = first.first().copied().filter(|byte| *byte != b'{') {
        facts.problem(PREFIX_BYTES, ProblemKind::HeaderStart { byte });
    }
    let place = Place::default();
    let mut stream = Stream::new(source, start_of_json(source), end, &place);
    let mut state = State {
        facts,
        limits,
        place: &place,
        unlisted: Unlisted::default(),
        entries: 0,
        metadata_seen: false,
        stopped: false,
    };
    let outcome = state.deserialize(&mut serde_json::Deserializer::from_reader(&mut stream));
    let mut unlisted = std::mem::take(&mut state.unlisted);
    let stopped = state.stopped;
    unlisted.header_read_whole = match outcome {
        Ok(()) => padding(&mut stream, &place, facts),
        Err(_) if stopped => false,
        Err(error) => {
            broken(&error, &place, facts);
            false
        }
    };
    unlisted
}

/// Where the header ends for us: at its stated length, the limit, or the end of the file.
fn range_end(source: &dyn ReadAt, limits: &Limits, facts: &mut SafetensorsFacts) -> u64 {
    let claimed = facts.header_bytes;
    let there = source.len().saturating_sub(PREFIX_BYTES);
    if claimed > there {
        facts.problem(0, ProblemKind::HeaderBeyondFile { claimed, there });
    }
    let limit = limits.header_bytes;
    if claimed > limit {
        facts.problem(0, ProblemKind::HeaderOverLimit { claimed, limit });
    }
    PREFIX_BYTES.saturating_add(claimed.min(there).min(limit))
}

/// Some writers put a byte order mark in front of the JSON.
fn start_of_json(source: &dyn ReadAt) -> u64 {
    let mark = source.bytes_at(PREFIX_BYTES, 3).unwrap_or_default();
    let marked = mark == b"\xef\xbb\xbf";
    PREFIX_BYTES.saturating_add(if marked { 3 } else { 0 })
}

/// Looks at what follows the object; true if nothing but white space does.
fn padding(stream: &mut Stream<'_>, place: &Place, facts: &mut SafetensorsFacts) -> bool {
    match stream.first_beyond_spaces() {
        Ok(None) => {}
        Ok(Some(byte)) => {
            let offset = place.offset().saturating_sub(1);
            facts.problem(offset, ProblemKind::HeaderPadding { byte });
        }
        Err(error) => {
            let reason = error.to_string();
            facts.problem(place.offset(), ProblemKind::Unreadable { reason });
            return false;
        }
    }
    true
}

fn broken(error: &serde_json::Error, place: &Place, facts: &mut SafetensorsFacts) {
    let failed = place.failed.borrow_mut().take();
    let kind = match failed {
        Some(failed) => ProblemKind::Unreadable {
            reason: failed.to_string(),
        },
        None => ProblemKind::HeaderNotJson {
            reason: excerpt(&error.to_string()),
        },
    };
    facts.problem(place.offset(), kind);
}

/// What the visitors share. Deserialising into it reads the whole header.
struct State<'a> {
    facts: &'a mut SafetensorsFacts,
    limits: &'a Limits,
    place: &'a Place,
    unlisted: Unlisted,
    entries: u64,
    metadata_seen: bool,
    stopped: bool,
}

impl State<'_> {
    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        self.facts.problem(offset, kind);
    }

    fn anything(&self) -> Anything {
        Anything {
            text_bytes: self.limits.text_bytes,
        }
    }

    /// A key, with its offset.
    fn key<'de, A: MapAccess<'de>>(
        &mut self,
        object: &mut A,
    ) -> Result<Option<(String, u64)>, A::Error> {
        let key = object.next_key_seed(self.anything())?;
        let at = self.place.string_start();
        Ok(key.map(|key| (self.text(key, at), at)))
    }

    /// The text of a value that is a string.
    fn text(&mut self, value: Loose, at: u64) -> String {
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
    fn deserialize<R: std::io::Read>(
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

struct Entry<'s, 'a>(&'s mut State<'a>, String, u64);

impl Entry<'_, '_> {
    fn read<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self(state, name, name_at) = self;
        let mut fields = [None, None, None];
        while let Some((key, at)) = state.key(&mut object)? {
            let value = object.next_value_seed(state.anything())?;
            let known = FIELDS
                .iter()
                .zip(&mut fields)
                .find(|(field, _)| **field == key);
            let kind = match known {
                Some((_, slot)) => slot
                    .replace((value, at))
                    .map(|_| ProblemKind::DuplicateKey {
                        within: Some(excerpt(&name)),
                        key,
                    }),
                None => Some(ProblemKind::FieldUnknown {
                    tensor: excerpt(&name),
                    key: excerpt(&key),
                }),
            };
            if let Some(kind) = kind {
                state.problem(at, kind);
            }
        }
        match state.tensor(&name, name_at, fields) {
            Some((dtype, shape, begin, end)) => state.facts.tensors.push(Tensor {
                name,
                dtype,
                shape,
                begin,
                end,
                at: name_at,
            }),
            None => state.unlisted.entries.push((name, name_at)),
        }
        Ok(())
    }

    fn other<E>(self) -> Result<(), E> {
        let Self(state, name, at) = self;
        let tensor = excerpt(&name);
        state.problem(at, ProblemKind::EntryNotObject { tensor });
        state.unlisted.entries.push((name, at));
        Ok(())
    }
}

object_seed!(Entry, read, other);

const FIELDS: [&str; 3] = ["dtype", "shape", "data_offsets"];

type Field = Option<(Loose, u64)>;

impl State<'_> {
    /// What the fields of an entry say: type, shape, begin and end. A type that is no text is
    /// kept as an empty one.
    fn tensor(
        &mut self,
        name: &str,
        at: u64,
        fields: [Field; 3],
    ) -> Option<(String, Vec<u64>, u64, u64)> {
        for (field, found) in FIELDS.iter().zip(&fields) {
            if found.is_none() {
                let tensor = excerpt(name);
                self.problem(at, ProblemKind::FieldMissing { tensor, field });
            }
        }
        let [dtype, shape, offsets] = fields;
        let dtype = self.dtype(name, dtype);
        let shape = shape.and_then(|(value, at)| self.numbers(name, "shape", value, at));
        let offsets = offsets.and_then(|(value, at)| self.numbers(name, "data_offsets", value, at));
        let [begin, end] = offsets?.try_into().ok()?;
        Some((dtype.unwrap_or_default(), shape?, begin, end))
    }

    fn dtype(&mut self, name: &str, field: Field) -> Option<String> {
        let (value, at) = field?;
        if matches!(value, Loose::Text(..)) {
            return Some(self.text(value, at));
        }
        let (tensor, field) = (excerpt(name), "dtype");
        self.problem(at, ProblemKind::FieldMistyped { tensor, field });
        None
    }

    fn numbers(
        &mut self,
        name: &str,
        field: &'static str,
        value: Loose,
        at: u64,
    ) -> Option<Vec<u64>> {
        let tensor = excerpt(name);
        let Loose::List(values, count) = value else {
            self.problem(at, ProblemKind::FieldMistyped { tensor, field });
            return None;
        };
        if field == "data_offsets" && count != 2 {
            self.problem(at, ProblemKind::FieldMistyped { tensor, field });
            return None;
        }
        if count > KEPT_VALUES as u64 {
            let dimensions = count;
            self.problem(at, ProblemKind::TooManyDimensions { tensor, dimensions });
            return None;
        }
        let mut numbers = Vec::with_capacity(values.len());
        for value in values {
            let kind = match value {
                Loose::Natural(number) => {
                    numbers.push(number);
                    continue;
                }
                Loose::Number(number) => ProblemKind::NumberNotNatural {
                    tensor,
                    field,
                    number,
                },
                _ => ProblemKind::FieldMistyped { tensor, field },
            };
            self.problem(at, kind);
            return None;
        }
        Some(numbers)
    }
}
