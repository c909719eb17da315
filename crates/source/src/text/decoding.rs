//! Bytes to text.

use std::borrow::Cow;

/// Of a hundred bytes, so many may be invalid UTF-8 in a text (Latin-1 and its kin).
const INVALID_PERCENT: usize = 10;
/// Of a hundred characters, so many may be control characters in a text.
const CONTROL_PERCENT: usize = 2;

/// A text and how it was encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, without its byte order mark.
    pub text: Cow<'b, str>,
    /// Its encoding.
    pub encoding: Encoding,
}

/// Encodings that are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 with a little-endian byte order mark.
    Utf16Little,
    /// UTF-16 with a big-endian byte order mark.
    Utf16Big,
    /// Mostly ASCII with a few other bytes, which are replaced.
    EightBit,
}

/// Decodes `bytes` if they are text. A character cut off at the end is dropped.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return wide(rest, u16::from_le_bytes, Encoding::Utf16Little);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return wide(rest, u16::from_be_bytes, Encoding::Utf16Big);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return None;
    }
    let (text, encoding) = narrow(bytes)?;
    mostly_printable(&text).then_some(Decoded { text, encoding })
}

fn narrow(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some((Cow::Borrowed(text), Encoding::Utf8)),
        Err(error) if error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to())?;
            let text = std::str::from_utf8(whole).ok()?;
            Some((Cow::Borrowed(text), Encoding::Utf8))
        }
        Err(_) => {
            let chunks = bytes.utf8_chunks().map(|chunk| chunk.invalid().len());
            let invalid = chunks.fold(0, usize::saturating_add);
            let few = invalid.saturating_mul(100) <= bytes.len().saturating_mul(INVALID_PERCENT);
            few.then(|| (String::from_utf8_lossy(bytes), Encoding::EightBit))
        }
    }
}

fn wide(bytes: &[u8], read: fn([u8; 2]) -> u16, encoding: Encoding) -> Option<Decoded<'_>> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| read(*pair));
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let invalid = text
        .chars()
        .filter(|c| *c == char::REPLACEMENT_CHARACTER)
        .count();
    let text_like = invalid.saturating_mul(100) <= text.len() && mostly_printable(&text);
    text_like.then_some(Decoded {
        text: Cow::Owned(text),
        encoding,
    })
}

fn mostly_printable(text: &str) -> bool {
    let layout = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}' | '\u{8}');
    let controls = text
        .chars()
        .filter(|c| c.is_control() && !layout(*c))
        .count();
    let total = text.chars().count();
    controls.saturating_mul(100) <= total.saturating_mul(CONTROL_PERCENT)
}
