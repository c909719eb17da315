//! Lines that IPython takes for itself, where a text is broken.
//!
//! Behind brackets that do not match, the parser of ruff 0.0.10 comes upon lines such as `/f x` or
//! `%%time` where it looks for an expression, and panics ("only allowed for % and !"). They are blanked
//! there: a broken text is told as broken anyway.

use std::borrow::Cow;

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

/// The text without such lines, if its brackets do not match.
pub(super) fn tamed(text: &str) -> Cow<'_, str> {
    if brackets_match(text) {
        return Cow::Borrowed(text);
    }
    let blanked = text
        .split_inclusive('\n')
        .map(|line| match is_escape(line) {
            true => Cow::Owned(blank(line)),
            false => Cow::Borrowed(line),
        });
    Cow::Owned(blanked.collect())
}

fn brackets_match(text: &str) -> bool {
    let mut lexer = lex(text, Mode::Ipython);
    let mut open = Vec::new();
    loop {
        let kind = lexer.next_token();
        let opened = match kind {
            TokenKind::EndOfFile => return open.is_empty(),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.push(kind);
                continue;
            }
            TokenKind::Rpar => TokenKind::Lpar,
            TokenKind::Rsqb => TokenKind::Lsqb,
            TokenKind::Rbrace => TokenKind::Lbrace,
            _ => continue,
        };
        if open.pop() != Some(opened) {
            return false;
        }
    }
}

/// True for all but `%magic` and `!command`, which may stand for an expression.
fn is_escape(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['/', ',', ';', '?'])
        || line.ends_with('?')
        || line.starts_with("%%")
        || line.starts_with("!!")
}

/// As many bytes of white space, and the ends of lines.
fn blank(line: &str) -> String {
    line.chars()
        .flat_map(|letter| match letter {
            '\n' | '\r' => std::iter::repeat_n(letter, 1),
            letter => std::iter::repeat_n(' ', letter.len_utf8()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::tamed;

    #[test]
    fn lines_of_ipython_go_only_behind_broken_brackets() {
        let whole = "%matplotlib inline\nx = [1]\n!pip install acme\n/f x\n";
        assert_eq!(tamed(whole), whole);
        assert_eq!(tamed("[%)\n/\n"), "[%)\n \n");
        assert_eq!(
            tamed("x = (1]\n%%time é\n!ls\n"),
            "x = (1]\n         \n!ls\n"
        );
    }
}
