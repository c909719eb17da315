//! Words of an artifact within Markdown. All of them went through `neutral` or do so here: there
//! are no line ends in them, so none can begin a block.

use crate::neutral::neutral;

/// Shows nothing, and keeps its neighbours apart.
pub(crate) const APART: &str = "<!-- -->";

/// A code span with delimiters longer than any run of backticks in it. Nothing within one is
/// markup, a link or a mention.
pub(crate) fn code(text: &str) -> String {
    let text = neutral(text);
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let delimiter = "`".repeat(longest_run(&text) + 1);
    let delicate = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let padding = if delicate { " " } else { "" };
    format!("{delimiter}{padding}{text}{padding}{delimiter}")
}

/// A fenced code block with a fence longer than any run of backticks in it.
pub(crate) fn fence(lines: &[String], language: &str) -> String {
    let lines: Vec<_> = lines.iter().map(|line| neutral(line)).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// Text within an HTML element.
pub(crate) fn html(text: &str) -> String {
    neutral(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Code within a cell of a table. Parsers do not agree on where a cell ends if there are backslashes
/// before a pipe, so that such text is written with character references only.
pub(crate) fn cell(text: &str) -> String {
    let text = neutral(text);
    if !text.contains(['|', '\\']) {
        return code(&text);
    }
    let referenced: String = text
        .chars()
        .map(|character| match character {
            '/' | '-' | ',' => character.to_string(),
            _ if character.is_ascii_punctuation() => format!("&#{};", character as u32),
            _ => character.to_string(),
        })
        .collect();
    format!("<code>{referenced}</code>")
}

/// Text outside of code. Backslashes take the meaning from punctuation; mentions, references to
/// issues and bare addresses are looked for in what remains, so that an empty comment has to keep
/// their signs apart from what follows.
pub(crate) fn words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let neutral = neutral(text);
    let mut characters = neutral.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let harmless = match character {
            ',' | ';' | '\'' | '"' | '(' | '/' | '%' | '?' => true,
            // After a number they would begin a list.
            '.' | ')' => next == ' ' && !before.is_ascii_digit(),
            '-' => before.is_alphanumeric() && next.is_alphabetic(),
            _ => !character.is_ascii_punctuation(),
        };
        if !harmless {
            escaped.push('\\');
        }
        escaped.push(character);
        if !harmless && matches!(character, '@' | '#' | ':' | '.' | '-') && next != ' ' {
            escaped.push_str(APART);
        }
        before = character;
    }
    escaped
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_can_not_be_left() {
        assert_eq!(code("a.b"), "`a.b`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\n# b"), "`a\\n# b`");
        assert_eq!(code(""), "(empty)");
        assert_eq!(
            fence(&["x = '````'".to_owned()], "python"),
            "`````python\nx = '````'\n`````\n"
        );
    }

    #[test]
    fn words_are_only_words() {
        assert_eq!(
            words("ask @team, see #1"),
            "ask \\@<!-- -->team, see \\#<!-- -->1"
        );
        assert_eq!(words("a [b](c) <i>"), "a \\[b\\](c) \\<i\\>");
        assert_eq!(
            words("https://a.example"),
            "https\\:<!-- -->//a\\.<!-- -->example"
        );
        assert_eq!(words("1. x"), "1\\. x");
        assert_eq!(words("see GH-1"), "see GH\\-<!-- -->1");
        assert_eq!(cell("a\\|b"), "<code>a&#92;&#124;b</code>");
        assert_eq!(
            words("rules say so. Then stop."),
            "rules say so. Then stop."
        );
    }
}
