use super::lexer::{Lexer, find_near, is_name};

/// A word before expansion.
pub(super) type Word = Vec<Part>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text {
        text: String,
        quoted: bool,
    },
    Variable {
        name: String,
        quoted: bool,
        operation: Operation,
    },
    /// `$(...)`, a text in back quotes, `<(...)`.
    Substitution {
        text: String,
        line: u32,
    },
    /// Something that is kept as written: a template's `{{ ... }}`, arithmetic.
    Hole(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operation {
    Plain,
    /// `${NAME[@]}`, `$@`.
    All,
    /// `${NAME:-word}`; true if it is also assigned (`:=`).
    Default(Word, bool),
    /// `${NAME:+word}`.
    Alternative(Word),
    /// `${NAME##*/}`.
    AfterLastSlash,
    /// Anything else; the result is unknown.
    Opaque,
}

/// Deepest nesting of `${X:-${Y:-...}}`.
const DEEPEST: usize = 16;

impl Lexer<'_> {
    /// Reads one word, up to a blank or an operator.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'<' | b'>' if word.is_empty() && self.rest().as_bytes().get(1) == Some(&b'(') => {
                    self.skip(2);
                    self.substitution(&mut word);
                }
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    break;
                }
                _ => self.piece(&mut word, byte, false, 0),
            }
        }
        word
    }

    /// Reads all of the text as one word, as if it stood in double quotes.
    pub(super) fn quoted(&mut self) -> Word {
        let mut word = Word::new();
        while let Some(byte) = self.peek() {
            self.piece(&mut word, byte, true, 0);
        }
        word
    }

    /// Reads the next piece of a word; always moves on.
    fn piece(&mut self, word: &mut Word, byte: u8, quoted: bool, depth: usize) {
        match byte {
            b'\\' => self.escape(word, quoted),
            b'\'' if !quoted => self.single(word),
            b'"' if !quoted => self.double(word, depth),
            b'`' => self.back_quotes(word),
            b'$' => self.dollar(word, quoted, depth),
            b'{' if self.hole(word) => {}
            _ => {
                let rest = self.rest();
                let end = rest
                    .bytes()
                    .skip(1)
                    .position(|byte| b" \t\n\r;&|<>()\\'\"`${}".contains(&byte));
                let end = end.map_or(rest.len(), |end| end.saturating_add(1));
                let mut end = end.min(rest.len());
                while !rest.is_char_boundary(end) {
                    end = end.saturating_add(1);
                }
                text(word, rest.get(..end).unwrap_or_default(), quoted);
                self.skip(end.max(1));
            }
        }
    }

    fn escape(&mut self, word: &mut Word, quoted: bool) {
        if self.continuation() {
            return;
        }
        self.skip(1);
        let Some(next) = self.rest().chars().next() else {
            text(word, "\\", true);
            return;
        };
        let mut buffer = [0; 4];
        if quoted && !matches!(next, '$' | '`' | '"' | '\\') {
            text(word, "\\", true);
        }
        text(word, next.encode_utf8(&mut buffer), true);
        self.skip(next.len_utf8());
    }

    fn single(&mut self, word: &mut Word) {
        self.skip(1);
        let rest = self.rest();
        match rest.find('\'') {
            Some(end) => {
                text(word, rest.get(..end).unwrap_or_default(), true);
                self.skip(end.saturating_add(1));
            }
            // No closing quote in all of the text: it was none.
            None => text(word, "'", true),
        }
    }

    fn double(&mut self, word: &mut Word, depth: usize) {
        self.skip(1);
        text(word, "", true);
        while let Some(byte) = self.peek() {
            if byte == b'"' {
                self.skip(1);
                return;
            }
            self.piece(word, byte, true, depth);
        }
    }

    fn back_quotes(&mut self, word: &mut Word) {
        let line = self.line;
        self.skip(1);
        let rest = self.rest();
        let end = rest.find('`').unwrap_or(rest.len());
        word.push(Part::Substitution {
            text: rest.get(..end).unwrap_or_default().to_owned(),
            line,
        });
        self.skip(end.saturating_add(1));
    }

    /// `{{ ... }}` of a template.
    fn hole(&mut self, word: &mut Word) -> bool {
        let rest = self.rest();
        let start = if rest.starts_with("${{") { 1 } else { 0 };
        if !rest.get(start..).is_some_and(|rest| rest.starts_with("{{")) {
            return false;
        }
        let Some(end) = find_near(rest, "}}") else {
            return false;
        };
        let end = end.saturating_add(2);
        word.push(Part::Hole(rest.get(..end).unwrap_or_default().to_owned()));
        self.skip(end);
        true
    }

    fn dollar(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        if self.hole(word) {
            return;
        }
        let rest = self.rest();
        let next = rest.as_bytes().get(1).copied();
        match next {
            Some(b'{') => {
                self.skip(2);
                self.braced(word, quoted, depth);
            }
            Some(b'(') if rest.starts_with("$((") => {
                self.skip(2);
                self.balanced();
                word.push(Part::Hole("$((...))".to_owned()));
            }
            Some(b'(') => {
                self.skip(2);
                self.substitution(word);
            }
            Some(b'\'') if !quoted => self.ansi(word),
            Some(b'"') if !quoted => self.skip(1),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let length = name_length(rest.get(1..).unwrap_or_default());
                let name = rest.get(1..length.saturating_add(1)).unwrap_or_default();
                variable(word, name, quoted, Operation::Plain);
                self.skip(length.saturating_add(1));
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?$!-".contains(&byte) => {
                let operation = if matches!(byte, b'@' | b'*') {
                    Operation::All
                } else {
                    Operation::Plain
                };
                variable(word, rest.get(1..2).unwrap_or_default(), quoted, operation);
                self.skip(2);
            }
            _ => {
                text(word, "$", true);
                self.skip(1);
            }
        }
    }

    /// `$'...'` with the escapes of C.
    fn ansi(&mut self, word: &mut Word) {
        self.skip(2);
        let mut made = String::new();
        while let Some(character) = self.rest().chars().next() {
            self.skip(character.len_utf8());
            match character {
                '\'' => break,
                '\\' => {
                    let next = self.rest().chars().next().unwrap_or('\\');
                    self.skip(next.len_utf8());
                    made.push(match next {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                }
                other => made.push(other),
            }
        }
        text(word, &made, true);
    }

    fn substitution(&mut self, word: &mut Word) {
        let line = self.line;
        let start = self.at;
        self.balanced();
        let inner = self.slice(start, self.at);
        let text = inner.strip_suffix(')').unwrap_or(inner).to_owned();
        word.push(Part::Substitution { text, line });
    }

    /// Moves past the `)` that closes what was opened just before.
    fn balanced(&mut self) {
        let bytes = self.text.as_bytes();
        let mut open: Vec<u8> = vec![b'('];
        let mut at = self.at;
        while let (Some(byte), Some(inner)) = (bytes.get(at).copied(), open.last().copied()) {
            at = at.saturating_add(1);
            match (byte, inner) {
                (b'\\', _) => at = at.saturating_add(1),
                (b'"', b'"') => {
                    open.pop();
                }
                (b'"', _) => open.push(b'"'),
                (b'\'', b'(') => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let end = rest.iter().position(|byte| *byte == b'\'');
                    at = at.saturating_add(end.map_or(rest.len(), |end| end.saturating_add(1)));
                }
                (b'#', b'(')
                    if bytes
                        .get(at.saturating_sub(2))
                        .is_some_and(u8::is_ascii_whitespace) =>
                {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let end = rest.iter().position(|byte| *byte == b'\n');
                    at = at.saturating_add(end.unwrap_or(rest.len()));
                }
                (b'(', b'(') => open.push(b'('),
                (b'(', _) if bytes.get(at.saturating_sub(2)) == Some(&b'$') => open.push(b'('),
                (b')', b'(') => {
                    open.pop();
                }
                _ => {}
            }
        }
        let mut bytes = at.min(self.text.len()).saturating_sub(self.at);
        while !self.rest().is_char_boundary(bytes) {
            bytes = bytes.saturating_add(1);
        }
        self.skip(bytes);
    }

    fn braced(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        let rest = self.rest();
        let length = match rest.as_bytes().first() {
            Some(byte) if byte.is_ascii_digit() || b"@*".contains(byte) => {
                rest.bytes().take_while(u8::is_ascii_digit).count().max(1)
            }
            _ => name_length(rest),
        };
        let name = rest.get(..length).unwrap_or_default().to_owned();
        self.skip(length);
        let mut operation = Operation::Plain;
        if matches!(name.as_str(), "@" | "*") {
            operation = Operation::All;
        }
        let index = self.rest();
        if index.starts_with("[@]") || index.starts_with("[*]") {
            self.skip(3);
            operation = Operation::All;
        }
        if depth >= DEEPEST {
            // What is left of it is taken for text: no reading on within the reading.
            variable(word, &name, quoted, Operation::Opaque);
            return;
        }
        if name.is_empty() {
            self.operand(DEEPEST);
            variable(word, &name, quoted, Operation::Opaque);
            return;
        }
        let rest = self.rest();
        let operation = if rest.starts_with('}') {
            self.skip(1);
            operation
        } else if let Some((sign, bytes)) = sign(rest) {
            self.skip(bytes);
            let operand = self.operand(depth.saturating_add(1));
            match sign {
                b'-' => Operation::Default(operand, false),
                b'=' => Operation::Default(operand, true),
                b'+' => Operation::Alternative(operand),
                _ => operation,
            }
        } else if rest.starts_with("##*/}") {
            self.skip(5);
            Operation::AfterLastSlash
        } else {
            self.operand(DEEPEST);
            Operation::Opaque
        };
        variable(word, &name, quoted, operation);
    }

    /// Reads up to the `}` that closes an expansion. At the deepest level what is nested further is
    /// only passed.
    fn operand(&mut self, depth: usize) -> Word {
        let mut word = Word::new();
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'}' if open == 0 => {
                    self.skip(1);
                    break;
                }
                b'}' => {
                    open = open.saturating_sub(1);
                    self.skip(1);
                }
                b'$' if depth >= DEEPEST && self.rest().starts_with("${") => {
                    open = open.saturating_add(1);
                    self.skip(2);
                }
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    text(&mut word, self.rest().get(..1).unwrap_or_default(), false);
                    self.skip(1);
                }
                _ => self.piece(&mut word, byte, false, depth),
            }
        }
        word
    }
}

/// The operator of an expansion and its length in bytes.
fn sign(rest: &str) -> Option<(u8, usize)> {
    let mut bytes = rest.bytes();
    match (bytes.next()?, bytes.next()) {
        (b':', Some(sign)) if b"-=+?".contains(&sign) => Some((sign, 2)),
        (sign, _) if b"-=+?".contains(&sign) => Some((sign, 1)),
        _ => None,
    }
}

fn name_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

fn text(word: &mut Word, more: &str, quoted: bool) {
    if let Some(Part::Text { text, quoted: last }) = word.last_mut()
        && *last == quoted
    {
        text.push_str(more);
        return;
    }
    word.push(Part::Text {
        text: more.to_owned(),
        quoted,
    });
}

fn variable(word: &mut Word, name: &str, quoted: bool, operation: Operation) {
    word.push(Part::Variable {
        name: name.to_owned(),
        quoted,
        operation,
    });
}

/// The text of a word that has no quotes and nothing to expand: only such a word can be a keyword.
pub(super) fn bare(word: &Word) -> Option<&str> {
    match word.as_slice() {
        [
            Part::Text {
                text,
                quoted: false,
            },
        ] => Some(text),
        _ => None,
    }
}

/// Splits `NAME=value` and `NAME+=value`; true if it appends.
pub(super) fn assignment(word: &Word) -> Option<(&str, bool, Word)> {
    let (
        Part::Text {
            text,
            quoted: false,
        },
        rest,
    ) = word.split_first()?
    else {
        return None;
    };
    let (name, value) = text.split_once('=')?;
    let (name, append) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if !is_name(name) {
        return None;
    }
    let mut made = Word::new();
    if !value.is_empty() {
        made.push(Part::Text {
            text: value.to_owned(),
            quoted: false,
        });
    }
    made.extend(rest.iter().cloned());
    Some((name, append, made))
}
