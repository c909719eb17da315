//! The messages that hidden characters carry.

use super::HiddenKind;

/// What a run of `kind` says, if it says something readable.
pub(super) fn message(kind: HiddenKind, run: &str) -> Option<String> {
    match kind {
        HiddenKind::Tag => tag_message(run),
        HiddenKind::VariationSelector => selector_message(run),
        HiddenKind::ZeroWidth => bit_message(run),
        _ => None,
    }
}

/// Tag characters are ASCII moved up to U+E0000.
fn tag_message(run: &str) -> Option<String> {
    let letters = run.chars().filter_map(|tag| {
        let ascii = u32::from(tag).checked_sub(0xe_0000)?;
        char::from_u32(ascii).filter(|letter| (' '..='~').contains(letter))
    });
    Some(letters.collect()).filter(|message: &String| !message.is_empty())
}

/// The 256 variation selectors are used as the 256 bytes.
fn selector_message(run: &str) -> Option<String> {
    let bytes = run.chars().filter_map(|selector| {
        let code = u32::from(selector);
        let byte = match code {
            0xfe00..=0xfe0f => code.checked_sub(0xfe00)?,
            0xe_0100..=0xe_01ef => code.checked_sub(0xe_00f0)?,
            _ => return None,
        };
        u8::try_from(byte).ok()
    });
    readable(bytes.collect())
}

/// Two zero-width characters as the bits of a text, either of them as one.
fn bit_message(run: &str) -> Option<String> {
    let first = run.chars().next()?;
    let other = run.chars().find(|this| *this != first)?;
    if run.chars().any(|this| this != first && this != other) {
        return None;
    }
    [first, other].into_iter().find_map(|one| {
        let bits: Vec<bool> = run.chars().map(|this| this == one).collect();
        let bytes = bits.chunks_exact(8).map(|bits| {
            bits.iter()
                .fold(0_u8, |byte, bit| byte.wrapping_shl(1) | u8::from(*bit))
        });
        readable(bytes.collect())
    })
}

/// `bytes` as text, if all of it is printable.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let printable = |c: char| !c.is_control() || c.is_whitespace();
    (text.chars().count() > 1 && text.chars().all(printable)).then_some(text)
}
