//! What would nest too deep for a parser that recurses, told before it is parsed.
//!
//! One pass over the bytes that knows strings, comments, templates, regular expressions and tags
//! apart well enough, counts open brackets and tags, and what may nest without brackets: operators
//! that bind to the right, prefixes, heads of statements. Where a slash or a tag can be read in two
//! ways, what it would hide is counted as well.

mod markup;

/// How deep a text may nest.
struct Bounds {
    /// Brackets and tags that may be open at once.
    open: usize,
    /// What may nest without brackets, over all open brackets.
    chain: usize,
    /// Brackets without a partner in regular expressions.
    hidden: usize,
}

/// What fits the stack that threads usually have.
const USUAL: Bounds = Bounds {
    open: 160,
    chain: 400,
    hidden: 100,
};
/// What fits a stack that is made for it: programs that write bundles nest deeper than people do.
const BUNDLE: Bounds = Bounds {
    open: 2560,
    chain: 6400,
    hidden: 4800,
};
/// Texts from here on may be bundles.
const BUNDLE_BYTES: usize = 64 << 10;

/// How much stack a text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Usual,
    Bundle,
}

/// Words that want something after them.
const PREFIXES: [&str; 32] = [
    "await",
    "typeof",
    "void",
    "delete",
    "new",
    "yield",
    "return",
    "throw",
    "case",
    "in",
    "of",
    "instanceof",
    "as",
    "satisfies",
    "extends",
    "keyof",
    "infer",
    "unique",
    "readonly",
    "else",
    "do",
    "if",
    "for",
    "while",
    "with",
    "export",
    "default",
    "declare",
    "namespace",
    "module",
    "async",
    "asserts",
];
const HEADS: [&str; 7] = ["if", "for", "while", "with", "else", "do", "namespace"];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bracket,
    /// The brackets of `if (...)` and the like, after which no value stands.
    Head,
    Template,
    Tag,
    Children,
}

struct Level {
    kind: Kind,
    chain: usize,
    heads: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Last {
    Operator,
    Operand,
    /// A closing bracket after which a statement may begin.
    Statement,
    Prefix,
    HeadWord,
}

struct Guard<'t> {
    bytes: &'t [u8],
    at: usize,
    levels: Vec<Level>,
    last: Last,
    last_is_paren: bool,
    chains: usize,
    hidden: usize,
    has_tags: bool,
    /// Up to here no quote and no slash has a partner.
    no_string_before: usize,
    no_expression_before: usize,
}

/// Whether a text may be handed to the parser; else the line where it nests too deep.
pub(super) fn admit(text: &str, has_tags: bool) -> Result<Depth, u32> {
    let mut depth = Depth::Usual;
    let mut guard = Guard {
        bytes: text.as_bytes(),
        at: 0,
        levels: vec![Level {
            kind: Kind::Bracket,
            chain: 0,
            heads: 0,
        }],
        last: Last::Operator,
        last_is_paren: false,
        chains: 0,
        hidden: 0,
        has_tags,
        no_string_before: 0,
        no_expression_before: 0,
    };
    while guard.at < guard.bytes.len() {
        match guard.levels.last().map(|level| level.kind) {
            Some(Kind::Template) => guard.template(),
            Some(Kind::Children) => guard.children(),
            Some(Kind::Tag) => guard.tag(),
            _ => guard.code(),
        }
        let bounds = match depth {
            Depth::Usual => USUAL,
            Depth::Bundle => BUNDLE,
        };
        if !guard.exceeds(&bounds) {
            continue;
        }
        if depth == Depth::Usual && text.len() >= BUNDLE_BYTES {
            depth = Depth::Bundle;
        }
        if depth == Depth::Usual || guard.exceeds(&BUNDLE) {
            let before = guard.bytes.get(..guard.at).unwrap_or_default();
            let lines = before.iter().filter(|&&byte| byte == b'\n').count();
            return Err(u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1));
        }
    }
    Ok(depth)
}

impl Guard<'_> {
    fn exceeds(&self, bounds: &Bounds) -> bool {
        self.levels.len() > bounds.open || self.chains > bounds.chain || self.hidden > bounds.hidden
    }

    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at.saturating_add(ahead);
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn step(&mut self, by: usize) {
        self.at = self.at.saturating_add(by);
    }

    fn open(&mut self, kind: Kind) {
        self.levels.push(Level {
            kind,
            chain: 0,
            heads: 0,
        });
    }

    fn close(&mut self) -> Option<Kind> {
        if self.levels.len() < 2 {
            return None;
        }
        let level = self.levels.pop()?;
        self.chains = self
            .chains
            .saturating_sub(level.chain.saturating_add(level.heads));
        Some(level.kind)
    }

    fn chain(&mut self) {
        self.chains = self.chains.saturating_add(1);
        if let Some(level) = self.levels.last_mut() {
            level.chain = level.chain.saturating_add(1);
        }
    }

    fn head(&mut self) {
        self.chains = self.chains.saturating_add(1);
        if let Some(level) = self.levels.last_mut() {
            level.heads = level.heads.saturating_add(1);
        }
    }

    fn end_chain(&mut self, heads_too: bool) {
        if let Some(level) = self.levels.last_mut() {
            self.chains = self.chains.saturating_sub(std::mem::take(&mut level.chain));
            if heads_too {
                self.chains = self.chains.saturating_sub(std::mem::take(&mut level.heads));
            }
        }
    }

    fn code(&mut self) {
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' | b'\r' => self.step(1),
            b'\n' => self.newline(),
            b'/' if self.peek(1) == b'/' => self.skip_line(),
            b'/' if self.peek(1) == b'*' => self.skip_comment(),
            b'/' => self.slash(),
            b'"' | b'\'' => {
                self.skip_string(byte);
                self.operand();
            }
            b'`' => {
                self.step(1);
                self.open(Kind::Template);
            }
            b'(' | b'[' | b'{' => {
                let kind = if byte == b'(' && self.last == Last::HeadWord {
                    Kind::Head
                } else {
                    Kind::Bracket
                };
                self.open(kind);
                self.last = Last::Operator;
                self.step(1);
            }
            b')' | b']' | b'}' => self.closing(byte),
            b';' => {
                self.step(1);
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let goes_on = rest.trim_ascii_start().starts_with(b"else");
                self.end_chain(!goes_on);
                self.last = Last::Operator;
            }
            b',' => {
                // Types that are handed to types do not end at a comma.
                if !self.has_open_angle() {
                    self.end_chain(true);
                }
                self.last = Last::Operator;
                self.step(1);
            }
            b'_' | b'$' | b'#' | b'\\' | b'@' => self.word(),
            byte if byte.is_ascii_alphanumeric() || byte >= 0x80 => self.word(),
            _ => self.operator(byte),
        }
    }

    /// Whether what is open at this level began with `<`.
    fn has_open_angle(&self) -> bool {
        let window = self.bytes.get(..self.at).unwrap_or_default();
        let start = window.len().saturating_sub(64);
        let near = window.get(start..).unwrap_or_default();
        let opened = near.iter().rposition(|&byte| byte == b'<');
        let ended = near
            .iter()
            .rposition(|&byte| matches!(byte, b';' | b'{' | b'}' | b'('));
        opened.is_some() && opened > ended
    }

    fn newline(&mut self) {
        while self.peek(0).is_ascii_whitespace() {
            self.step(1);
        }
        if !matches!(self.last, Last::Operand | Last::Statement) {
            return;
        }
        let next = self.peek(0);
        let begins =
            next.is_ascii_alphanumeric() || matches!(next, b'_' | b'$' | b'"' | b'\'' | b'@');
        if begins {
            let is_done = !self.last_is_paren && self.last == Last::Operand;
            self.end_chain(is_done);
        }
    }

    fn operand(&mut self) {
        self.last = Last::Operand;
        self.last_is_paren = false;
    }

    fn closing(&mut self, byte: u8) {
        let kind = self.close();
        self.step(1);
        self.last_is_paren = byte == b')';
        self.last = match (byte, kind) {
            (b')', Some(Kind::Head)) => Last::Statement,
            (b'}', _) => Last::Statement,
            _ => Last::Operand,
        };
        if let Some(Kind::Template | Kind::Children | Kind::Tag) =
            self.levels.last().map(|level| level.kind)
        {
            return;
        }
        if byte == b'}' {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let blank = rest
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let next = rest.get(blank..).unwrap_or_default();
            let goes_on = next.starts_with(b"else")
                || next.starts_with(b"while")
                || !next.first().is_none_or(|&byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'"' | b'@' | b'}')
                });
            if !goes_on {
                self.end_chain(true);
            }
        }
    }

    fn operator(&mut self, byte: u8) {
        let next = self.peek(1);
        match (byte, next) {
            (b'=', b'=') | (b'!', b'=') => self.step(2),
            (b'=', b'>') => {
                self.chain();
                self.step(2);
            }
            (b'+', b'+') | (b'-', b'-') => {
                self.chain_if_prefix();
                self.step(2);
                return;
            }
            (b'?', b'.' | b'?') => self.step(2),
            (b'*', b'*') => {
                self.chain();
                self.step(2);
            }
            (b'=' | b'?' | b':', _) => {
                self.chain();
                self.step(1);
            }
            (b'<', _) => {
                if self.has_tags && self.is_tag() {
                    self.step(1);
                    self.open(Kind::Tag);
                    return;
                }
                self.chain();
                self.step(1);
            }
            (b'.', _) => {
                self.step(1);
                return;
            }
            (b'>', _) => self.step(1),
            _ => {
                self.chain_if_prefix();
                self.step(1);
            }
        }
        self.last = Last::Operator;
    }

    fn chain_if_prefix(&mut self) {
        if self.last != Last::Operand {
            self.chain();
        }
    }

    fn is_tag(&self) -> bool {
        let next = self.peek(1);
        let begins = next.is_ascii_alphabetic() || matches!(next, b'>' | b'_' | b'$');
        self.last != Last::Operand && begins
    }

    fn word(&mut self) {
        let start = self.at;
        self.step(1);
        while {
            let byte = self.peek(0);
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'$')
        } {
            self.step(1);
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        let before = start
            .checked_sub(1)
            .and_then(|before| self.bytes.get(before));
        let is_member = before == Some(&b'.');
        let word = std::str::from_utf8(word).unwrap_or_default();
        if is_member || !PREFIXES.contains(&word) {
            return self.operand();
        }
        if HEADS.contains(&word) {
            self.head();
            self.last = Last::HeadWord;
        } else {
            self.chain();
            self.last = Last::Prefix;
        }
    }

    fn slash(&mut self) {
        if self.last == Last::Operand || self.at < self.no_expression_before {
            self.step(1);
            self.last = Last::Operator;
            return;
        }
        let mut in_class = false;
        let (mut opened, mut closed) = (0_usize, 0_usize);
        let mut ahead = 1_usize;
        loop {
            match self.peek(ahead) {
                0 | b'\n' => {
                    // No regular expression after all, and none further on in this line.
                    self.no_expression_before = self.at.saturating_add(ahead);
                    self.step(1);
                    self.last = Last::Operator;
                    return;
                }
                b'\\' => ahead = ahead.saturating_add(1),
                b'[' => in_class = true,
                b']' => in_class = false,
                b'(' | b'{' | b'!' | b'?' | b'~' => opened = opened.saturating_add(1),
                b')' | b'}' => closed = closed.saturating_add(1),
                b'/' if !in_class => break,
                _ => {}
            }
            ahead = ahead.saturating_add(1);
        }
        let unpaired = opened.saturating_sub(closed);
        if unpaired > 8 {
            self.hidden = self.hidden.saturating_add(unpaired);
        }
        self.step(ahead.saturating_add(1));
        self.operand();
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n');
        self.step(length.unwrap_or(rest.len()));
    }

    fn skip_comment(&mut self) {
        self.step(2);
        while self.at < self.bytes.len() && !(self.peek(0) == b'*' && self.peek(1) == b'/') {
            self.step(1);
        }
        self.step(2);
    }

    fn skip_string(&mut self, quote: u8) {
        let start = self.at;
        self.step(1);
        if start < self.no_string_before {
            return;
        }
        loop {
            match self.peek(0) {
                0 if self.at >= self.bytes.len() => break,
                b'\n' => break,
                b'\\' => self.step(2),
                byte if byte == quote => return self.step(1),
                _ => self.step(1),
            }
        }
        // Not closed on its line: no string, and nothing is hidden by it.
        self.no_string_before = self.at;
        self.at = start.saturating_add(1);
    }
}
