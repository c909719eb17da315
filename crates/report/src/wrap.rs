//! Wrapping to the columns of a terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Breaks a text into lines of at most `width` columns, at spaces where there are any. The text
/// holds no control characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    let mut columns = 0;
    for word in text.split(' ') {
        let needed = word.width();
        if columns > 0 && columns + 1 + needed <= width {
            line.push(' ');
            line.push_str(word);
            columns += 1 + needed;
            continue;
        }
        if columns > 0 {
            lines.push(std::mem::take(&mut line));
        }
        (line, columns) = broken(word, width, &mut lines);
    }
    lines.push(line);
    lines
}

/// Breaks a word that is wider than a line; gives its last piece.
fn broken(word: &str, width: usize, lines: &mut Vec<String>) -> (String, usize) {
    let mut line = String::new();
    let mut columns = 0;
    for character in word.chars() {
        let needed = character.width().unwrap_or(0);
        if columns + needed > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        line.push(character);
        columns += needed;
    }
    (line, columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a/very/long/path", 6), ["a/very", "/long/", "path"]);
        assert_eq!(wrap("go abcdefghij k", 4), ["go", "abcd", "efgh", "ij k"]);
        assert_eq!(wrap("モデル", 4), ["モデ", "ル"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
