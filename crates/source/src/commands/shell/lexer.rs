use super::word::Word;

/// A piece of shell text with its line.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) enum Kind {
    Word(Word),
    /// `NAME=(...)` or `NAME+=(...)`.
    Array {
        name: String,
        append: bool,
        words: Vec<Word>,
    },
    Operator(Operator),
    /// `> file` and its kin; of a here-string the word is its text.
    Redirection {
        sign: String,
        word: Word,
    },
    /// Index into the bodies of here-documents.
    HereDocument(usize),
    Newline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `;`, `&`, `&&`, `||`.
    Next,
    /// `;;` and its kin.
    CaseEnd,
    Pipe,
    Open,
    Close,
}

/// The text of a here-document and the line on which it begins.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) line: u32,
}

struct Pending {
    delimiter: String,
    tabs: bool,
    body: usize,
}

/// Cuts shell text into tokens. Works from left to right; whatever is not closed ends with the text.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) line: u32,
    tokens: Vec<Token>,
    bodies: Vec<Body>,
    pending: Vec<Pending>,
    /// The sign of a redirection whose target is the next word.
    redirecting: Option<String>,
}

/// Furthest that the end of a template's hole is looked for, in bytes.
const LONGEST_HOLE: usize = 400;

pub(super) fn lex(text: &str, line: u32) -> (Vec<Token>, Vec<Body>) {
    let mut lexer = Lexer::new(text, line);
    lexer.run();
    (lexer.tokens, lexer.bodies)
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, line: u32) -> Self {
        Self {
            text,
            at: 0,
            line,
            tokens: Vec::new(),
            bodies: Vec::new(),
            pending: Vec::new(),
            redirecting: None,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Moves on by some bytes, counting lines.
    pub(super) fn skip(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.at = end;
    }

    fn push(&mut self, kind: Kind, line: u32) {
        self.tokens.push(Token { kind, line });
    }

    fn operator(&mut self, operator: Operator, bytes: usize) {
        let line = self.line;
        self.redirecting = None;
        self.push(Kind::Operator(operator), line);
        self.skip(bytes);
    }

    fn run(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.skip(1),
                b'\n' => self.newline(),
                b'\\' if self.continuation() => {}
                b'#' => self.comment(),
                b';' => {
                    let end = self
                        .rest()
                        .bytes()
                        .skip(1)
                        .take_while(|byte| matches!(byte, b';' | b'&'))
                        .count()
                        .min(2);
                    let operator = if end == 0 {
                        Operator::Next
                    } else {
                        Operator::CaseEnd
                    };
                    self.operator(operator, end.saturating_add(1));
                }
                b'&' => self.ampersand(),
                b'|' if self.rest().starts_with("||") => self.operator(Operator::Next, 2),
                b'|' => {
                    let bytes = if self.rest().starts_with("|&") { 2 } else { 1 };
                    self.operator(Operator::Pipe, bytes);
                }
                b'(' => self.open(),
                b')' => self.operator(Operator::Close, 1),
                b'<' | b'>' => self.redirection(byte),
                b'{' if self.template_statement() => {}
                _ => self.take_word(),
            }
        }
        if !self.pending.is_empty() {
            self.here_documents();
        }
    }

    fn newline(&mut self) {
        let line = self.line;
        self.redirecting = None;
        self.push(Kind::Newline, line);
        self.skip(1);
        if !self.pending.is_empty() {
            self.here_documents();
        }
    }

    /// Passes a backslash at the end of a line.
    pub(super) fn continuation(&mut self) -> bool {
        let rest = self.rest();
        let bytes = if rest.starts_with("\\\n") {
            2
        } else if rest.starts_with("\\\r\n") {
            3
        } else {
            return false;
        };
        self.skip(bytes);
        true
    }

    fn comment(&mut self) {
        let rest = self.rest();
        let end = rest.find('\n').unwrap_or(rest.len());
        self.skip(end);
    }

    fn ampersand(&mut self) {
        let rest = self.rest();
        if rest.starts_with("&&") {
            self.operator(Operator::Next, 2);
        } else if rest.starts_with("&>") {
            let bytes = if rest.starts_with("&>>") { 3 } else { 2 };
            self.redirect(bytes);
        } else {
            self.operator(Operator::Next, 1);
        }
    }

    /// `((...))` on one line is arithmetic; anything else opens a subshell.
    fn open(&mut self) {
        let rest = self.rest();
        if rest.starts_with("((") {
            let near = find_near(rest, "))");
            let on_line = |end: &usize| !rest.get(..*end).unwrap_or_default().contains('\n');
            if let Some(end) = near.filter(on_line) {
                self.skip(end.saturating_add(2));
                return;
            }
        }
        self.operator(Operator::Open, 1);
    }

    fn redirection(&mut self, byte: u8) {
        let rest = self.rest();
        if rest.starts_with("<(") || rest.starts_with(">(") {
            self.take_word();
            return;
        }
        if rest.starts_with("<<<") {
            self.redirect(3);
            return;
        }
        if byte == b'<' && rest.starts_with("<<") {
            self.here_document();
            return;
        }
        let bytes = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'<' | b'>' | b'&' | b'|'))
            .count()
            .min(2);
        self.redirect(bytes.max(1));
    }

    fn redirect(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes);
        self.redirecting = Some(self.slice(self.at, end).to_owned());
        self.skip(bytes);
    }

    /// `{% ... %}` and `{# ... #}` of a template that makes the script.
    fn template_statement(&mut self) -> bool {
        let rest = self.rest();
        let close = match rest.as_bytes().get(1) {
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => return false,
        };
        let Some(end) = find_near(rest, close) else {
            return false;
        };
        self.skip(end.saturating_add(2));
        true
    }

    fn here_document(&mut self) {
        self.skip(2);
        let tabs = self.peek() == Some(b'-');
        if tabs {
            self.skip(1);
        }
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            self.skip(1);
        }
        let start = self.at;
        let length = self
            .rest()
            .find(|byte: char| byte.is_whitespace() || ";&|<>()".contains(byte));
        let length = length.unwrap_or_else(|| self.rest().len());
        self.skip(length);
        let delimiter = self.slice(start, self.at).replace(['\'', '"', '\\'], "");
        if delimiter.is_empty() {
            return;
        }
        let body = self.bodies.len();
        self.bodies.push(Body::default());
        self.pending.push(Pending {
            delimiter,
            tabs,
            body,
        });
        let line = self.line;
        self.push(Kind::HereDocument(body), line);
    }

    fn here_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let (start, line) = (self.at, self.line);
            let mut end = self.text.len();
            while self.at < self.text.len() {
                let rest = self.rest();
                let length = rest
                    .find('\n')
                    .map_or(rest.len(), |end| end.saturating_add(1));
                let written = rest
                    .get(..length)
                    .unwrap_or_default()
                    .trim_end_matches(['\n', '\r']);
                let written = if pending.tabs {
                    written.trim_start()
                } else {
                    written
                };
                let last = written == pending.delimiter;
                if last {
                    end = self.at;
                }
                self.skip(length);
                if last {
                    break;
                }
            }
            let text = self.slice(start, end).to_owned();
            if let Some(body) = self.bodies.get_mut(pending.body) {
                *body = Body { text, line };
            }
        }
    }

    fn take_word(&mut self) {
        let line = self.line;
        let (start, redirecting) = (self.at, self.redirecting.take());
        let word = self.word();
        if self.at == start {
            self.skip(1);
            return;
        }
        let digits = self
            .slice(start, self.at)
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        let descriptor = digits && self.peek().is_some_and(|byte| matches!(byte, b'<' | b'>'));
        if let Some(sign) = redirecting {
            return self.push(Kind::Redirection { sign, word }, line);
        }
        if descriptor {
            return;
        }
        if self.peek() == Some(b'(')
            && let Some((name, append)) = array_name(self.slice(start, self.at))
        {
            self.skip(1);
            let words = self.array();
            self.push(
                Kind::Array {
                    name,
                    append,
                    words,
                },
                line,
            );
            return;
        }
        self.push(Kind::Word(word), line);
    }

    fn array(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b')' => {
                    self.skip(1);
                    break;
                }
                b'#' => self.comment(),
                b'\\' if self.continuation() => {}
                b' ' | b'\t' | b'\r' | b'\n' | b'(' | b';' | b'&' | b'|' | b'<' | b'>' => {
                    self.skip(1)
                }
                _ => words.push(self.word()),
            }
        }
        words
    }
}

/// Where a text comes up, if that is not far away.
pub(super) fn find_near(text: &str, wanted: &str) -> Option<usize> {
    let mut end = text.len().min(LONGEST_HOLE);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end)?.find(wanted)
}

fn array_name(written: &str) -> Option<(String, bool)> {
    let name = written.strip_suffix('=')?;
    let (name, append) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    is_name(name).then(|| (name.to_owned(), append))
}

/// True for the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
