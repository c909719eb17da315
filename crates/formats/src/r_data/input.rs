//! Numbers and texts in the three encodings.

use super::Encoding;
use crate::{Cursor, ReadAt};

/// Why reading stopped, as a fragment.
pub(super) type Fault = String;

/// Bytes of a name that are kept.
const KEPT_BYTES: usize = 400;
/// Characters of a number in the text encoding.
const NUMBER_CHARACTERS: usize = 64;

pub(super) struct Input<'a> {
    cursor: Cursor<'a>,
    pub(super) encoding: Encoding,
}

fn ended(failed: crate::ReadFailed) -> Fault {
    match failed {
        crate::ReadFailed::Ended { .. } => "the data ends in the middle of an object".to_owned(),
        device @ crate::ReadFailed::Device { .. } => device.to_string(),
    }
}

impl<'a> Input<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, start: u64, encoding: Encoding) -> Self {
        Self {
            cursor: Cursor::new(source, start),
            encoding,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    pub(super) fn remaining(&self) -> u64 {
        self.cursor.remaining()
    }

    /// The next word of the text encoding.
    fn word(&mut self) -> Result<String, Fault> {
        let mut word = String::new();
        loop {
            let byte = match self.cursor.u8() {
                Ok(byte) => byte,
                Err(_) if !word.is_empty() => return Ok(word),
                Err(failed) => return Err(ended(failed)),
            };
            if byte.is_ascii_whitespace() {
                if !word.is_empty() {
                    return Ok(word);
                }
            } else if word.len() >= NUMBER_CHARACTERS {
                return Err("a number has no end".to_owned());
            } else {
                word.push(char::from(byte));
            }
        }
    }

    pub(super) fn int(&mut self) -> Result<i32, Fault> {
        match self.encoding {
            Encoding::Xdr => self.cursor.array().map(i32::from_be_bytes).map_err(ended),
            Encoding::Native => self.cursor.array().map(i32::from_le_bytes).map_err(ended),
            Encoding::Ascii => {
                let word = self.word()?;
                if word == "NA" {
                    return Ok(i32::MIN);
                }
                word.parse()
                    .map_err(|_| "a number is not written as one".to_owned())
            }
        }
    }

    /// A length; those beyond 31 bits are written in two parts.
    pub(super) fn length(&mut self) -> Result<u64, Fault> {
        match self.int()? {
            -1 => {
                let (high, low) = (self.int()?, self.int()?);
                let part = |value: i32| u64::from(u32::from_ne_bytes(value.to_ne_bytes()));
                Ok((part(high) << 32).saturating_add(part(low)))
            }
            length => u64::try_from(length).map_err(|_| "a length is negative".to_owned()),
        }
    }

    /// Passes over `count` values of `bytes` each.
    pub(super) fn skip(&mut self, count: u64, bytes: u64) -> Result<(), Fault> {
        if self.encoding == Encoding::Ascii {
            // Complex numbers are two words.
            let words = count.saturating_mul(if bytes == 16 { 2 } else { 1 });
            for _ in 0..words {
                self.word()?;
            }
            return Ok(());
        }
        let length = count.saturating_mul(bytes);
        if length > self.remaining() {
            return Err("the data ends in the middle of a vector".to_owned());
        }
        self.cursor.skip(length);
        Ok(())
    }

    /// A text of so many bytes; long ones are cut.
    pub(super) fn text(&mut self, length: u64) -> Result<String, Fault> {
        if self.encoding == Encoding::Ascii {
            return self.escaped(length);
        }
        if length > self.remaining() {
            return Err("the data ends in the middle of a text".to_owned());
        }
        let kept = usize::try_from(length)
            .unwrap_or(KEPT_BYTES)
            .min(KEPT_BYTES);
        let text = String::from_utf8_lossy(self.cursor.take(kept).map_err(ended)?).into_owned();
        self.cursor.skip(length.saturating_sub(kept as u64));
        Ok(text)
    }

    /// A text of the text encoding: white space is passed over, then each character stands for itself or
    /// behind a backslash.
    fn escaped(&mut self, length: u64) -> Result<String, Fault> {
        let mut out = Vec::new();
        if length == 0 {
            return Ok(String::new());
        }
        let mut next = self.cursor.u8().map_err(ended)?;
        while next.is_ascii_whitespace() {
            next = self.cursor.u8().map_err(ended)?;
        }
        let mut read = 0_u64;
        loop {
            let byte = if next == b'\\' { self.escape()? } else { next };
            if out.len() < KEPT_BYTES {
                out.push(byte);
            }
            read = read.saturating_add(1);
            if read >= length {
                return Ok(String::from_utf8_lossy(&out).into_owned());
            }
            next = self.cursor.u8().map_err(ended)?;
        }
    }

    fn escape(&mut self) -> Result<u8, Fault> {
        let first = self.cursor.u8().map_err(ended)?;
        if !(b'0'..=b'7').contains(&first) {
            return Ok(match first {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                other => other,
            });
        }
        // Up to three octal digits.
        let mut value = u32::from(first).saturating_sub(48);
        for _ in 0..2 {
            let digit = self.cursor.u8().map_err(ended)?;
            if !(b'0'..=b'7').contains(&digit) {
                return Err("an escape in a text is not understood".to_owned());
            }
            value = value
                .saturating_mul(8)
                .saturating_add(u32::from(digit).saturating_sub(48));
        }
        Ok(u8::try_from(value).unwrap_or(b'?'))
    }
}
