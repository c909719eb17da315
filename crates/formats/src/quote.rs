//! How names and numbers out of an artifact stand in a description.

/// A text out of the artifact between backticks: backticks in it become `'`, control characters
/// are escaped.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", escaped(text))
}

/// A text that is in part out of the artifact, such as a parser's message, with the same
/// replacements as in [`quoted`].
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '`' => out.push('\''),
            letter if letter.is_control() => out.extend(letter.escape_default()),
            letter => out.push(letter),
        }
    }
    out
}

/// A number and what it counts, in the plural unless it is one.
pub(crate) fn counted(number: &u64, unit: &str) -> String {
    match (number, unit.strip_suffix('y')) {
        (1, _) => format!("1 {unit}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {unit}s"),
    }
}

/// A number of bytes.
pub(crate) fn bytes(number: &u64) -> String {
    counted(number, "byte")
}

/// A number of bits, in bytes if they are whole.
pub(crate) fn bits(number: &u64) -> String {
    if number.is_multiple_of(8) {
        bytes(&(number >> 3))
    } else {
        counted(number, "bit")
    }
}

/// A number with its verb: `1 is`, `2 are`.
pub(crate) fn are(number: &u64) -> String {
    let verb = if *number == 1 { "is" } else { "are" };
    format!("{number} {verb}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_backticks_or_reach_the_terminal() {
        assert_eq!(quoted("a`b\u{1b}[2J\n"), "`a'b\\u{1b}[2J\\n`");
        assert_eq!(quoted("Größe"), "`Größe`");
    }

    #[test]
    fn one_is_not_a_plural() {
        assert_eq!(bytes(&0), "0 bytes");
        assert_eq!(bytes(&1), "1 byte");
        assert_eq!(bits(&12), "12 bits");
        assert_eq!(bits(&16), "2 bytes");
        assert_eq!(counted(&1, "entry"), "1 entry");
        assert_eq!(counted(&2, "entry"), "2 entries");
        assert_eq!(are(&1), "1 is");
        assert_eq!(are(&2), "2 are");
    }
}
