//! The wire encoding of protobuf: <https://protobuf.dev/programming-guides/encoding/>.
//!
//! Only places are read: a field is its number and a varint, or the range of its bytes. Bodies of
//! any length are passed over without being read, whatever is not known is a field like any other,
//! and all messages of one file share one window of bytes and one budget of fields.

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};

use crate::{Limits, ReadAt};

/// Bytes that are read at once.
const WINDOW_BYTES: u64 = 16 << 10;
/// Fields that may be read for each member that the limits allow: a node of a graph is some tens of
/// fields.
const FIELDS_PER_MEMBER: u64 = 16;
/// How deep groups may stand in each other, and how deep callers may go into messages; readers of
/// protobuf stop at 100.
pub(crate) const MOST_DEPTH: u32 = 100;

/// A range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Offset of the first byte.
    pub start: u64,
    /// Number of bytes.
    pub length: u64,
}

impl Extent {
    /// Offset behind the last byte.
    #[must_use]
    pub fn end(self) -> u64 {
        self.start.saturating_add(self.length)
    }
}

/// Why the fields of a message could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// What stands there is no field.
    NoField {
        /// Offset of the field.
        offset: u64,
    },
    /// The field is longer than the message that it stands in.
    TooLong {
        /// Offset of the field.
        offset: u64,
    },
    /// More fields than the limits allow, or messages inside each other too deeply.
    Limit {
        /// Offset of the field.
        offset: u64,
        /// Name of the limit.
        limit: &'static str,
    },
}

impl Broken {
    /// Where reading stopped.
    #[must_use]
    pub const fn offset(self) -> u64 {
        match self {
            Self::NoField { offset } | Self::TooLong { offset } | Self::Limit { offset, .. } => {
                offset
            }
        }
    }
}

/// One file in this encoding, with what its reading has cost so far.
pub(crate) struct Wire<'a> {
    source: &'a dyn ReadAt,
    window: RefCell<Window>,
    budget: Cell<u64>,
    broken: Cell<Option<Broken>>,
}

#[derive(Default)]
struct Window {
    at: u64,
    bytes: Vec<u8>,
}

/// A field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) number: u64,
    pub(crate) value: Value,
    /// Offset of its tag.
    pub(crate) at: u64,
}

/// The value of a field; bytes are not read, only located.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A varint.
    Number(u64),
    /// Bytes, a text, a message, or packed numbers.
    Range(Extent),
    /// A number of four or eight bytes.
    Fixed,
    /// A group: fields between two marks.
    Group,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(source: &'a dyn ReadAt, limits: &Limits) -> Self {
        Self {
            source,
            window: RefCell::default(),
            budget: Cell::new(limits.members.saturating_mul(FIELDS_PER_MEMBER)),
            broken: Cell::new(None),
        }
    }

    /// A reader that may read so many fields, to find out what a file is.
    pub(crate) fn glance(source: &'a dyn ReadAt, fields: u64) -> Self {
        let wire = Self::new(source, &Limits::default());
        wire.budget.set(fields);
        wire
    }

    /// The whole file as one message.
    pub(crate) fn whole(&self) -> Extent {
        Extent {
            start: 0,
            length: self.source.len(),
        }
    }

    /// The fields of the message that stands in `range`.
    pub(crate) fn fields(&self, range: Extent) -> Fields<'_, 'a> {
        Fields {
            wire: self,
            at: range.start,
            end: range.end().min(self.source.len()),
        }
    }

    /// Where and why reading stopped first.
    pub(crate) fn broken(&self) -> Option<Broken> {
        self.broken.get()
    }

    /// Notes that something is wrong, unless something was before.
    pub(crate) fn note(&self, broken: Broken) {
        if self.broken.get().is_none() {
            self.broken.set(Some(broken));
        }
    }

    /// The bytes of a range, at most `most`.
    pub(crate) fn bytes(&self, range: Extent, most: u64) -> Vec<u8> {
        let length = usize::try_from(range.length.min(most)).unwrap_or(0);
        self.source
            .bytes_at(range.start, length)
            .unwrap_or_default()
    }

    /// The text of a range, cut at `most` bytes; what is no UTF-8 is replaced.
    pub(crate) fn text(&self, range: Extent, most: u64) -> String {
        String::from_utf8_lossy(&self.bytes(range, most)).into_owned()
    }

    /// True if the range is a text of printable characters.
    pub(crate) fn is_name(&self, range: Extent) -> bool {
        (1..=1024).contains(&range.length)
            && std::str::from_utf8(&self.bytes(range, 1024))
                .is_ok_and(|text| !text.chars().any(char::is_control))
    }

    /// The varints that stand one after the other in a packed field, at most `most` of them.
    pub(crate) fn packed(&self, range: Extent, most: usize) -> Vec<u64> {
        let mut fields = self.fields(range);
        let mut numbers = Vec::new();
        while fields.at < fields.end && numbers.len() < most {
            let Some(number) = fields.varint() else {
                break;
            };
            numbers.push(number);
        }
        numbers
    }

    fn byte(&self, at: u64) -> Option<u8> {
        let mut window = self.window.borrow_mut();
        let inside = at.checked_sub(window.at);
        let inside = inside.and_then(|ahead| window.bytes.get(usize::try_from(ahead).ok()?));
        if let Some(byte) = inside {
            return Some(*byte);
        }
        let length = usize::try_from(WINDOW_BYTES).ok()?;
        window.bytes = self.source.bytes_at(at, length).ok()?;
        window.at = at;
        window.bytes.first().copied()
    }
}

/// The fields of one message, one after the other.
pub(crate) struct Fields<'w, 'a> {
    wire: &'w Wire<'a>,
    at: u64,
    end: u64,
}

impl Iterator for Fields<'_, '_> {
    type Item = Field;

    /// The next field; none at the end, at what is no field, and when the budget is spent.
    fn next(&mut self) -> Option<Field> {
        let at = self.at;
        if at >= self.end {
            return None;
        }
        let field = self.step(at);
        if let Err(broken) = field {
            self.at = self.end;
            self.wire.note(broken);
        }
        field.ok()
    }
}

impl Fields<'_, '_> {
    /// The next field within the budget.
    fn step(&mut self, at: u64) -> Result<Field, Broken> {
        let Some(left) = self.wire.budget.get().checked_sub(1) else {
            return Err(Broken::Limit {
                offset: at,
                limit: "members",
            });
        };
        self.wire.budget.set(left);
        let (number, value) = self.field(at)?;
        let value = match value {
            Some(value) => value,
            None => self.group(number, at)?,
        };
        Ok(Field { number, value, at })
    }

    /// A field's number and value; no value for the mark at which a group begins.
    fn field(&mut self, at: u64) -> Result<(u64, Option<Value>), Broken> {
        let no_field = Broken::NoField { offset: at };
        let tag = self.varint().ok_or(no_field)?;
        let number = tag >> 3;
        // The greatest number that a field may have.
        if number == 0 || number >> 29 != 0 {
            return Err(no_field);
        }
        let value = match tag & 7 {
            0 => Value::Number(self.varint().ok_or(no_field)?),
            1 => self.fixed(8, at)?,
            2 => {
                let length = self.varint().ok_or(no_field)?;
                let start = self.at;
                self.skip(length, at)?;
                Value::Range(Extent { start, length })
            }
            3 => return Ok((number, None)),
            5 => self.fixed(4, at)?,
            _ => return Err(no_field),
        };
        Ok((number, Some(value)))
    }

    /// Passes over a group up to the mark that ends it.
    fn group(&mut self, number: u64, at: u64) -> Result<Value, Broken> {
        let mut open = vec![number];
        while let Some(inner) = open.last().copied() {
            let start = self.at;
            if start >= self.end || open.len() > MOST_DEPTH as usize {
                return Err(Broken::NoField { offset: at });
            }
            let Some(left) = self.wire.budget.get().checked_sub(1) else {
                return Err(Broken::Limit {
                    offset: start,
                    limit: "members",
                });
            };
            self.wire.budget.set(left);
            let tag = self.varint().ok_or(Broken::NoField { offset: start })?;
            if tag & 7 == 4 {
                if tag >> 3 != inner {
                    return Err(Broken::NoField { offset: start });
                }
                open.pop();
                continue;
            }
            self.at = start;
            if let (number, None) = self.field(start)? {
                open.push(number);
            }
        }
        Ok(Value::Group)
    }

    fn fixed(&mut self, bytes: u64, at: u64) -> Result<Value, Broken> {
        self.skip(bytes, at)?;
        Ok(Value::Fixed)
    }

    fn skip(&mut self, bytes: u64, at: u64) -> Result<(), Broken> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.end);
        self.at = end.ok_or(Broken::TooLong { offset: at })?;
        Ok(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            if self.at >= self.end {
                return None;
            }
            let byte = self.wire.byte(self.at)?;
            self.at = self.at.saturating_add(1);
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}
