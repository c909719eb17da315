//! The wire encoding of protobuf, as far as it is needed to pass over what is of no interest.

use crate::ReadAt;

/// Bytes that are read at once. Small, since most of what follows a field is passed over, and every
/// message inside another begins to read anew.
const WINDOW_BYTES: u64 = 4096;

/// The fields of one message, one after the other.
pub(super) struct Fields<'a> {
    source: &'a dyn ReadAt,
    /// Offset of the next byte.
    at: u64,
    end: u64,
    window: Vec<u8>,
    window_at: u64,
    broken_at: Option<u64>,
}

/// A field of a message.
pub(super) struct Field {
    pub(super) number: u64,
    pub(super) value: Value,
}

/// The value of a field; bytes are not read, only located.
#[derive(Clone, Copy)]
pub(super) enum Value {
    /// A varint.
    Number(u64),
    /// Offset and length of bytes, a text or a message.
    Range(u64, u64),
    /// A number of four or eight bytes.
    Fixed,
}

impl<'a> Fields<'a> {
    /// The fields of the message at `start`, `length` bytes long.
    pub(super) fn new(source: &'a dyn ReadAt, start: u64, length: u64) -> Self {
        Self {
            source,
            at: start,
            end: start.saturating_add(length).min(source.len()),
            window: Vec::new(),
            window_at: start,
            broken_at: None,
        }
    }

    /// The next field; none at the end, at what is no field, and when the budget is spent.
    pub(super) fn next(&mut self, budget: &mut u64) -> Option<Field> {
        let at = self.at;
        if at >= self.end || self.broken_at.is_some() {
            return None;
        }
        let field = match budget.checked_sub(1) {
            Some(left) => {
                *budget = left;
                self.field()
            }
            None => None,
        };
        if field.is_none() {
            self.broken_at = Some(at);
        }
        field
    }

    /// Where reading stopped before the end of the message.
    pub(super) fn broken_at(&self) -> Option<u64> {
        self.broken_at
    }

    fn field(&mut self) -> Option<Field> {
        let tag = self.varint()?;
        let number = tag >> 3;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.fixed(8)?,
            2 => {
                let length = self.varint()?;
                let at = self.at;
                self.skip(length)?;
                Value::Range(at, length)
            }
            5 => self.fixed(4)?,
            // Groups are not used by any version of the format.
            _ => return None,
        };
        (number > 0).then_some(Field { number, value })
    }

    fn fixed(&mut self, bytes: u64) -> Option<Value> {
        self.skip(bytes)?;
        Some(Value::Fixed)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        let end = self.at.checked_add(bytes)?;
        (end <= self.end).then(|| self.at = end)
    }

    fn byte(&mut self) -> Option<u8> {
        if self.at >= self.end {
            return None;
        }
        let ahead = self.at.checked_sub(self.window_at);
        let inside = ahead.and_then(|ahead| self.window.get(usize::try_from(ahead).ok()?));
        let byte = match inside {
            Some(byte) => *byte,
            None => {
                let length = self.end.saturating_sub(self.at).min(WINDOW_BYTES);
                let length = usize::try_from(length).ok()?;
                self.window = self.source.bytes_at(self.at, length).ok()?;
                self.window_at = self.at;
                *self.window.first()?
            }
        };
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

/// The varints that stand one after the other in a packed field; none if there are more than `most`.
pub(super) fn packed(source: &dyn ReadAt, at: u64, length: u64, most: usize) -> Option<Vec<u64>> {
    let mut fields = Fields::new(source, at, length);
    let mut numbers = Vec::new();
    while fields.at < fields.end {
        if numbers.len() >= most {
            return None;
        }
        numbers.push(fields.varint()?);
    }
    Some(numbers)
}
