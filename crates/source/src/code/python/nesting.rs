//! How deep a text nests, before a tree is made of it.
//!
//! The parser of ruff grows its stack as it goes down, but nothing bounds the memory that takes,
//! and dropping the tree goes down again. So the tokens are counted first: no tree is deeper than
//! the operators and keywords around one operand are many.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

/// Most operators, keywords and brackets around one operand.
pub(super) const NESTING: usize = 600;
/// Most levels of indentation; Python itself stops at 100.
pub(super) const INDENTATION: usize = 100;

/// One open bracket, or the statement itself.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators of the element that is being read.
    element: usize,
    /// The deepest bracket within that element.
    inner: usize,
    /// The deepest element before it.
    deepest: usize,
    /// Keywords that reach over commas (`lambda a, b: ...`).
    reaching: usize,
}

impl Level {
    fn comma(&mut self) {
        self.deepest = self.deepest.max(self.element.saturating_add(self.inner));
        self.element = 0;
        self.inner = 0;
    }

    fn depth(mut self) -> usize {
        self.comma();
        self.deepest.saturating_add(self.reaching)
    }
}

/// A bound on the depth of one statement, brackets and operators fed in one by one.
#[derive(Default)]
struct Statement {
    outer: Vec<Level>,
    level: Level,
    open: usize,
    /// The deepest of the statements before it on its line.
    before: usize,
}

impl Statement {
    /// A semicolon: between brackets it is an error, which may nest whatever it likes.
    fn semicolon(&mut self) {
        if self.open == 0 {
            let depth = std::mem::take(&mut self.level).depth();
            self.before = self.before.max(depth);
        }
    }

    fn operator(&mut self) {
        self.level.element = self.level.element.saturating_add(1);
    }

    fn reaching(&mut self) {
        self.level.reaching = self.level.reaching.saturating_add(1);
    }

    fn open(&mut self) {
        self.operator();
        self.open = self.open.saturating_add(1);
        if self.open <= NESTING {
            self.outer.push(std::mem::take(&mut self.level));
        }
    }

    fn close(&mut self) {
        if self.open > NESTING {
            self.open = self.open.saturating_sub(1);
            self.level.inner = NESTING.saturating_add(1);
            return;
        }
        let Some(outer) = self.outer.pop() else {
            return;
        };
        self.open = self.open.saturating_sub(1);
        let depth = self.level.depth();
        self.level = outer;
        self.level.inner = self.level.inner.max(depth);
    }

    fn end(&mut self) -> usize {
        let beyond = self.open > NESTING;
        while self.open > 0 {
            self.close();
        }
        let depth = std::mem::take(&mut self.level).depth();
        let depth = depth.max(std::mem::take(&mut self.before));
        if beyond { usize::MAX } else { depth }
    }
}

/// Whether a tree of this text is shallow enough, by the lexer of the parser itself.
pub(super) fn fits(text: &str, mode: Mode) -> bool {
    let mut lexer = lex(text, mode);
    let mut statement = Statement::default();
    let mut indentation = 0_usize;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return statement.end() <= NESTING,
            TokenKind::Newline if statement.end() > NESTING => return false,
            TokenKind::Indent => {
                indentation = indentation.saturating_add(1);
                if indentation > INDENTATION {
                    return false;
                }
            }
            TokenKind::Dedent => indentation = indentation.saturating_sub(1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => statement.open(),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => statement.close(),
            TokenKind::Comma => statement.level.comma(),
            TokenKind::Semi => statement.semicolon(),
            TokenKind::And
            | TokenKind::Or
            | TokenKind::In
            | TokenKind::Is
            | TokenKind::Not
            | TokenKind::Else
            | TokenKind::As
            | TokenKind::Import
            | TokenKind::From
            | TokenKind::Await => statement.operator(),
            kind if kind.is_singleton() => {}
            kind if kind.is_keyword() => statement.reaching(),
            kind if kind.is_operator() => statement.operator(),
            TokenKind::Exclamation | TokenKind::Question => statement.operator(),
            _ => {}
        }
    }
}

/// The text with every statement blanked that nests too deep, and the lines (from 1) of those.
///
/// This scan knows less than the lexer does; the result has to be asked whether it [`fits`].
pub(super) fn blank_deep(text: &str) -> (String, Vec<usize>) {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        out: text.as_bytes().to_vec(),
        lines: Vec::new(),
        statement: Statement::default(),
        start: 0,
        line: 1,
        start_line: 1,
        indents: Vec::new(),
    };
    scan.run();
    let text = String::from_utf8(scan.out).unwrap_or_default();
    (text, scan.lines)
}

struct Scan<'a> {
    bytes: &'a [u8],
    out: Vec<u8>,
    lines: Vec<usize>,
    statement: Statement,
    start: usize,
    line: usize,
    start_line: usize,
    indents: Vec<usize>,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut at = 0_usize;
        let mut word = false;
        while let Some(&byte) = self.bytes.get(at) {
            let mut length = 1_usize;
            let starts_word = byte.is_ascii_alphabetic() && !word;
            word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
            match byte {
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    if self.statement.open == 0 {
                        self.end(at);
                    }
                }
                b'#' => length = self.until(at, |byte| byte == b'\n'),
                b'\\' => {
                    length = 2;
                    if self.bytes.get(at.saturating_add(1)) == Some(&b'\n') {
                        self.line = self.line.saturating_add(1);
                    }
                }
                b'"' | b'\'' => length = self.string(at, byte),
                b'(' | b'[' | b'{' => self.statement.open(),
                b')' | b']' | b'}' => self.statement.close(),
                b',' => self.statement.level.comma(),
                b';' => self.statement.semicolon(),
                b'a'..=b'z' if starts_word => self.word(at),
                _ if byte.is_ascii_punctuation() && byte != b'_' => self.statement.operator(),
                _ => {}
            }
            at = at.saturating_add(length);
        }
        self.end(self.bytes.len());
    }

    fn until(&self, at: usize, stop: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter()
            .position(|byte| stop(*byte))
            .unwrap_or(rest.len())
            .max(1)
    }

    fn word(&mut self, at: usize) {
        let length = self.until(at, |byte| !byte.is_ascii_alphabetic());
        let end = at.saturating_add(length);
        match self.bytes.get(at..end).unwrap_or_default() {
            b"not" | b"and" | b"or" | b"in" | b"is" | b"else" | b"await" => {
                self.statement.operator();
            }
            b"lambda" | b"yield" | b"if" | b"async" | b"for" | b"match" | b"case" | b"type"
            | b"while" | b"with" | b"def" | b"class" | b"try" | b"return" | b"elif" | b"except"
            | b"assert" | b"del" | b"raise" | b"finally" | b"global" | b"nonlocal" | b"pass"
            | b"break" | b"continue" | b"lazy" => self.statement.reaching(),
            _ => {}
        }
    }

    /// The length of a string; its line breaks are counted.
    fn string(&mut self, at: usize, quote: u8) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let triple = rest.starts_with(&[quote; 3]);
        let mut length = if triple { 3_usize } else { 1 };
        while let Some(&byte) = rest.get(length) {
            if byte == b'\n' {
                if !triple {
                    return length;
                }
                self.line = self.line.saturating_add(1);
            }
            if byte == b'\\' {
                if rest.get(length.saturating_add(1)) == Some(&b'\n') {
                    self.line = self.line.saturating_add(1);
                }
                length = length.saturating_add(2);
                continue;
            }
            length = length.saturating_add(1);
            if byte == quote {
                if !triple {
                    return length;
                }
                if rest
                    .get(length..)
                    .unwrap_or_default()
                    .starts_with(&[quote; 2])
                {
                    return length.saturating_add(2);
                }
            }
        }
        length
    }

    fn end(&mut self, at: usize) {
        let deep = self.statement.end() > NESTING;
        let (indent, written) = {
            let written = self.bytes.get(self.start..at).unwrap_or_default();
            let indent = written
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            (indent, indent < written.len())
        };
        if written {
            while self.indents.last().is_some_and(|last| *last >= indent) {
                self.indents.pop();
            }
            if self.indents.len() < INDENTATION && !deep {
                self.indents.push(indent);
            } else {
                self.lines.push(self.start_line);
                self.blank(self.start.saturating_add(indent), at);
            }
        }
        self.start = at.saturating_add(1);
        self.start_line = self.line;
    }

    /// Blanks a statement to `0`, which may stand wherever a statement may.
    fn blank(&mut self, from: usize, to: usize) {
        let Some(bytes) = self.out.get_mut(from..to) else {
            return;
        };
        for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        if self.indents.len() < INDENTATION
            && let Some(first) = bytes.first_mut()
        {
            *first = b'0';
        }
    }
}
