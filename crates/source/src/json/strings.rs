//! String literals to text.

use std::borrow::Cow;

/// Decodes what stands between the quotes. Lone surrogates and bytes that are not UTF-8
/// become the replacement character; unknown escapes stay as written.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if !text.contains('\\') {
        return text;
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        decoded.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let used = escaped(escape, &mut decoded);
        rest = escape.get(used..).unwrap_or_default();
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Decodes the escape after a backslash; returns its length.
fn escaped(escape: &str, decoded: &mut String) -> usize {
    let Some(first) = escape.chars().next() else {
        return 0;
    };
    let simple = match first {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' | '\\' | '/' => first,
        'u' => return unicode(escape, decoded),
        other => {
            decoded.push('\\');
            other
        }
    };
    decoded.push(simple);
    first.len_utf8()
}

/// `uXXXX`, and a second one if they are a surrogate pair.
fn unicode(escape: &str, decoded: &mut String) -> usize {
    let Some(high) = unit(escape) else {
        decoded.push_str("\\u");
        return 1;
    };
    let low = escape
        .get(5..)
        .and_then(|rest| rest.strip_prefix('\\'))
        .and_then(unit);
    let pair = low.and_then(|low| char::decode_utf16([high, low]).next()?.ok());
    let surrogate = (0xd800..0xdc00).contains(&high);
    match pair.filter(|_| surrogate) {
        Some(character) => {
            decoded.push(character);
            11
        }
        None => {
            let single = char::from_u32(u32::from(high));
            decoded.push(single.unwrap_or(char::REPLACEMENT_CHARACTER));
            5
        }
    }
}

fn unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..4)?;
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)
}
