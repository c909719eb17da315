//! Numbers and characters in both encodings: as the machine holds them, or written out, in which case a blank
//! or the end of a line stands behind each number and the end of a line behind characters.

use super::{Fault, ended};
use crate::{Cursor, ReadAt};

/// Longest number that is written out.
const DIGITS: usize = 64;

pub(super) struct Encoding<'a> {
    cursor: Cursor<'a>,
    text: bool,
}

impl<'a> Encoding<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, text: bool) -> Self {
        let cursor = Cursor::new(source, 0);
        Self { cursor, text }
    }

    pub(super) fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    pub(super) fn remaining(&self) -> u64 {
        self.cursor.remaining()
    }

    pub(super) fn int(&mut self) -> Result<i32, Fault> {
        if self.text {
            return self.written();
        }
        self.cursor.array().map(i32::from_le_bytes).map_err(ended)
    }

    pub(super) fn long(&mut self) -> Result<u64, Fault> {
        if self.text {
            let number: i64 = self.written()?;
            return u64::try_from(number).map_err(|_| "a length is negative".to_owned());
        }
        self.cursor.u64_le().map_err(ended)
    }

    /// Passes over numbers of so many bytes each; those of one byte are characters.
    pub(super) fn numbers(&mut self, count: u64, bytes: u64) -> Result<(), Fault> {
        if !self.text || bytes == 1 {
            self.skip(count.saturating_mul(bytes))?;
            self.line_end();
            return Ok(());
        }
        if count > self.remaining() {
            return Err("the data ends in the middle of a value".to_owned());
        }
        for _ in 0..count {
            let _: f64 = self.written()?;
        }
        Ok(())
    }

    /// The first of so many characters; the others are passed over.
    pub(super) fn characters(&mut self, length: u64, kept: u64) -> Result<Vec<u8>, Fault> {
        if length > self.remaining() {
            return Err("a text is longer than the data".to_owned());
        }
        let kept = usize::try_from(length.min(kept)).unwrap_or_default();
        let characters = self.cursor.take(kept).map_err(ended)?.to_vec();
        self.skip(length.saturating_sub(kept as u64))?;
        self.line_end();
        Ok(characters)
    }

    /// Passes over what may stand behind the last value of a text.
    pub(super) fn blanks(&mut self) {
        while self.text && self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.cursor.skip(1);
        }
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Fault> {
        if bytes > self.remaining() {
            return Err("the data ends in the middle of a value".to_owned());
        }
        self.cursor.skip(bytes);
        Ok(())
    }

    fn peek(&mut self) -> Option<u8> {
        let at = self.cursor.offset();
        let byte = self.cursor.u8().ok();
        self.cursor.skip_to(at);
        byte
    }

    fn line_end(&mut self) {
        if self.text && self.peek() == Some(b'\n') {
            self.cursor.skip(1);
        }
    }

    fn written<N: std::str::FromStr>(&mut self) -> Result<N, Fault> {
        self.blanks();
        let mut digits = String::new();
        while let Some(byte) = self.peek().filter(|byte| !byte.is_ascii_whitespace()) {
            if digits.len() >= DIGITS {
                return Err("a number is longer than numbers are".to_owned());
            }
            digits.push(char::from(byte));
            self.cursor.skip(1);
        }
        if digits.is_empty() {
            return Err("the data ends in the middle of a value".to_owned());
        }
        let number = digits
            .parse()
            .map_err(|_| "something stands where a number should".to_owned())?;
        self.line_end();
        Ok(number)
    }
}
