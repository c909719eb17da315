//! Escapes of string literals, as Python's `unicode-escape` codec reads them.

/// Decodes the text between the quotes. What is not an escape stays as written.
pub(super) fn decode(body: &str) -> String {
    let mut decoded = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        decoded.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let used = decode_one(escape, &mut decoded);
        rest = escape.get(used..).unwrap_or_default();
    }
    decoded.push_str(rest);
    decoded
}

/// Decodes the escape whose text after the backslash is `escape`; returns its length.
fn decode_one(escape: &str, decoded: &mut String) -> usize {
    let Some(first) = escape.chars().next() else {
        decoded.push('\\');
        return 0;
    };
    let simple = match first {
        '\n' => return 1,
        '\\' | '\'' | '"' => first,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return numeric(escape, 1, 2, 16, decoded),
        'u' => return numeric(escape, 1, 4, 16, decoded),
        'U' => return numeric(escape, 1, 8, 16, decoded),
        '0'..='7' => return octal(escape, decoded),
        'N' => return named(escape, decoded),
        other => {
            decoded.push('\\');
            decoded.push(other);
            return other.len_utf8();
        }
    };
    decoded.push(simple);
    1
}

/// `length` digits from `start` on; keeps the backslash if they are not all there.
fn numeric(escape: &str, start: usize, length: usize, radix: u32, decoded: &mut String) -> usize {
    let end = start.saturating_add(length);
    let code = escape
        .get(start..end)
        .filter(|digits| digits.chars().all(|digit| digit.is_digit(radix)))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok());
    if let Some(code) = code {
        decoded.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return end;
    }
    decoded.push('\\');
    0
}

fn octal(escape: &str, decoded: &mut String) -> usize {
    let length = escape
        .bytes()
        .take(3)
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .count();
    numeric(escape, 0, length, 8, decoded)
}

/// `\N{LOW LINE}`: the names that can spell an identifier.
fn named(escape: &str, decoded: &mut String) -> usize {
    let name = escape
        .strip_prefix("N{")
        .and_then(|rest| rest.get(..rest.find('}')?));
    let Some(name) = name else {
        decoded.push('\\');
        return 0;
    };
    decoded.push(character_named(name).unwrap_or(char::REPLACEMENT_CHARACTER));
    name.len().saturating_add("N{}".len())
}

fn character_named(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    let letter = |prefix: &str| {
        let letter = name.strip_prefix(prefix)?;
        let mut characters = letter.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    match name.as_str() {
        "LOW LINE" => Some('_'),
        "FULL STOP" => Some('.'),
        "LEFT SQUARE BRACKET" => Some('['),
        "RIGHT SQUARE BRACKET" => Some(']'),
        "LEFT PARENTHESIS" => Some('('),
        "RIGHT PARENTHESIS" => Some(')'),
        _ => letter("LATIN CAPITAL LETTER ")
            .or_else(|| letter("LATIN SMALL LETTER ").map(|small| small.to_ascii_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_every_form() {
        for (written, meant) in [
            (r"\x5f\x5f", "__"),
            (r"\u005f", "_"),
            (r"\U0000005f", "_"),
            (r"\137", "_"),
            (r"\N{LOW LINE}\N{latin small letter c}", "_c"),
            (r"a\nb\\n", "a\nb\\n"),
            (r"\'", "'"),
            (r"\d+", "\\d+"),
            (r"\x5", "\\x5"),
            (r"\ud800", "\u{fffd}"),
            ("a\\\nb", "ab"),
            ("tail\\", "tail\\"),
            (r"\N{", "\\N{"),
        ] {
            assert_eq!(decode(written), meant, "{written}");
        }
    }
}
