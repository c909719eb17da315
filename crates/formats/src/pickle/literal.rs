//! Constants read again from the stream at the offset of their opcode.

use super::input::{Input, LINE_BYTES};
use super::opcode::{Argument, opcode};
use crate::{ReadAt, ReadFailed};

/// A constant as the stream writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    None,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits, or one that is not written as a number.
    BigInt,
    Float(f64),
    /// Text, cut to the cap; the length in bytes as written.
    Str(String, u64),
    /// Bytes, cut to the cap; the whole length.
    Bytes(Vec<u8>, u64),
}

/// Reads the constant whose opcode stands at `offset`; `cap` bytes of its content at most.
pub(super) fn read(source: &dyn ReadAt, offset: u64, cap: usize) -> Option<Literal> {
    let mut input = Input::new(source, offset);
    next(&mut input, cap).ok().flatten()
}

/// Reads the constants that stand in `start..end`; opcodes in between that write the memo are
/// passed over.
pub(super) fn read_run(
    source: &dyn ReadAt,
    start: u64,
    end: u64,
    cap: usize,
) -> Option<Vec<(u64, Literal)>> {
    let length = usize::try_from(end.checked_sub(start)?).ok()?;
    let bytes = source.bytes_at(start, length).ok()?;
    let mut input = Input::new(&bytes, 0);
    let mut found = Vec::new();
    while input.remaining() > 0 {
        let at = start.saturating_add(input.offset());
        match next(&mut input, cap) {
            Ok(Some(literal)) => found.push((at, literal)),
            Ok(None) => {}
            Err(_) => return None,
        }
    }
    Some(found)
}

fn next(input: &mut Input<'_>, cap: usize) -> Result<Option<Literal>, ReadFailed> {
    let code = input.byte()?;
    let literal = match code {
        b'N' => Literal::None,
        0x88 => Literal::Bool(true),
        0x89 => Literal::Bool(false),
        b'K' => Literal::Int(i64::from(input.byte()?)),
        b'M' => Literal::Int(i64::try_from(input.unsigned(2)?).unwrap_or_default()),
        b'J' => Literal::Int(i64::from(i32::from_le_bytes(array(input.take(4)?)))),
        b'G' => Literal::Float(f64::from_be_bytes(array(input.take(8)?))),
        b'I' => integer_line(input.line(LINE_BYTES)?),
        b'L' => integer_line(input.line(LINE_BYTES)?),
        b'F' => Literal::Float(
            text(input.line(LINE_BYTES)?)
                .trim()
                .parse()
                .unwrap_or(f64::NAN),
        ),
        0x8a => big(input, 1)?,
        0x8b => big(input, 4)?,
        b'S' => {
            let line = input.line(LINE_BYTES)?;
            let text = unquote(line).map(|bytes| latin(&bytes)).unwrap_or_default();
            let length = text.len() as u64;
            Literal::Str(text, length)
        }
        b'V' => {
            let text = raw_unicode_escape(input.line(LINE_BYTES)?);
            let length = text.len() as u64;
            Literal::Str(text, length)
        }
        b'T' | b'U' => {
            let (bytes, length) = counted(input, code, cap)?;
            Literal::Str(latin(&bytes), length)
        }
        b'X' | 0x8c | 0x8d => {
            let (bytes, length) = counted(input, code, cap)?;
            Literal::Str(String::from_utf8_lossy(&bytes).into_owned(), length)
        }
        b'B' | b'C' | 0x8e | 0x96 => {
            let (bytes, length) = counted(input, code, cap)?;
            Literal::Bytes(bytes, length)
        }
        b'p' => {
            input.line(LINE_BYTES)?;
            return Ok(None);
        }
        b'q' => {
            input.take(1)?;
            return Ok(None);
        }
        b'r' => {
            input.take(4)?;
            return Ok(None);
        }
        0x94 => return Ok(None),
        _ => {
            return Err(ReadFailed::Ended {
                offset: input.offset(),
                wanted: 1,
            });
        }
    };
    Ok(Some(literal))
}

fn counted(input: &mut Input<'_>, code: u8, cap: usize) -> Result<(Vec<u8>, u64), ReadFailed> {
    let width = match opcode(code).map(|opcode| opcode.argument) {
        Some(Argument::Counted(width)) => width,
        _ => 0,
    };
    let length = input.unsigned(width)?;
    let kept = input.skip(length, cap)?.to_vec();
    Ok((kept, length))
}

fn big(input: &mut Input<'_>, width: u8) -> Result<Literal, ReadFailed> {
    let length = input.unsigned(width)?;
    let bytes = input.skip(length, 9)?;
    if bytes.len() > 8 {
        return Ok(Literal::BigInt);
    }
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut filled = [if negative { 0xff } else { 0 }; 8];
    for (slot, byte) in filled.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    Ok(Literal::Int(i64::from_le_bytes(filled)))
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

fn integer_line(line: &[u8]) -> Literal {
    match line {
        b"00" => Literal::Bool(false),
        b"01" => Literal::Bool(true),
        _ => based_integer(&text(line)).map_or(Literal::BigInt, Literal::Int),
    }
}

/// A number as `int(text, 0)` reads it.
fn based_integer(text: &str) -> Option<i64> {
    let text = text
        .trim()
        .trim_end_matches('L')
        .replace('_', "")
        .to_ascii_lowercase();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let number = match digits.get(..2) {
        Some("0x") => i64::from_str_radix(digits.get(2..)?, 16),
        Some("0o") => i64::from_str_radix(digits.get(2..)?, 8),
        Some("0b") => i64::from_str_radix(digits.get(2..)?, 2),
        _ => digits.parse(),
    };
    number.ok().and_then(|number: i64| number.checked_mul(sign))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Python 2 strings are bytes; loaders decode them as ASCII or Latin-1.
fn latin(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|byte| char::from(*byte)).collect(),
        ToOwned::to_owned,
    )
}

/// The content of a `STRING` argument: a quoted Python literal. `None` if the quotes do not match,
/// where `CPython` raises.
pub(super) fn unquote(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.trim_ascii();
    let (first, rest) = line.split_first()?;
    let (last, content) = rest.split_last()?;
    if first != last || !matches!(first, b'\'' | b'"') {
        return None;
    }
    Some(unescape(content))
}

/// Undoes the escapes of a Python bytes literal.
pub(super) fn unescape(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'v') => out.push(11),
            Some(b'x') => {
                let digits: Vec<u8> = std::iter::from_fn(|| bytes.next_if(u8::is_ascii_hexdigit))
                    .take(2)
                    .collect();
                out.push(u8::from_str_radix(&text(&digits), 16).unwrap_or(b'x'));
            }
            Some(digit @ b'0'..=b'7') => {
                let mut digits = vec![digit];
                digits.extend(
                    std::iter::from_fn(|| bytes.next_if(|byte| matches!(byte, b'0'..=b'7')))
                        .take(2),
                );
                out.push(
                    u16::from_str_radix(&text(&digits), 8)
                        .unwrap_or(0)
                        .to_le_bytes()
                        .first()
                        .copied()
                        .unwrap_or(0),
                );
            }
            Some(b'\n') => {}
            Some(quoted @ (b'\\' | b'\'' | b'"')) => out.push(quoted),
            Some(other) => out.extend([b'\\', other]),
            None => out.push(b'\\'),
        }
    }
    out
}

/// Undoes the `raw-unicode-escape` of a `UNICODE` argument.
pub(super) fn raw_unicode_escape(line: &[u8]) -> String {
    let line: Vec<char> = latin(line).chars().collect();
    let mut out = String::with_capacity(line.len());
    let mut index = 0_usize;
    while let Some(letter) = line.get(index) {
        let digits = match (letter, line.get(index.saturating_add(1))) {
            ('\\', Some('u')) => 4_usize,
            ('\\', Some('U')) => 8,
            _ => 0,
        };
        let from = index.saturating_add(2);
        let escaped = line
            .get(from..from.saturating_add(digits))
            .filter(|_| digits > 0)
            .and_then(|digits| u32::from_str_radix(&digits.iter().collect::<String>(), 16).ok());
        if let Some(code) = escaped {
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            index = from.saturating_add(digits);
        } else {
            out.push(*letter);
            index = index.saturating_add(1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_protocol_zero() {
        assert_eq!(unquote(b"'o\\x73\\163\\n'").unwrap(), b"oss\n");
        assert_eq!(unquote(b"\"a'"), None);
        assert_eq!(raw_unicode_escape(b"s\\u0079stem\\x"), "system\\x");
    }

    #[test]
    fn numbers() {
        let stream = b"J\xff\xff\xff\xff\x8a\x02\x00\xffI42\nL7L\nI01\n".to_vec();
        let read: Vec<_> = read_run(&stream, 0, stream.len() as u64, 16)
            .unwrap()
            .into_iter()
            .map(|(_, literal)| literal)
            .collect();
        assert_eq!(
            read,
            [
                Literal::Int(-1),
                Literal::Int(-256),
                Literal::Int(42),
                Literal::Int(7),
                Literal::Bool(true)
            ]
        );
    }

    #[test]
    fn a_run_passes_over_memo_writes() {
        let stream = b"\x8c\x02os\x94K\x05q\x00".to_vec();
        let read = read_run(&stream, 0, stream.len() as u64, 16).unwrap();
        assert_eq!(
            read,
            [(0, Literal::Str("os".into(), 2)), (5, Literal::Int(5))]
        );
    }
}
