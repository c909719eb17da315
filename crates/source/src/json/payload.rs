//! Strings that are an encoding of another format.

use super::facts::{Encoding, PayloadFormat};

/// Shorter strings are words.
const ENCODED_BYTES: usize = 16;
/// Bytes of the start that are decoded.
const PREFIX: usize = 12;
/// Characters of the start that must be of the alphabet.
const ALPHABET: usize = 64;

/// What `text` encodes, if it is recognised.
pub(super) fn recognise(text: &str) -> Option<(Encoding, PayloadFormat)> {
    if text.len() < ENCODED_BYTES {
        return latin1(text);
    }
    let body = text
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once("base64,"))
        .map_or(text, |(_, body)| body);
    let start: Vec<u8> = body
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .take(ALPHABET)
        .collect();
    if start.iter().all(u8::is_ascii_hexdigit)
        && let Some(format) = format_of(&hexadecimal(&start))
    {
        return Some((Encoding::Hexadecimal, format));
    }
    if start
        .iter()
        .all(|byte| sextet(*byte).is_some() || *byte == b'=')
        && let Some(format) = format_of(&base64(&start))
    {
        return Some((Encoding::Base64, format));
    }
    latin1(text)
}

/// A pickle or archive whose bytes were each made a character.
fn latin1(text: &str) -> Option<(Encoding, PayloadFormat)> {
    let bytes: Option<Vec<u8>> = text
        .chars()
        .take(PREFIX)
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    let format = format_of(&bytes?)?;
    (format != PayloadFormat::Marshal).then_some((Encoding::Latin1, format))
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let (pairs, _) = digits.as_chunks::<2>();
    let bytes = pairs.iter().filter_map(|[high, low]| {
        let byte = value(*high)?.checked_mul(16)?.checked_add(value(*low)?)?;
        u8::try_from(byte).ok()
    });
    bytes.take(PREFIX).collect()
}

fn base64(digits: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut held = 0_u32;
    for sextet in digits.iter().map_while(|digit| sextet(*digit)) {
        bits = bits.wrapping_shl(6) | sextet;
        held = held.saturating_add(6);
        if held >= 8 {
            held = held.saturating_sub(8);
            let byte = bits.wrapping_shr(held) & 0xff;
            bytes.extend(u8::try_from(byte));
        }
        if bytes.len() >= PREFIX {
            break;
        }
    }
    bytes
}

/// The value of a digit of either alphabet of base64.
fn sextet(digit: u8) -> Option<u32> {
    let (base, first) = match digit {
        b'A'..=b'Z' => (0, b'A'),
        b'a'..=b'z' => (26, b'a'),
        b'0'..=b'9' => (52, b'0'),
        b'+' | b'-' => return Some(62),
        b'/' | b'_' => return Some(63),
        _ => return None,
    };
    u32::from(digit.checked_sub(first)?).checked_add(base)
}

/// What bytes start like.
fn format_of(bytes: &[u8]) -> Option<PayloadFormat> {
    match bytes {
        [0x80, 4 | 5, 0x95, ..] => Some(PayloadFormat::Pickle),
        [0x80, 2..=5, opcode, ..]
            if b"]})c(KXqVUJMNG\x8c\x8a\x95\x94.GBC\x88\x89hr".contains(opcode) =>
        {
            Some(PayloadFormat::Pickle)
        }
        // A code object with few arguments, with or without the reference flag.
        [0xe3 | 0x63, 0..=32, 0, 0, 0, ..] => Some(PayloadFormat::Marshal),
        [b'P', b'K', 3, 4, ..] => Some(PayloadFormat::Zip),
        [0x1f, 0x8b, 8, ..] => Some(PayloadFormat::Gzip),
        [0x7f, b'E', b'L', b'F', ..] => Some(PayloadFormat::Elf),
        [b'M', b'Z', 0x90 | 0x00..=0x50, 0, ..] => Some(PayloadFormat::Pe),
        _ => None,
    }
}
