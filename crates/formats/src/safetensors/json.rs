//! The header as a stream: bytes with their offset for the JSON reader, and values of any JSON
//! type in a bounded form, so that a header of 100 MB is never held whole.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{ReadAt, ReadFailed};

/// How many bytes are read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// How many values of an array are kept.
pub(super) const KEPT_VALUES: usize = 64;

/// Where the JSON reader stands; shared between the stream and the visitors.
#[derive(Default)]
pub(super) struct Place {
    offset: Cell<u64>,
    string_start: Cell<u64>,
    in_string: Cell<bool>,
    escaped: Cell<bool>,
    pub(super) failed: RefCell<Option<ReadFailed>>,
}

impl Place {
    /// Offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset.get()
    }

    /// Offset of the quote that opened the last string.
    pub(super) fn string_start(&self) -> u64 {
        self.string_start.get()
    }

    fn pass(&self, byte: u8) {
        let offset = self.offset.get();
        if self.escaped.get() {
            self.escaped.set(false);
        } else if self.in_string.get() {
            match byte {
                b'\\' => self.escaped.set(true),
                b'"' => self.in_string.set(false),
                _ => {}
            }
        } else if byte == b'"' {
            self.in_string.set(true);
            self.string_start.set(offset);
        }
        self.offset.set(offset.saturating_add(1));
    }
}

/// A range of the source, one byte at a time as the JSON reader asks for them.
pub(super) struct Stream<'a> {
    source: &'a dyn ReadAt,
    end: u64,
    buffer: std::vec::IntoIter<u8>,
    place: &'a Place,
}

impl<'a> Stream<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, start: u64, end: u64, place: &'a Place) -> Self {
        place.offset.set(start);
        Self {
            source,
            end,
            buffer: Vec::new().into_iter(),
            place,
        }
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        if self.buffer.len() == 0 {
            let offset = self.place.offset();
            let left = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
            let chunk = self
                .source
                .bytes_at(offset, left.min(CHUNK_BYTES))
                .map_err(|failed| {
                    *self.place.failed.borrow_mut() = Some(failed.clone());
                    io::Error::other(failed)
                })?;
            self.buffer = chunk.into_iter();
        }
        Ok(self.buffer.next().inspect(|byte| self.place.pass(*byte)))
    }

    /// The rest of the range up to the first byte that is not a space.
    pub(super) fn first_beyond_spaces(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.next()? {
                Some(b' ') => {}
                other => return Ok(other),
            }
        }
    }
}

impl io::Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(slot) = buffer.first_mut() else {
            return Ok(0);
        };
        Ok(match self.next()? {
            Some(byte) => {
                *slot = byte;
                1
            }
            None => 0,
        })
    }
}

/// Offset of the first byte of the range that cannot be UTF-8.
pub(super) fn first_not_utf8(
    source: &dyn ReadAt,
    start: u64,
    end: u64,
) -> Result<Option<u64>, ReadFailed> {
    let mut offset = start;
    while offset < end {
        let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let chunk = source.bytes_at(offset, left.min(CHUNK_BYTES))?;
        match std::str::from_utf8(&chunk) {
            Ok("") => return Ok(None),
            Ok(_) => offset = offset.saturating_add(chunk.len() as u64),
            Err(broken) => {
                offset = offset.saturating_add(broken.valid_up_to() as u64);
                let cut = broken.error_len().is_none() && chunk.len() < left;
                if !cut || broken.valid_up_to() == 0 {
                    return Ok(Some(offset));
                }
            }
        }
    }
    Ok(None)
}

/// A JSON value, only as much of it as the header's fields need.
#[derive(Debug, PartialEq)]
pub(super) enum Loose {
    /// A number without sign and fraction, up to 64 bits.
    Natural(u64),
    /// Any other number, as text.
    Number(String),
    /// A string, cut at the limit, with its length before.
    Text(String, u64),
    /// An array: the first [`KEPT_VALUES`] values and how many there are.
    List(Vec<Loose>, u64),
    /// `true`, `false`, `null` or an object.
    Other,
}

/// Reads one value of any type; strings are cut at so many bytes.
#[derive(Clone, Copy)]
pub(super) struct Anything {
    pub(super) text_bytes: u64,
}

impl<'de> DeserializeSeed<'de> for Anything {
    type Value = Loose;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Loose;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(Loose::Natural(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(
            u64::try_from(number)
                .map_or_else(|_| Loose::Number(number.to_string()), Loose::Natural),
        )
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose, E> {
        Ok(Loose::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        let end = usize::try_from(self.text_bytes).unwrap_or(usize::MAX);
        let end = text.floor_char_boundary(end);
        let kept = text.get(..end).unwrap_or(text);
        Ok(Loose::Text(kept.to_owned(), text.len() as u64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Loose, A::Error> {
        let mut kept = Vec::new();
        let mut count = 0_u64;
        while kept.len() < KEPT_VALUES {
            match array.next_element_seed(self)? {
                // An array inside an array is no field of the format.
                Some(Loose::List(..)) => kept.push(Loose::Other),
                Some(value) => kept.push(value),
                None => return Ok(Loose::List(kept, count)),
            }
            count = count.saturating_add(1);
        }
        while array.next_element::<IgnoredAny>()?.is_some() {
            count = count.saturating_add(1);
        }
        Ok(Loose::List(kept, count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Loose, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}
