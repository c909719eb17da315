//! Looking for delimiters.

/// Bytes before the next `{{`, `{%` or `{#`.
pub(super) fn find_opener(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0_usize;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find('{')) {
        let at = from.saturating_add(found);
        if matches!(bytes.get(at.saturating_add(1)), Some(b'{' | b'%' | b'#')) {
            return at;
        }
        from = at.saturating_add(1);
    }
    text.len()
}

pub(super) struct BareTag {
    pub(super) bytes: usize,
    pub(super) strips_before: bool,
    pub(super) strips_after: bool,
}

/// Reads `{% name %}` without arguments at the start of `text`.
pub(super) fn bare_tag(text: &str, name: &str) -> Option<BareTag> {
    let inner = text.strip_prefix("{%")?;
    let strips_before = inner.starts_with('-');
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner);
    let after_name = inner.trim_start().strip_prefix(name)?.trim_start();
    let strips_after = after_name.starts_with('-');
    let end = after_name
        .strip_prefix(['-', '+'])
        .unwrap_or(after_name)
        .strip_prefix("%}")?;
    Some(BareTag {
        bytes: text.len().saturating_sub(end.len()),
        strips_before,
        strips_after,
    })
}

pub(super) fn closing_quote(body: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return Some(at);
        }
    }
    None
}

pub(super) fn is_name_character(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}
