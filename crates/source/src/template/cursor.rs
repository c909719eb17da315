//! The tokens of one tag, with one token of look-ahead and a count of the nesting.

use super::facts::Limit;
use super::lexer::Lexer;
use super::token::{Token, TokenKind};

/// Why a tag could not be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) limit: Option<Limit>,
}

pub(super) type Parsed<T> = Result<T, Fault>;

pub(super) struct Cursor<'l, 't> {
    lexer: &'l mut Lexer<'t>,
    pub(super) current: Token<'t>,
    ahead: Option<Token<'t>>,
    /// End of the token before the current one.
    pub(super) last_end: usize,
    depth: usize,
    depth_limit: usize,
}

impl<'l, 't> Cursor<'l, 't> {
    pub(super) fn new(lexer: &'l mut Lexer<'t>, depth_limit: usize) -> Self {
        let current = lexer.next_token();
        Self {
            lexer,
            last_end: current.offset,
            current,
            ahead: None,
            depth: 0,
            depth_limit,
        }
    }

    /// Moves on; stays where it is at the end of the tag.
    pub(super) fn advance(&mut self) {
        if matches!(self.current.kind, TokenKind::TagEnd | TokenKind::End) {
            return;
        }
        self.last_end = self.current.end;
        self.current = match self.ahead.take() {
            Some(token) => token,
            None => self.lexer.next_token(),
        };
    }

    /// The token after the current one.
    pub(super) fn look_ahead(&mut self) -> &TokenKind<'t> {
        if matches!(self.current.kind, TokenKind::TagEnd | TokenKind::End) {
            return &self.current.kind;
        }
        let lexer = &mut *self.lexer;
        &self.ahead.get_or_insert_with(|| lexer.next_token()).kind
    }

    pub(super) fn at_symbol(&self, symbol: &str) -> bool {
        self.current.kind.is_symbol(symbol)
    }

    pub(super) fn at_name(&self, name: &str) -> bool {
        self.current.kind.is_name(name)
    }

    pub(super) fn at_end(&self) -> bool {
        matches!(self.current.kind, TokenKind::TagEnd | TokenKind::End)
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let found = self.at_name(name);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{symbol}`")))
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_name(word) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{word}`")))
    }

    pub(super) fn expect_name(&mut self) -> Parsed<&'t str> {
        let TokenKind::Name(name) = self.current.kind else {
            return Err(self.unexpected("a name"));
        };
        self.advance();
        Ok(name)
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Fault {
        Fault {
            offset: self.current.offset,
            message: format!("expected {wanted}, found {}", self.current.kind.describe()),
            limit: None,
        }
    }

    /// Runs `parse` one level deeper.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= self.depth_limit {
            return Err(Fault {
                offset: self.current.offset,
                message: format!("expression nested deeper than {}", self.depth_limit),
                limit: Some(Limit::ExpressionDepth),
            });
        }
        self.depth = self.depth.saturating_add(1);
        let parsed = parse(self);
        self.depth = self.depth.saturating_sub(1);
        parsed
    }

    /// Leaves the tag; `true` if it had been read to its end.
    pub(super) fn leave(self) -> bool {
        match self.current.kind {
            TokenKind::TagEnd => true,
            _ => {
                self.lexer.leave_tag(self.current.offset);
                false
            }
        }
    }
}
