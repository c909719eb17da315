//! Text to parts (data, output tags, statement tags), and tags to tokens.
//!
//! Follows the lexer of Jinja2 with default delimiters and line statements off:
//! a tag ends at its closer only outside brackets, `-` strips white space around a tag.
//! See <https://jinja.palletsprojects.com/en/stable/templates/#synopsis>.

use super::escape;
use super::scan::{bare_tag, closing_quote, find_opener, is_name_character};
use super::token::{SYMBOLS, Token, TokenKind};

/// A stretch of a template.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// Text outside tags, and whether white space around it is stripped.
    Data {
        offset: usize,
        text: &'t str,
        strip_start: bool,
        strip_end: bool,
    },
    /// `{{` was read; tokens follow.
    Output { offset: usize },
    /// `{%` was read; tokens follow.
    Statement { offset: usize },
    /// Something is opened and never closed.
    Unclosed { offset: usize, what: &'static str },
    /// The text is at its end.
    End,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
    closer: &'static str,
    brackets: Vec<char>,
    strip_next: bool,
    /// Once something is known never to close, later openers are not searched again.
    no_comment_end: bool,
    no_raw_end: bool,
    no_quote_end: [bool; 2],
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            position: 0,
            closer: "}}",
            brackets: Vec::new(),
            strip_next: false,
            no_comment_end: false,
            no_raw_end: false,
            no_quote_end: [false; 2],
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes);
    }

    /// The next part; comments are passed over.
    pub(super) fn next_part(&mut self) -> Part<'t> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Part::End;
            }
            let data_bytes = find_opener(rest);
            if data_bytes > 0 {
                return self.data(data_bytes);
            }
            let offset = self.position;
            self.strip_next = false;
            self.brackets.clear();
            if rest.starts_with("{#") {
                if let Some(part) = self.comment(offset) {
                    return part;
                }
                continue;
            }
            if let Some(part) = self.raw(offset) {
                return part;
            }
            let statement = rest.starts_with("{%");
            self.advance(2);
            if self.rest().starts_with(['-', '+']) {
                self.advance(1);
            }
            self.closer = if statement { "%}" } else { "}}" };
            return if statement {
                Part::Statement { offset }
            } else {
                Part::Output { offset }
            };
        }
    }

    fn data(&mut self, bytes: usize) -> Part<'t> {
        let offset = self.position;
        let text = self.rest().get(..bytes).unwrap_or_default();
        self.advance(bytes);
        let strip_start = std::mem::take(&mut self.strip_next);
        let strip_end = self.rest().get(2..).is_some_and(|tag| tag.starts_with('-'));
        Part::Data {
            offset,
            text,
            strip_start,
            strip_end,
        }
    }

    /// Passes over a comment; without an end its opener is taken as data.
    fn comment(&mut self, offset: usize) -> Option<Part<'t>> {
        let body = self.rest().get(2..).unwrap_or_default();
        let end = if self.no_comment_end {
            None
        } else {
            body.find("#}")
        };
        let Some(end) = end else {
            self.no_comment_end = true;
            self.advance(2);
            return Some(Part::Unclosed {
                offset,
                what: "comment",
            });
        };
        self.strip_next = body.get(..end).is_some_and(|inner| inner.ends_with('-'));
        self.advance(end.saturating_add(4));
        None
    }

    /// `{% raw %} ... {% endraw %}` as data; `None` if this is no raw block.
    fn raw(&mut self, offset: usize) -> Option<Part<'t>> {
        let opener = bare_tag(self.rest(), "raw")?;
        if self.no_raw_end {
            return None;
        }
        let body = self.rest().get(opener.bytes..).unwrap_or_default();
        let mut from = 0_usize;
        while let Some(found) = body.get(from..).and_then(|rest| rest.find("{%")) {
            let at = from.saturating_add(found);
            let Some(end) = bare_tag(body.get(at..).unwrap_or_default(), "endraw") else {
                from = at.saturating_add(2);
                continue;
            };
            self.strip_next = end.strips_after;
            self.advance(opener.bytes.saturating_add(at).saturating_add(end.bytes));
            return Some(Part::Data {
                offset: offset.saturating_add(opener.bytes),
                text: body.get(..at).unwrap_or_default(),
                strip_start: opener.strips_after,
                strip_end: end.strips_before,
            });
        }
        self.no_raw_end = true;
        self.advance(opener.bytes);
        Some(Part::Unclosed {
            offset,
            what: "raw block",
        })
    }

    /// The next token of the tag that [`Self::next_part`] opened.
    pub(super) fn next_token(&mut self) -> Token<'t> {
        let trimmed = self.rest().trim_start();
        self.position = self.text.len().saturating_sub(trimmed.len());
        let offset = self.position;
        let kind = self.token_kind(trimmed);
        Token {
            offset,
            end: self.position,
            kind,
        }
    }

    fn token_kind(&mut self, rest: &'t str) -> TokenKind<'t> {
        let Some(first) = rest.chars().next() else {
            return TokenKind::End;
        };
        if self.brackets.is_empty()
            && let Some(bytes) = self.tag_end(rest)
        {
            self.strip_next = first == '-';
            self.advance(bytes);
            return TokenKind::TagEnd;
        }
        match first {
            '\'' | '"' => self.string(rest, first),
            '0'..='9' => self.number(rest),
            _ if is_name_character(first) => {
                let bytes = rest
                    .find(|character| !is_name_character(character))
                    .unwrap_or(rest.len());
                self.advance(bytes);
                TokenKind::Name(rest.get(..bytes).unwrap_or_default())
            }
            _ => self.symbol(rest, first),
        }
    }

    fn tag_end(&self, rest: &str) -> Option<usize> {
        if rest.starts_with(self.closer) {
            return Some(2);
        }
        let signed = rest
            .strip_prefix('-')
            .or_else(|| rest.strip_prefix('+').filter(|_| self.closer == "%}"))?;
        signed.starts_with(self.closer).then_some(3)
    }

    fn string(&mut self, rest: &'t str, quote: char) -> TokenKind<'t> {
        let flag = usize::from(quote == '"');
        let known_open = self.no_quote_end.get(flag).copied().unwrap_or(false);
        let body = rest.get(1..).unwrap_or_default();
        let end = if known_open {
            None
        } else {
            closing_quote(body, quote)
        };
        let Some(end) = end else {
            if let Some(seen) = self.no_quote_end.get_mut(flag) {
                *seen = true;
            }
            self.advance(1);
            return TokenKind::Unexpected(quote);
        };
        self.advance(end.saturating_add(2));
        TokenKind::Text(escape::decode(body.get(..end).unwrap_or_default()))
    }

    fn number(&mut self, rest: &'t str) -> TokenKind<'t> {
        let after_dot = self
            .text
            .get(..self.position)
            .is_some_and(|before| before.ends_with('.'));
        let (kind, bytes) = super::number::read(rest, after_dot);
        self.advance(bytes);
        kind
    }

    fn symbol(&mut self, rest: &'t str, first: char) -> TokenKind<'t> {
        let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) else {
            self.advance(first.len_utf8());
            return TokenKind::Unexpected(first);
        };
        match first {
            '(' => self.brackets.push(')'),
            '[' => self.brackets.push(']'),
            '{' => self.brackets.push('}'),
            ')' | ']' | '}' if self.brackets.pop() != Some(first) => {
                self.brackets.clear();
                self.advance(1);
                return TokenKind::Unexpected(first);
            }
            _ => {}
        }
        self.advance(symbol.len());
        TokenKind::Symbol(symbol)
    }

    /// Leaves a tag that could not be read: goes on after its closer, or at the next
    /// opener if that comes first.
    pub(super) fn leave_tag(&mut self, from: usize) {
        self.brackets.clear();
        self.strip_next = false;
        let bytes = self.text.as_bytes();
        let closer = self.closer.as_bytes();
        let mut at = from;
        while let Some(pair) = bytes.get(at..at.saturating_add(2)) {
            if pair == closer {
                self.position = at.saturating_add(2);
                return;
            }
            if matches!(pair, b"{{" | b"{%" | b"{#") {
                self.position = at;
                return;
            }
            at = at.saturating_add(1);
        }
        self.position = self.text.len();
    }
}
