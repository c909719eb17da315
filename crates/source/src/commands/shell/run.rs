use std::{collections::BTreeMap, ops::Range};

use super::{
    Reader,
    lexer::{Body, Kind, Operator, Token, lex},
    scope::Binding,
    word::{Word, assignment, bare},
};

/// Deepest nesting of shell text in shell text, and of calls of functions.
pub(super) const DEEPEST: usize = 8;

/// What is open at a place.
pub(super) enum Frame {
    /// `if` or `case`; true while patterns are read.
    Branch { pattern: bool },
    /// `while`, `until`, or `for` over something unknown.
    Loop,
    /// `for` over constants.
    For {
        name: String,
        values: std::vec::IntoIter<String>,
        body: usize,
    },
    /// The body of a function; where it was called, and what to restore.
    Call {
        back: usize,
        /// The pipeline that the call is a stage of, and where the commands of the body begin.
        pipeline: Option<usize>,
        first: usize,
        saved: Vec<(String, Option<Binding>)>,
    },
}

/// One pass over one text.
pub(super) struct Run<'r, 'c> {
    pub(super) reader: &'r mut Reader<'c>,
    pub(super) tokens: Vec<Token>,
    bodies: Vec<Body>,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) frames: Vec<Frame>,
    /// Where the bodies of the functions that are being called end, the innermost last.
    pub(super) ends: Vec<usize>,
    words: Vec<Word>,
    pub(super) line: u32,
    /// Here-document of the command that is being read.
    body: Option<usize>,
    /// Redirections of the command that is being read.
    pub(super) redirections: Vec<(String, Word)>,
    pub(super) functions: BTreeMap<String, (Range<usize>, bool)>,
    /// Where the commands of the groups that are open begin.
    pub(super) groups: Vec<usize>,
    /// Where the commands of the group that was just closed begin.
    pub(super) closed: Option<usize>,
    /// Where the commands of the pipeline that is being read begin.
    pub(super) pipeline: Option<usize>,
}

impl<'r, 'c> Run<'r, 'c> {
    pub(super) fn new(reader: &'r mut Reader<'c>, text: &str, line: u32, depth: usize) -> Self {
        reader.spend(text.len());
        let (tokens, bodies) = lex(text, line);
        Self {
            reader,
            tokens,
            bodies,
            at: 0,
            depth,
            frames: Vec::new(),
            ends: Vec::new(),
            words: Vec::new(),
            line,
            body: None,
            redirections: Vec::new(),
            functions: BTreeMap::new(),
            groups: Vec::new(),
            closed: None,
            pipeline: None,
        }
    }

    pub(super) fn read(&mut self) {
        self.pass();
        // What nobody calls is read as well, arguments unknown.
        let uncalled: Vec<Range<usize>> = self
            .functions
            .values()
            .filter(|(_, called)| !called)
            .map(|(body, _)| body.clone())
            .collect();
        for body in uncalled {
            self.at = body.start;
            self.frames.clear();
            self.ends = vec![body.end];
            self.frames.push(Frame::Call {
                back: self.tokens.len(),
                pipeline: None,
                first: 0,
                saved: Vec::new(),
            });
            self.pass();
        }
    }

    fn pass(&mut self) {
        while self.at < self.tokens.len() {
            if !self.reader.step() {
                return;
            }
            self.returned();
            let Some(token) = self.tokens.get(self.at) else {
                break;
            };
            let line = token.line;
            self.at = self.at.saturating_add(1);
            if matches!(self.frames.last(), Some(Frame::Branch { pattern: true })) {
                self.pattern();
                continue;
            }
            self.token(line);
        }
        self.finish();
    }

    fn token(&mut self, line: u32) {
        let index = self.at.saturating_sub(1);
        match self.tokens.get(index).map(|token| &token.kind) {
            Some(Kind::Word(word)) => {
                let word = word.clone();
                if self.words.is_empty() {
                    self.line = line;
                    if bare(&word).is_some_and(|text| self.keyword(text)) {
                        return;
                    }
                }
                self.words.push(word);
            }
            Some(Kind::Array {
                name,
                append,
                words,
            }) => {
                let (name, append, words) = (name.clone(), *append, words.clone());
                self.array(&name, append, &words);
            }
            Some(Kind::HereDocument(body)) => self.body = Some(*body),
            Some(Kind::Redirection { sign, word }) => {
                let redirection = (sign.clone(), word.clone());
                self.redirections.push(redirection);
            }
            Some(Kind::Operator(operator)) => {
                let operator = *operator;
                self.operator(operator);
            }
            Some(Kind::Newline) | None => {
                self.finish();
                self.pipeline = None;
            }
        }
    }

    fn operator(&mut self, operator: Operator) {
        match operator {
            Operator::Open if self.definition() => {}
            Operator::Pipe => {
                let before = match self.closed.take() {
                    Some(start) if self.words.is_empty() => start,
                    _ => self.reader.facts.commands.len(),
                };
                let begins = self.pipeline.is_none();
                let start = *self.pipeline.get_or_insert(before);
                let calls = self.ends.len();
                self.finish();
                self.pipeline = Some(start);
                if self.ends.len() > calls {
                    // The stage is a function, whose body is read next.
                    self.pipeline = None;
                    if let Some(Frame::Call { pipeline, .. }) = self.frames.last_mut() {
                        *pipeline = Some(start);
                    }
                } else if begins {
                    self.tie(start, Some(start), None);
                }
            }
            Operator::CaseEnd => {
                self.finish();
                self.pipeline = None;
                if let Some(Frame::Branch { pattern }) = self.frames.last_mut() {
                    *pattern = true;
                }
            }
            Operator::Next => {
                self.finish();
                self.pipeline = None;
            }
            Operator::Open => {
                self.finish();
                self.open_group();
            }
            Operator::Close => {
                self.finish();
                self.close_group();
            }
        }
    }

    /// Within `case`, passes the pattern before the next `)`.
    fn pattern(&mut self) {
        let kind = self
            .tokens
            .get(self.at.saturating_sub(1))
            .map(|token| &token.kind);
        match kind {
            Some(Kind::Operator(Operator::Close)) => {
                if let Some(Frame::Branch { pattern }) = self.frames.last_mut() {
                    *pattern = false;
                }
            }
            Some(Kind::Word(word)) if bare(word) == Some("esac") => self.leave_branch(),
            _ => {}
        }
    }

    fn leave_branch(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Branch { .. })) {
            self.frames.pop();
            self.reader.scope.leave_branch();
        }
    }

    /// `NAME ( )` defines a function: its body is remembered and passed.
    fn definition(&mut self) -> bool {
        let [word] = self.words.as_slice() else {
            return false;
        };
        let Some(name) = bare(word).map(ToOwned::to_owned) else {
            return false;
        };
        if !matches!(self.kind(self.at), Some(Kind::Operator(Operator::Close))) {
            return false;
        }
        let body = self.at.saturating_add(1);
        self.words.clear();
        self.at = body;
        self.define(name);
        true
    }

    fn define(&mut self, name: String) {
        let mut open = self.at;
        while matches!(self.kind(open), Some(Kind::Newline)) {
            open = open.saturating_add(1);
        }
        if !self.is_bare(open, "{") {
            return;
        }
        let start = open.saturating_add(1);
        let end = self.closing(start);
        self.functions.insert(name, (start..end, false));
        self.at = end.saturating_add(1);
    }

    /// Index of the `}` that closes the body that begins at `start`.
    fn closing(&mut self, start: usize) -> usize {
        let mut open = 0_usize;
        for index in start..self.tokens.len() {
            if !self.reader.step() {
                break;
            }
            if self.is_bare(index, "{") {
                open = open.saturating_add(1);
            } else if self.is_bare(index, "}") {
                if open == 0 {
                    return index;
                }
                open = open.saturating_sub(1);
            }
        }
        self.tokens.len()
    }

    pub(super) fn kind(&self, index: usize) -> Option<&Kind> {
        self.tokens.get(index).map(|token| &token.kind)
    }

    pub(super) fn is_bare(&self, index: usize, text: &str) -> bool {
        matches!(self.kind(index), Some(Kind::Word(word)) if bare(word) == Some(text))
    }

    /// Acts on a reserved word at the start of a command.
    fn keyword(&mut self, word: &str) -> bool {
        match word {
            "if" => {
                self.open_group();
                self.frames.push(Frame::Branch { pattern: false });
                self.reader.scope.enter_branch();
            }
            "fi" | "esac" => {
                self.leave_branch();
                self.close_group();
            }
            "then" | "else" | "elif" | "do" | "!" | "time" | "coproc" => {}
            "{" => self.open_group(),
            "}" => self.close_group(),
            "while" | "until" => {
                self.open_group();
                self.frames.push(Frame::Loop);
            }
            "for" | "select" => {
                self.open_group();
                self.begin_for();
            }
            "done" => {
                self.end_loop();
                self.close_group();
            }
            "case" => {
                self.open_group();
                self.begin_case();
            }
            "function" => {
                let Some(Kind::Word(name)) = self.kind(self.at) else {
                    return true;
                };
                let name = bare(name).unwrap_or_default().to_owned();
                self.at = self.at.saturating_add(1);
                while matches!(
                    self.kind(self.at),
                    Some(Kind::Operator(Operator::Open | Operator::Close))
                ) {
                    self.at = self.at.saturating_add(1);
                }
                self.define(name);
            }
            "[[" => self.condition(),
            _ => return false,
        }
        true
    }

    /// Goes back to where a function was called if its body ends here.
    fn returned(&mut self) {
        if self.ends.last().is_none_or(|end| self.at < *end) {
            return;
        }
        self.ends.pop();
        self.finish();
        let call = |frame: &Frame| matches!(frame, Frame::Call { .. });
        let Some(position) = self.frames.iter().rposition(call) else {
            return;
        };
        for frame in self.frames.split_off(position) {
            match frame {
                Frame::Call {
                    back,
                    pipeline,
                    first,
                    saved,
                } => {
                    self.at = back;
                    if pipeline.is_some() {
                        self.tie(first, pipeline, None);
                    }
                    self.pipeline = pipeline;
                    for (name, binding) in saved {
                        match binding {
                            Some(binding) => self.reader.scope.bind(&name, binding),
                            None => drop(self.reader.scope.take(&name)),
                        }
                    }
                }
                Frame::Branch { .. } => self.reader.scope.leave_branch(),
                Frame::Loop | Frame::For { .. } => {}
            }
        }
    }

    /// Ends the simple command that was being read.
    fn finish(&mut self) {
        let words = std::mem::take(&mut self.words);
        let body = self.body.take();
        let redirections = std::mem::take(&mut self.redirections);
        if words.is_empty() {
            return self.redirect_group(&redirections);
        }
        self.closed = None;
        let line = self.line;
        let plain = words
            .iter()
            .take_while(|word| assignment(word).is_some())
            .count();
        let (assigned, rest) = words.split_at_checked(plain).unwrap_or((&words, &[]));
        if rest.is_empty() {
            for word in assigned {
                self.assign(word);
            }
            return;
        }
        if self.declaration(rest, line) || self.call(rest) {
            return;
        }
        let body = body
            .and_then(|body| self.bodies.get_mut(body))
            .map(std::mem::take);
        self.command(assigned, rest, line, body, &redirections);
    }

    /// `export`, `declare`, `local` and their kin assign.
    fn declaration(&mut self, words: &[Word], line: u32) -> bool {
        let (Some(first), rest) = (
            words.first().and_then(bare),
            words.get(1..).unwrap_or_default(),
        ) else {
            return false;
        };
        if !matches!(
            first,
            "export" | "declare" | "local" | "readonly" | "typeset"
        ) {
            return false;
        }
        let exported = first == "export";
        for word in rest {
            let Some(name) = self.assign(word) else {
                continue;
            };
            if exported {
                self.export(&name, line);
            }
        }
        true
    }

    fn assign(&mut self, word: &Word) -> Option<String> {
        let (name, append, value) = assignment(word)?;
        let name = name.to_owned();
        let picks = self.alternatives(std::iter::once(&value));
        if picks > 1 && !append {
            let values: Binding = (0..picks)
                .filter_map(|pick| self.value(&value, pick))
                .collect();
            self.reader.scope.bind(&name, values);
            return Some(name);
        }
        let mut value = self.assigned(&name, &value);
        if append {
            let before = self
                .reader
                .scope
                .get(&name)
                .and_then(|binding| binding.first().cloned());
            value = match (before, value) {
                (Some(before), Some(more)) => {
                    Some(vec![format!("{}{}", before.join(" "), more.join(" "))])
                }
                _ => None,
            };
        }
        self.reader.scope.set(&name, value);
        Some(name)
    }

    pub(super) fn substitute(&mut self, text: &str, line: u32) {
        if self.depth < DEEPEST {
            Run::new(self.reader, text, line, self.depth.saturating_add(1)).read();
        }
    }
}
