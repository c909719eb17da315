//! Text files of sorted lines, `key<TAB>value`, after `# word value` headers.

/// The lines that hold an entry.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The value of a header line.
pub(crate) fn header<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.lines()
        .map_while(|line| line.strip_prefix("# "))
        .find_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
}

/// The value of a key, or the empty text for a key without one. Works by halving
/// the text itself, so that a large file costs nothing until it is asked.
///
/// Headers sort before every entry, as no key starts with a byte below `#`.
pub(crate) fn find<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = text;
    while !rest.is_empty() {
        let middle = line_start(rest, rest.len() / 2);
        let (before, from) = rest.split_at_checked(middle)?;
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        let (found, value) = line.split_once('\t').unwrap_or((line, ""));
        if line.starts_with('#') {
            rest = after;
            continue;
        }
        match key.cmp(found) {
            std::cmp::Ordering::Less => rest = before,
            std::cmp::Ordering::Equal => return Some(value),
            std::cmp::Ordering::Greater => rest = after,
        }
    }
    None
}

/// Where the line that holds the byte at `position` begins.
fn line_start(text: &str, position: usize) -> usize {
    text.as_bytes()
        .get(..position)
        .and_then(|head| head.iter().rposition(|&byte| byte == b'\n'))
        .map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# schema x/1\n# versions 1 2\na\t1\nb\nbb\t2\nc\t3\n";

    #[test]
    fn every_key_is_found_and_no_other() {
        assert_eq!(find(TEXT, "a"), Some("1"));
        assert_eq!(find(TEXT, "b"), Some(""));
        assert_eq!(find(TEXT, "bb"), Some("2"));
        assert_eq!(find(TEXT, "c"), Some("3"));
        for absent in ["", "0", "aa", "ba", "bbb", "d", "# schema x/1"] {
            assert_eq!(find(TEXT, absent), None, "{absent}");
        }
        assert_eq!(find("", "a"), None);
    }

    #[test]
    fn headers_are_read_by_word() {
        assert_eq!(header(TEXT, "schema"), Some("x/1"));
        assert_eq!(header(TEXT, "versions"), Some("1 2"));
        assert_eq!(header(TEXT, "package"), None);
        assert_eq!(lines(TEXT).count(), 4);
    }
}
