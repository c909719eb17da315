//! Text from artifacts, made harmless to look at. Every renderer that shows such text to a person
//! takes it from here, so that a file name can neither move the cursor, nor reorder a line, nor
//! hide anything in it.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// More marks than this on one letter are stacked to smear over the neighbouring lines.
const MARKS_PER_LETTER: usize = 3;

/// Shows characters that act or hide as escapes: `\n`, `\x1b`, `\u{202e}`. Letters of all scripts
/// stay as they are.
#[must_use]
pub fn neutral(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .all(|character| (' '..='~').contains(&character))
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escaped(text, usize::MAX).0)
}

/// [`neutral`], and no longer than `longest` characters: a longer text ends in `…`.
pub(crate) fn neutral_start(text: &str, longest: usize) -> String {
    let (mut shown, all) = escaped(text, longest);
    if !all {
        shown.push('…');
    }
    shown
}

/// [`neutral`] for paths and names, whose end says as much as their beginning: a longer text is cut
/// in the middle.
pub(crate) fn neutral_ends(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return neutral(text).into_owned();
    }
    let tail = longest / 3;
    let head: String = text.chars().take(longest - tail).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{}…{}", neutral(&head), neutral(&end))
}

/// True for characters that a person does not see, or that change how their neighbours are shown.
/// Control characters included.
pub(crate) fn acts_or_hides(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || (character as u32 & 0xfffe) == 0xfffe
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..
        )
}

/// The escaped text up to `longest` characters, and whether that is all of it. An escape is never
/// cut in two.
fn escaped(text: &str, longest: usize) -> (String, bool) {
    let mut shown = String::with_capacity(text.len().min(longest));
    let mut length = 0;
    let mut marks = MARKS_PER_LETTER;
    for character in text.chars() {
        let before = shown.len();
        // A mark at the very start would sit on a character of ours.
        marks = match character.width() {
            Some(0) => marks + 1,
            _ => 0,
        };
        if acts_or_hides(character) || marks > MARKS_PER_LETTER {
            escape(character, &mut shown);
        } else {
            shown.push(character);
        }
        length += shown.get(before..).map_or(0, |piece| piece.chars().count());
        if length > longest {
            shown.truncate(before);
            return (shown, false);
        }
    }
    (shown, true)
}

fn escape(character: char, shown: &mut String) {
    let _ = match character {
        '\n' => shown.write_str("\\n"),
        '\r' => shown.write_str("\\r"),
        '\t' => shown.write_str("\\t"),
        '\0'..='\u{ff}' => write!(shown, "\\x{:02x}", character as u32),
        _ => write!(shown, "\\u{{{:x}}}", character as u32),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_is_shown_as_an_escape() {
        for (raw, shown) in [
            ("plain/path.bin", "plain/path.bin"),
            ("a\u{1b}[2Jb", "a\\x1b[2Jb"),
            ("a\nb\r\tc\0", "a\\nb\\r\\tc\\x00"),
            ("\u{9b}31m\u{7f}", "\\x9b31m\\x7f"),
            ("gpj\u{202e}exe", "gpj\\u{202e}exe"),
            ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("\u{2028}\u{a0}\u{3164}", "\\u{2028}\\xa0\\u{3164}"),
            ("\u{ffff}\u{1fffe}", "\\u{ffff}\\u{1fffe}"),
            ("モデル/über/модель", "モデル/über/модель"),
            ("e\u{301}", "e\u{301}"),
            ("\u{301}e", "\\u{301}e"),
            (
                "z\u{301}\u{302}\u{303}\u{304}",
                "z\u{301}\u{302}\u{303}\\u{304}",
            ),
        ] {
            assert_eq!(neutral(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn nothing_that_is_shown_acts_or_hides() {
        let everything: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        assert!(!neutral(&everything).chars().any(acts_or_hides));
        assert!(!neutral_ends(&everything, 90).chars().any(acts_or_hides));
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(neutral_start("abcdef", 6), "abcdef");
        assert_eq!(neutral_start("abcdef", 5), "abcde…");
        assert_eq!(neutral_start("abc\u{202e}def", 6), "abc…");
        assert_eq!(neutral_ends("abcdefghi", 9), "abcdefghi");
        assert_eq!(neutral_ends("abcdefghi", 6), "abcd…hi");
    }
}
