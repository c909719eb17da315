//! Code that Python marshalled: the names and texts in it.
//!
//! The layout of a code object changes with nearly every version of Python, and the bytes do not say
//! which one wrote them. The strings in them are written the same way by all (`Python/marshal.c`), so
//! they are found by their own form: a letter for the kind, a length, and that many characters.

/// Longest string that is kept whole.
const KEPT_BYTES: usize = 4096;
/// Strings that are kept.
const KEPT_STRINGS: usize = 10_000;
/// The bit that marks a value as one that is referred to later.
const REFERENCE: u8 = 0x80;

/// A name or text in marshalled code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarshalString {
    /// Offset of the letter in front of it.
    pub offset: usize,
    /// The characters, cut if there are very many.
    pub text: String,
}

/// True if the bytes begin like a marshalled code object.
#[must_use]
pub fn recognises(bytes: &[u8]) -> bool {
    bytes.len() > 30
        && bytes
            .first()
            .is_some_and(|first| first & !REFERENCE == b'c')
        // Counts of arguments and variables: small numbers in four bytes each.
        && bytes.get(2..5) == Some(&[0, 0, 0])
}

/// The strings in marshalled code, in their order; of two that overlap the first is taken.
#[must_use]
pub fn strings(bytes: &[u8]) -> Vec<MarshalString> {
    let mut found = Vec::new();
    let mut at = 0_usize;
    while at < bytes.len() && found.len() < KEPT_STRINGS {
        match string_at(bytes, at) {
            Some((text, end)) => {
                found.push(MarshalString { offset: at, text });
                at = end;
            }
            None => at = at.saturating_add(1),
        }
    }
    found
}

fn string_at(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let letter = bytes.get(at)? & !REFERENCE;
    let (length, start) = match letter {
        // Short ASCII, plain and interned.
        b'z' | b'Z' => (
            usize::from(*bytes.get(at.checked_add(1)?)?),
            at.checked_add(2)?,
        ),
        // ASCII, interned ASCII, Unicode, interned, bytes.
        b'a' | b'A' | b'u' | b't' | b's' => {
            let size = bytes.get(at.checked_add(1)?..at.checked_add(5)?)?;
            let size = u32::from_le_bytes(size.try_into().ok()?);
            (usize::try_from(size).ok()?, at.checked_add(5)?)
        }
        _ => return None,
    };
    let end = start.checked_add(length)?;
    let content = bytes.get(start..end)?;
    if content.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(content).ok()?;
    let readable = text
        .chars()
        .all(|letter| !letter.is_control() || letter.is_ascii_whitespace());
    readable.then(|| (text.chars().take(KEPT_BYTES).collect(), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_found_by_their_own_form() {
        // What `marshal.dumps` writes around the names of `lambda x: len('a b')`.
        let bytes =
            b"\xe3\x01\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\x03\0\0\0\xf3\x04\0\0\0\x97\0t\x01)\x02z\x03a b\xda\x03len\xa9\0\xf5\x02\0\0\0\xc3\xbc";
        assert!(recognises(bytes));
        let texts: Vec<_> = strings(bytes).into_iter().map(|found| found.text).collect();
        assert_eq!(texts, ["a b", "len", "ü"]);
    }

    #[test]
    fn lengths_beyond_the_end_are_no_strings() {
        assert_eq!(strings(b"z\xffabc"), []);
        assert_eq!(strings(b"a\xff\xff\xff\xffabc"), []);
        assert!(!recognises(b"c") && strings(b"").is_empty());
    }
}
