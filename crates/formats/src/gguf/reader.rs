//! Numbers, texts and values in the byte order and count width of the file.

use super::{Array, GgufFacts, Problem, ProblemKind, Value, ValueType};
use crate::problems::excerpt;
use crate::{Cursor, Limits, ReadAt, ReadFailed};

/// How many elements of an array are kept.
const PREVIEW_VALUES: usize = 64;

/// A longer string ends the preview of an array.
const PREVIEW_TEXT_BYTES: u64 = 1024;

/// What keeping a value costs beside its text.
const VALUE_BYTES: u64 = size_of::<Value>() as u64;

/// However high the limit: arrays inside each other are read by recursion.
const DEEPEST: u32 = 64;

/// Reads forward through the tables; a deviation that does not end the reading goes straight to
/// the facts, one that does is the error.
pub(super) struct Reader<'a> {
    cursor: Cursor<'a>,
    limits: &'a Limits,
    /// Bytes of text that may still be kept.
    text_left: u64,
    pub(super) facts: &'a mut GgufFacts,
}

/// Where the numbers of a fixed width come from.
macro_rules! number {
    ($name:ident, $number:ty) => {
        pub(super) fn $name(&mut self) -> Result<$number, Problem> {
            let bytes = self.cursor.array().map_err(broken)?;
            Ok(if self.facts.big_endian {
                <$number>::from_be_bytes(bytes)
            } else {
                <$number>::from_le_bytes(bytes)
            })
        }
    };
}

fn broken(failed: ReadFailed) -> Problem {
    match failed {
        ReadFailed::Ended { offset, wanted } => Problem {
            offset,
            kind: ProblemKind::Truncated { wanted },
        },
        ReadFailed::Device { offset, .. } => Problem {
            offset,
            kind: ProblemKind::Unreadable {
                reason: failed.to_string(),
            },
        },
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        source: &'a dyn ReadAt,
        offset: u64,
        limits: &'a Limits,
        facts: &'a mut GgufFacts,
    ) -> Self {
        Self {
            cursor: Cursor::new(source, offset),
            limits,
            text_left: limits.header_bytes,
            facts,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    pub(super) fn remaining(&self) -> u64 {
        self.cursor.remaining()
    }

    number!(u16, u16);
    number!(u32, u32);
    number!(u64, u64);

    /// Bytes of a count.
    pub(super) fn count_bytes(&self) -> u64 {
        if self.facts.version == 1 { 4 } else { 8 }
    }

    /// A number of things or a length: 32 bits in version 1, else 64.
    pub(super) fn count(&mut self) -> Result<u64, Problem> {
        match self.facts.version {
            1 => self.u32().map(u64::from),
            _ => self.u64(),
        }
    }

    /// The length of a string, which lies within the file.
    fn text_length(&mut self) -> Result<u64, Problem> {
        let offset = self.offset();
        let claimed = self.count()?;
        let there = self.remaining();
        if claimed <= there {
            return Ok(claimed);
        }
        let kind = ProblemKind::StringBeyondFile { claimed, there };
        Err(Problem { offset, kind })
    }

    /// A string and its length in the file.
    pub(super) fn text(&mut self) -> Result<(String, u64), Problem> {
        let length = self.text_length()?;
        Ok((self.text_of(length)?, length))
    }

    fn text_of(&mut self, length: u64) -> Result<String, Problem> {
        let offset = self.offset();
        let kept = length.min(self.limits.text_bytes).min(self.text_left);
        self.text_left = self.text_left.saturating_sub(kept);
        let bytes = self
            .cursor
            .take(usize::try_from(kept).unwrap_or(usize::MAX))
            .map_err(broken)?;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let text = String::from_utf8_lossy(bytes);
                if error.error_len().is_none() && kept < length {
                    text.trim_end_matches(char::REPLACEMENT_CHARACTER)
                        .to_owned()
                } else {
                    let at = offset.saturating_add(error.valid_up_to() as u64);
                    let text = text.into_owned();
                    self.facts.problem(at, ProblemKind::TextNotUtf8);
                    text
                }
            }
        };
        if kept < length {
            self.facts.problem(offset, ProblemKind::TextCut { length });
            self.cursor.skip(length.saturating_sub(kept));
        }
        Ok(text)
    }

    /// The type of a value or of an array's elements.
    pub(super) fn value_type(&mut self, key: &str) -> Result<ValueType, Problem> {
        let offset = self.offset();
        let value_type = self.u32()?;
        ValueType::from_number(value_type).ok_or_else(|| Problem {
            offset,
            kind: ProblemKind::ValueTypeUnknown {
                key: excerpt(key),
                value_type,
            },
        })
    }

    /// The value of a pair.
    pub(super) fn value(&mut self, key: &str) -> Result<Value, Problem> {
        let value_type = self.value_type(key)?;
        self.value_of(value_type, key, 1)
    }

    fn value_of(&mut self, value_type: ValueType, key: &str, depth: u32) -> Result<Value, Problem> {
        let bits32 = |number: u32| number.to_ne_bytes();
        let bits64 = |number: u64| number.to_ne_bytes();
        Ok(match value_type {
            ValueType::U8 => Value::U8(self.cursor.u8().map_err(broken)?),
            ValueType::I8 => Value::I8(self.cursor.array().map_err(broken).map(i8::from_ne_bytes)?),
            ValueType::U16 => Value::U16(self.u16()?),
            ValueType::I16 => Value::I16(i16::from_ne_bytes(self.u16()?.to_ne_bytes())),
            ValueType::U32 => Value::U32(self.u32()?),
            ValueType::I32 => Value::I32(i32::from_ne_bytes(bits32(self.u32()?))),
            ValueType::F32 => Value::F32(f32::from_bits(self.u32()?)),
            ValueType::Bool => {
                let offset = self.offset();
                let byte = self.cursor.u8().map_err(broken)?;
                self.check_bool(offset, byte, key);
                Value::Bool(byte != 0)
            }
            ValueType::String => Value::String(self.text()?.0),
            ValueType::Array => Value::Array(self.array(key, depth)?),
            ValueType::U64 => Value::U64(self.u64()?),
            ValueType::I64 => Value::I64(i64::from_ne_bytes(bits64(self.u64()?))),
            ValueType::F64 => Value::F64(f64::from_bits(self.u64()?)),
        })
    }

    fn check_bool(&mut self, offset: u64, byte: u8, key: &str) {
        if byte > 1 {
            let key = excerpt(key);
            self.facts
                .problem(offset, ProblemKind::BoolNotBinary { key, byte });
        }
    }

    fn array(&mut self, key: &str, depth: u32) -> Result<Array, Problem> {
        let offset = self.offset();
        if depth > self.limits.depth.min(DEEPEST) {
            let kind = ProblemKind::NestedTooDeep { key: excerpt(key) };
            return Err(Problem { offset, kind });
        }
        let element = self.value_type(key)?;
        let claimed = self.count()?;
        let least = element.least_bytes(self.count_bytes());
        let fits = self.remaining().checked_div(least).unwrap_or(0);
        if claimed > fits {
            let key = excerpt(key);
            let kind = ProblemKind::ArrayBeyondFile { key, claimed, fits };
            return Err(Problem { offset, kind });
        }
        let mut array = Array {
            element,
            count: claimed,
            preview: Vec::new(),
        };
        self.elements(&mut array, key, depth)?;
        Ok(array)
    }

    /// Passes over the elements of an array and keeps the first ones.
    fn elements(&mut self, array: &mut Array, key: &str, depth: u32) -> Result<(), Problem> {
        let whole = array.element == ValueType::String && key.contains("chat_template");
        let mut keeping = true;
        let mut left = array.count;
        while left > 0 {
            let full = !whole && array.preview.len() >= PREVIEW_VALUES;
            keeping = keeping && !full && self.text_left >= VALUE_BYTES;
            let element = match array.element {
                ValueType::String => self.element_text(&mut keeping, whole)?,
                ValueType::Array => {
                    Some(self.value_of(ValueType::Array, key, depth.saturating_add(1))?)
                }
                other if keeping => Some(self.value_of(other, key, depth)?),
                other => return self.pass_over(other, left, key),
            };
            if let Some(element) = element.filter(|_| keeping) {
                self.text_left = self.text_left.saturating_sub(VALUE_BYTES);
                array.preview.push(element);
            }
            left = left.saturating_sub(1);
        }
        Ok(())
    }

    /// The next string of an array, if it is to be kept.
    fn element_text(&mut self, keeping: &mut bool, whole: bool) -> Result<Option<Value>, Problem> {
        let offset = self.offset();
        let length = self.text_length()?;
        if *keeping && (whole || length <= PREVIEW_TEXT_BYTES) {
            return Ok(Some(Value::String(self.text_of(length)?)));
        }
        if whole {
            self.facts.problem(offset, ProblemKind::TextCut { length });
        }
        *keeping = false;
        self.cursor.skip(length);
        Ok(None)
    }

    /// Skips elements of a fixed size; truth values are looked at.
    fn pass_over(&mut self, element: ValueType, count: u64, key: &str) -> Result<(), Problem> {
        if element != ValueType::Bool {
            let bytes = count.saturating_mul(element.least_bytes(0));
            self.cursor.skip(bytes);
            return Ok(());
        }
        let mut left = count;
        while left > 0 {
            let offset = self.offset();
            let chunk = usize::try_from(left).unwrap_or(usize::MAX).min(4096);
            let bytes = self.cursor.take(chunk).map_err(broken)?;
            let odd = bytes
                .iter()
                .copied()
                .zip(offset..)
                .find(|(byte, _)| *byte > 1);
            if let Some((byte, at)) = odd {
                self.check_bool(at, byte, key);
            }
            left = left.saturating_sub(chunk as u64);
        }
        Ok(())
    }
}
