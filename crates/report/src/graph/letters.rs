//! How wide text gets. A page does not choose its fonts, so that the widths are those of the widest
//! common sans-serif: text may end early, but does not run over.

use unicode_width::UnicodeWidthChar as _;

/// Width of a text in pixels at a size of the font in pixels, at most.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' => 0.31,
        'f' | 't' | 'r' | ' ' | '.' | ',' | ':' | ';' | '/' | '\\' | '-' | '(' | ')' | '['
        | ']' | '!' | 'I' | '·' => 0.41,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' | '<' | '>' | '=' | '+' | '&' | '#' | '~' => 0.8,
        ' '..='~' => 0.64,
        _ => match character.width() {
            None | Some(0) => 0.0,
            Some(1) => 0.75,
            Some(_) => 1.1,
        },
    }
}

/// The text, or as much of its two ends as fits with an ellipsis between them: the end of a name
/// says as much as its beginning.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size);
    let head = taken(text.chars(), size, room * 0.6);
    let tail: Vec<char> = taken(text.chars().rev(), size, room * 0.4);
    let head: String = head.into_iter().collect();
    let tail: String = tail.into_iter().rev().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

fn taken(characters: impl Iterator<Item = char>, size: f64, room: f64) -> Vec<char> {
    let mut used = 0.0;
    characters
        .take_while(|character| {
            used += em(*character) * size;
            used <= room
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_keeps_both_ends() {
        assert_eq!(fit("short", 10.0, 100.0), "short");
        let cut = fit("organisation/a-model-with-a-long-name-7b", 10.0, 100.0);
        assert!(width(&cut, 10.0) <= 100.0, "{cut}");
        assert_eq!(cut, "organisati…me-7b");
        assert_eq!(fit("モデル".repeat(9).as_str(), 10.0, 50.0), "モデ…ル");
    }
}
