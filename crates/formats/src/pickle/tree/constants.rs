//! Numbers and texts, as each protocol writes them.

use super::Node;
use super::build::{Builder, Step, read};
use crate::pickle::{Argument, literal, opcode};

/// The longest line of text that is kept.
const LINE_BYTES: usize = 1 << 20;
/// Texts longer than this are refused.
const TEXT_BYTES: u64 = 64 << 20;
/// Bytes that are copied at once.
const PIECE_BYTES: usize = 4096;

impl Builder<'_> {
    pub(super) fn number(&mut self, code: u8) -> Step<()> {
        let node = match code {
            b'J' => {
                let bits = read(self.input.unsigned(4))?;
                Node::Int(i64::from(u32::try_from(bits).unwrap_or(0).cast_signed()))
            }
            b'K' => Node::Int(read(self.input.unsigned(1))?.cast_signed()),
            b'M' => Node::Int(read(self.input.unsigned(2))?.cast_signed()),
            b'G' => Node::Float(f64::from_bits(read(self.input.unsigned(8))?.swap_bytes())),
            0x8a | 0x8b => {
                let width = if code == 0x8a { 1 } else { 4 };
                let length = read(self.input.unsigned(width))?;
                let bytes = self.taken(length)?;
                long(&bytes)
            }
            _ => {
                let line = self.line()?;
                decimal(code, &line)?
            }
        };
        self.push(node)
    }

    /// A line of text without its end.
    pub(super) fn line(&mut self) -> Step<String> {
        let line = read(self.input.line(LINE_BYTES))?.to_vec();
        self.spend(line.len() as u64)?;
        let mut text = String::from_utf8(line).map_err(|_| "a line that is not text".to_owned())?;
        while text.ends_with(['\n', '\r']) {
            text.pop();
        }
        Ok(text)
    }

    /// So many bytes, copied.
    fn taken(&mut self, length: u64) -> Step<Vec<u8>> {
        if length > TEXT_BYTES || length > self.input.remaining() {
            return Err(format!("a text of {length} bytes"));
        }
        self.spend(length)?;
        let mut out = Vec::new();
        let mut left = usize::try_from(length).map_err(|_| "a text that is too long".to_owned())?;
        while left > 0 {
            let piece = left.min(PIECE_BYTES);
            out.extend_from_slice(read(self.input.take(piece))?);
            left = left.saturating_sub(piece);
        }
        Ok(out)
    }

    pub(super) fn text(&mut self, code: u8) -> Step<()> {
        let width = match opcode(code).map(|known| known.argument) {
            Some(Argument::Counted(width)) => width,
            _ => return self.text_line(code),
        };
        let length = read(self.input.unsigned(width))?;
        let node = match code {
            b'X' | 0x8c | 0x8d => {
                let bytes = self.taken(length)?;
                Node::Text(String::from_utf8_lossy(&bytes).into())
            }
            // Python 2 had one type for both; names were written so.
            b'T' | b'U' => {
                let offset = self.input.offset();
                let bytes = self.taken(length)?;
                match std::str::from_utf8(&bytes) {
                    Ok(text) => Node::Text(text.into()),
                    Err(_) => Node::Bytes { offset, length },
                }
            }
            _ => {
                let offset = self.input.offset();
                read(self.input.skip(length, 0))?;
                Node::Bytes { offset, length }
            }
        };
        self.push(node)
    }

    fn text_line(&mut self, code: u8) -> Step<()> {
        let line = read(self.input.line(LINE_BYTES))?.to_vec();
        self.spend(line.len() as u64)?;
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let node = if code == b'V' {
            Node::Text(literal::raw_unicode_escape(line).into())
        } else {
            let bytes = literal::unquote(line).ok_or_else(|| "a text without quotes".to_owned())?;
            match String::from_utf8(bytes) {
                Ok(text) => Node::Text(text.into()),
                Err(error) => Node::Escaped(error.into_bytes().into()),
            }
        };
        self.push(node)
    }
}

/// A number in two's complement, little-endian.
fn long(bytes: &[u8]) -> Node {
    if bytes.len() > 8 {
        return Node::Long(bytes.into());
    }
    let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
    let mut wide = if negative { [0xff; 8] } else { [0; 8] };
    for (place, byte) in wide.iter_mut().zip(bytes) {
        *place = *byte;
    }
    Node::Int(i64::from_le_bytes(wide))
}

/// A number of protocol 0.
fn decimal(code: u8, line: &str) -> Step<Node> {
    let wrong = || format!("`{}` is no number", line.escape_debug());
    match (code, line) {
        (b'I', "00") => Ok(Node::Bool(false)),
        (b'I', "01") => Ok(Node::Bool(true)),
        (b'F', text) => text.trim().parse().map(Node::Float).map_err(|_| wrong()),
        (_, text) => {
            let digits = text.trim().trim_end_matches('L');
            digits.parse().map(Node::Int).map_err(|_| wrong())
        }
    }
}
