//! The symbolic machine: executes the opcodes on abstract values, as `Modules/_pickle.c` of
//! `CPython` would, and notes what would be imported, called and set. Nothing is ever run.

use std::collections::HashMap;

use super::arena::{Arena, Names};
use super::facts::{Embedded, Ended, How, Oddity, OddityKind, PickleFacts, Stream, Use};
use super::input::{Input, LINE_BYTES, SHORT_LINE_BYTES};
use super::literal::{self, Literal};
use super::memo::Memo;
use super::render::Renderer;
use super::sniff;
use super::value::{Constant, Node, Tag, Value};
use crate::{Limits, ReadAt, ReadFailed};

/// Why a stream cannot be executed on.
#[derive(Debug)]
pub(super) enum Halt {
    Broken(String),
    Limit(&'static str),
}

impl From<ReadFailed> for Halt {
    fn from(failure: ReadFailed) -> Self {
        match failure {
            ReadFailed::Ended { wanted, .. } => Self::Broken(format!(
                "the data ends inside an opcode ({wanted} more bytes wanted)"
            )),
            ReadFailed::Device { reason, .. } => Self::Broken(reason),
        }
    }
}

/// Receives each step of a stream as a line of pseudo-Python.
pub type Trace<'a> = &'a mut dyn FnMut(u64, &str);

/// Values reachable from one value beyond which the stream is a bomb for whoever copies or prints it.
const EXPANSION_VALUES: u64 = 1 << 32;
/// Nesting beyond which recursive code (`repr`, `copy`, comparison) overflows its stack.
const EXPANSION_DEPTH: u64 = 100_000;
/// Different oddities that are kept.
const ODDITIES_KEPT: usize = 256;
/// Embedded constants that are kept.
const EMBEDDED_KEPT: usize = 1024;
/// Opcodes between two checks of the memory budget.
const BUDGET_INTERVAL: u64 = 4096;
/// Streams inside streams (object arrays of `joblib`).
const NESTING: u32 = 8;

pub(super) struct Machine<'a, 't> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) limits: &'a Limits,
    pub(super) input: Input<'a>,
    pub(super) stack: Vec<Value>,
    marks: Vec<usize>,
    memo: Memo,
    pub(super) arena: Arena,
    pub(super) names: Names,
    uses: HashMap<(u32, How), usize>,
    pub(super) facts: PickleFacts,
    pub(super) extensions: HashMap<u32, u32>,
    /// Offset of the last opcode that is neither a constant nor a memo write.
    last_other: u64,
    /// The tuple made last, with its parts: what a call usually takes.
    last_tuple: Option<(Value, Vec<Value>)>,
    pub(super) trace: Option<Trace<'t>>,
    opcodes: u64,
    /// Opcodes after which a trial gives up; a real examination has no such bound.
    fuel: u64,
    nesting: u32,
    /// Longest text line that is read.
    line_bytes: usize,
}

impl<'a, 't> Machine<'a, 't> {
    pub(super) fn new(
        source: &'a dyn ReadAt,
        offset: u64,
        limits: &'a Limits,
        trace: Option<Trace<'t>>,
    ) -> Self {
        Self {
            source,
            limits,
            input: Input::new(source, offset),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Memo::default(),
            arena: Arena::new(limits.pickle_memory_bytes / 3),
            names: Names::default(),
            uses: HashMap::new(),
            facts: PickleFacts::default(),
            extensions: HashMap::new(),
            last_other: 0,
            last_tuple: None,
            trace,
            opcodes: 0,
            fuel: u64::MAX,
            nesting: 0,
            line_bytes: LINE_BYTES,
        }
    }

    /// Gives up after so many opcodes: for trials on bytes that may be anything.
    pub(super) fn with_fuel(mut self, opcodes: u64) -> Self {
        self.fuel = opcodes;
        self.line_bytes = SHORT_LINE_BYTES;
        self
    }

    /// Executes one stream from where the input stands and notes how it ended.
    pub(super) fn stream(&mut self) -> Stream {
        let start = self.input.offset();
        self.stack.clear();
        self.marks.clear();
        self.memo = Memo::default();
        self.last_other = start;
        self.last_tuple = None;
        self.opcodes = 0;
        let mut stream = Stream {
            start,
            end: start,
            protocol: None,
            opcodes: 0,
            ended: Ended::Stop,
            result: String::new(),
        };
        loop {
            let offset = self.input.offset();
            match self.step(offset, &mut stream) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Halt::Broken(reason)) => {
                    stream.ended = Ended::Broken { offset, reason };
                    stream.end = offset;
                    break;
                }
                Err(Halt::Limit(limit)) => {
                    stream.ended = Ended::Limit { offset, limit };
                    stream.end = offset;
                    break;
                }
            }
        }
        stream.opcodes = self.opcodes;
        stream
    }

    /// Executes one opcode; false after `STOP`.
    fn step(&mut self, offset: u64, stream: &mut Stream) -> Result<bool, Halt> {
        let code = self.input.byte()?;
        self.opcodes = self.opcodes.wrapping_add(1);
        if self.opcodes.is_multiple_of(BUDGET_INTERVAL) {
            if self.opcodes >= self.fuel {
                return Err(Halt::Limit("opcodes of a trial"));
            }
            self.check_budget()?;
        }
        match code {
            b'J' => self.constant(Tag::Int, offset, 4)?,
            b'K' => self.constant(Tag::Int, offset, 1)?,
            b'M' => self.constant(Tag::Int, offset, 2)?,
            b'G' => self.constant(Tag::Float, offset, 8)?,
            b'N' => self.stack.push(Value::new(Tag::None, offset)),
            0x88 => self.stack.push(Value::new(Tag::True, offset)),
            0x89 => self.stack.push(Value::new(Tag::False, offset)),
            0x8c | b'U' => self.counted(Tag::Str, offset, 1)?,
            b'X' | b'T' => self.counted(Tag::Str, offset, 4)?,
            0x8d => self.counted(Tag::Str, offset, 8)?,
            b'C' => self.counted(Tag::Bytes, offset, 1)?,
            b'B' => self.counted(Tag::Bytes, offset, 4)?,
            0x8e | 0x96 => self.counted(Tag::Bytes, offset, 8)?,
            0x94 => {
                let top = self.top()?;
                self.memo.push(top);
            }
            b'q' => self.put(1)?,
            b'r' => self.put(4)?,
            0x85..=0x87 => {
                let count = usize::from(code.wrapping_sub(0x84));
                self.tuple_of(count, offset)?;
            }
            0x80 => {
                let protocol = self.input.byte()?;
                stream.protocol = Some(protocol);
                if protocol > 5 {
                    self.odd(offset, OddityKind::Protocol(protocol));
                }
                self.last_other = offset;
            }
            b'.' => {
                self.stop(offset, stream)?;
                return Ok(false);
            }
            _ => {
                self.other(code, offset)?;
                self.last_other = offset;
            }
        }
        Ok(true)
    }

    fn stop(&mut self, offset: u64, stream: &mut Stream) -> Result<(), Halt> {
        let result = self.pop()?;
        if !self.stack.is_empty() || !self.marks.is_empty() {
            let left = self.stack.len().saturating_add(self.marks.len()) as u64;
            self.odd(offset, OddityKind::Leftover(left));
        }
        stream.end = self.input.offset();
        if result.is_inert() || result.tag() == Tag::Global {
            stream.result = self.renderer().value(result);
        }
        if self.trace.is_some() {
            let line = format!("return {}", self.renderer().value(result));
            self.say(offset, &line);
        }
        Ok(())
    }

    fn other(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        match code {
            b'I' | b'L' | b'F' | b'S' | b'V' | 0x8a | 0x8b => self.odd_constant(code, offset),
            b']' => self.push_new(Tag::List, offset),
            b'}' => self.push_new(Tag::Dict, offset),
            0x8f => self.push_new(Tag::Set, offset),
            b')' => self.push_new(Tag::EmptyTuple, offset),
            b'(' => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'a' | b'e' | b's' | b'u' | 0x90 | b'l' | b'd' | b't' | 0x91 => {
                self.container(code, offset)
            }
            b'0' | b'1' | b'2' => self.stack_only(code),
            b'g' | b'h' | b'j' | b'p' => self.memo_read_or_line(code, offset),
            0x95 => {
                let length = self.input.unsigned(8)?;
                if length > self.input.remaining() {
                    self.odd(offset, OddityKind::Frame(length));
                }
                Ok(())
            }
            0x97 => self.push_new(Tag::Buffer, offset),
            0x98 => self.top().map(|_| ()),
            _ => self.object(code, offset),
        }
    }

    fn push_new(&mut self, tag: Tag, offset: u64) -> Result<(), Halt> {
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    #[inline]
    fn constant(&mut self, tag: Tag, offset: u64, width: usize) -> Result<(), Halt> {
        self.input.take(width)?;
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    /// A constant with its length before it.
    #[inline]
    fn counted(&mut self, tag: Tag, offset: u64, width: u8) -> Result<(), Halt> {
        let length = self.input.unsigned(width)?;
        let head = self.input.skip(length, sniff::HEAD_BYTES)?;
        if length >= sniff::SHORTEST
            && let Some(encoding) = sniff::embedded(head, tag == Tag::Str)
            && self.facts.embedded.len() < EMBEDDED_KEPT
        {
            let start = offset.saturating_add(1).saturating_add(u64::from(width));
            self.facts.embedded.push(Embedded {
                offset,
                start,
                length,
                encoding,
            });
        }
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    fn odd_constant(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        let tag = match code {
            b'I' | b'L' => {
                let line = self.input.line(self.line_bytes)?;
                if !is_integer(line) {
                    return Err(Halt::Broken("an integer that is not a number".into()));
                }
                Tag::Int
            }
            0x8a | 0x8b => {
                let length = self.input.unsigned(if code == 0x8a { 1 } else { 4 })?;
                self.input.skip(length, 0)?;
                Tag::Int
            }
            b'F' => {
                let line = self.input.line(self.line_bytes)?;
                if std::str::from_utf8(line)
                    .ok()
                    .and_then(|line| line.trim().parse::<f64>().ok())
                    .is_none()
                {
                    return Err(Halt::Broken("a float that is not a number".into()));
                }
                Tag::Float
            }
            b'S' => {
                let line = self.input.line(self.line_bytes)?;
                if literal::unquote(line).is_none() {
                    return Err(Halt::Broken("a string whose quotes do not match".into()));
                }
                Tag::Str
            }
            _ => {
                self.input.line(self.line_bytes)?;
                Tag::Str
            }
        };
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Result<Value, Halt> {
        let fence = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= fence {
            return Err(Halt::Broken("the stack is empty".into()));
        }
        self.stack
            .pop()
            .ok_or_else(|| Halt::Broken("the stack is empty".into()))
    }

    #[inline]
    pub(super) fn top(&self) -> Result<Value, Halt> {
        let fence = self.marks.last().copied().unwrap_or(0);
        match self.stack.last() {
            Some(value) if self.stack.len() > fence => Ok(*value),
            _ => Err(Halt::Broken("the stack is empty".into())),
        }
    }

    /// The values above the last mark; the mark goes away.
    pub(super) fn pop_to_mark(&mut self) -> Result<Vec<Value>, Halt> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| Halt::Broken("there is no mark".into()))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn stack_only(&mut self, code: u8) -> Result<(), Halt> {
        match code {
            b'0' => {
                // POP directly above a mark takes the mark.
                if self.marks.last() == Some(&self.stack.len()) {
                    self.marks.pop();
                    return Ok(());
                }
                self.pop().map(|_| ())
            }
            b'1' => self.pop_to_mark().map(|_| ()),
            _ => {
                let top = self.top()?;
                self.stack.push(top);
                Ok(())
            }
        }
    }

    fn put(&mut self, width: u8) -> Result<(), Halt> {
        let index = self.input.unsigned(width)?;
        self.put_at(index)
    }

    fn put_at(&mut self, index: u64) -> Result<(), Halt> {
        let top = self.top()?;
        // A pickler numbers its memo from 0; the C loader allocates twice the index times 8 bytes.
        if index > 1 << 16 && index / 16 > self.opcodes {
            let offset = self.input.offset();
            self.odd(offset, OddityKind::MemoIndex(index));
        }
        self.memo.put(index, top);
        Ok(())
    }

    fn memo_read_or_line(&mut self, code: u8, _offset: u64) -> Result<(), Halt> {
        let index = match code {
            b'h' => self.input.unsigned(1)?,
            b'j' => self.input.unsigned(4)?,
            _ => {
                let line = self.input.line(self.line_bytes)?;
                std::str::from_utf8(line)
                    .ok()
                    .and_then(|line| line.trim().parse::<u64>().ok())
                    .ok_or_else(|| Halt::Broken("a memo index that is not a number".into()))?
            }
        };
        if code == b'p' {
            return self.put_at(index);
        }
        let value = self
            .memo
            .get(index)
            .ok_or_else(|| Halt::Broken(format!("memo index {index} was never written")))?;
        self.stack.push(value);
        Ok(())
    }

    /// A tuple of the `count` topmost values.
    #[inline]
    fn tuple_of(&mut self, count: usize, offset: u64) -> Result<(), Halt> {
        let fence = self.marks.last().copied().unwrap_or(0);
        let from = self
            .stack
            .len()
            .checked_sub(count)
            .filter(|from| *from >= fence);
        let from = from.ok_or_else(|| Halt::Broken("the stack is empty".into()))?;
        let parts = self.stack.get(from..).unwrap_or_default();
        let run = match parts.first() {
            Some(first)
                if first.payload() > self.last_other
                    && parts.iter().all(|part| part.is_constant()) =>
            {
                Value::run(first.payload(), offset)
            }
            _ => None,
        };
        if let Some(run) = run {
            self.stack.truncate(from);
            self.stack.push(run);
            self.last_other = offset;
            return Ok(());
        }
        let parts = self.stack.split_off(from);
        self.push_tuple(parts, offset)
    }

    fn push_tuple(&mut self, parts: Vec<Value>, offset: u64) -> Result<(), Halt> {
        let tuple = self
            .arena
            .node(Node::Tuple(parts.clone().into_boxed_slice()), Value::INERT);
        self.note_expansion(tuple, offset);
        self.last_tuple = Some((tuple, parts));
        self.stack.push(tuple);
        self.last_other = offset;
        Ok(())
    }

    fn note_expansion(&mut self, value: Value, offset: u64) {
        let extent = self.arena.extent(value);
        if extent.values > EXPANSION_VALUES || extent.depth > EXPANSION_DEPTH {
            let known = self
                .facts
                .oddities
                .iter()
                .any(|oddity| matches!(oddity.kind, OddityKind::Expansion(_)));
            if !known {
                self.odd(
                    offset,
                    OddityKind::Expansion(extent.values.max(extent.depth)),
                );
            }
        }
    }

    fn container(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        match code {
            b't' => {
                let parts = self.pop_to_mark()?;
                if parts.is_empty() {
                    return self.push_new(Tag::EmptyTuple, offset);
                }
                let run = match parts.first() {
                    Some(first)
                        if first.payload() > self.last_other
                            && parts.iter().all(|part| part.is_constant()) =>
                    {
                        Value::run(first.payload(), offset)
                    }
                    _ => None,
                };
                match run {
                    Some(run) => {
                        self.stack.push(run);
                        Ok(())
                    }
                    None => self.push_tuple(parts, offset),
                }
            }
            b'l' | b'd' | 0x91 => {
                let parts = self.pop_to_mark()?;
                let tag = match code {
                    b'l' => Tag::List,
                    b'd' => Tag::Dict,
                    _ => Tag::Set,
                };
                let container = Value::new(tag, offset);
                self.stack.push(container);
                self.fill(container, &parts, offset);
                Ok(())
            }
            b'a' => {
                let item = self.pop()?;
                self.extend_top(&[item], offset)
            }
            b's' => {
                let item = self.pop()?;
                let key = self.pop()?;
                self.extend_top(&[key, item], offset)
            }
            _ => {
                let items = self.pop_to_mark()?;
                self.extend_top(&items, offset)
            }
        }
    }

    fn extend_top(&mut self, items: &[Value], offset: u64) -> Result<(), Halt> {
        let container = self.top()?;
        self.fill(container, items, offset);
        Ok(())
    }

    fn fill(&mut self, container: Value, items: &[Value], offset: u64) {
        match container.tag() {
            Tag::List | Tag::Dict | Tag::Set => {
                // Long lists of inert things are what big pickles are made of: nobody asks for
                // their items, so they are not kept.
                let plain = items.len() > 64 && items.iter().all(|item| item.is_inert());
                if !items.is_empty() && !plain {
                    self.arena.extend(container, items);
                    self.note_expansion(container, offset);
                }
            }
            _ => self.fill_object(container, items, offset),
        }
    }

    pub(super) fn check_budget(&self) -> Result<(), Halt> {
        let stack = (self.stack.len() as u64)
            .saturating_mul(8)
            .saturating_add((self.marks.len() as u64).saturating_mul(8));
        let names = (self.names.count() as u64).saturating_mul(256);
        let held = stack
            .saturating_add(self.memo.bytes())
            .saturating_add(self.arena.bytes)
            .saturating_add(names);
        if held > self.limits.pickle_memory_bytes {
            return Err(Halt::Limit("pickle_memory_bytes"));
        }
        if self.uses.len() as u64 > self.limits.pickle_uses {
            return Err(Halt::Limit("pickle_uses"));
        }
        Ok(())
    }

    // ----- looking things up

    pub(super) fn renderer(&self) -> Renderer<'_> {
        Renderer {
            source: self.source,
            arena: &self.arena,
            names: &self.names,
        }
    }

    pub(super) fn say(&mut self, offset: u64, line: &str) {
        if let Some(trace) = self.trace.as_mut() {
            trace(offset, line);
        }
    }

    pub(super) fn odd(&mut self, offset: u64, kind: OddityKind) {
        if self.facts.oddities.len() < ODDITIES_KEPT {
            self.facts.oddities.push(Oddity { offset, kind });
        }
    }

    /// The parts of a tuple; `None` if they are not known.
    pub(super) fn parts(&self, tuple: Value) -> Option<Vec<Value>> {
        if tuple.tag() == Tag::EmptyTuple {
            return Some(Vec::new());
        }
        if let Some((last, parts)) = &self.last_tuple
            && *last == tuple
            && tuple.tag() == Tag::Node
        {
            return Some(parts.clone());
        }
        match tuple.tag() {
            Tag::Run => {
                let (start, end) = tuple.run_bounds();
                let literals = literal::read_run(self.source, start, end, 0)?;
                Some(
                    literals
                        .iter()
                        .map(|(at, literal)| Value::new(tag_of(literal), *at))
                        .collect(),
                )
            }
            _ => match self.arena.get(tuple) {
                Some(Node::Tuple(parts)) => Some(parts.to_vec()),
                Some(Node::Items { items, cut: 0, .. }) => Some(items.clone()),
                None if matches!(tuple.tag(), Tag::List | Tag::Set) => Some(Vec::new()),
                _ => None,
            },
        }
    }

    /// The constant that a value is known to be.
    pub(super) fn constant_of(&self, value: Value) -> Option<Constant> {
        match value.tag() {
            Tag::Folded => self.arena.folded(value).cloned(),
            Tag::Int | Tag::Str | Tag::Bytes => {
                match literal::read(self.source, value.payload(), super::fold::FOLDED_BYTES)? {
                    Literal::Str(text, _) => Some(Constant::Str(text)),
                    Literal::Bytes(bytes, length) if length == bytes.len() as u64 => {
                        Some(Constant::Bytes(bytes))
                    }
                    Literal::Int(number) => Some(Constant::Int(number)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The text that a value is known to be.
    pub(super) fn text_of(&self, value: Value) -> Option<String> {
        match self.constant_of(value)? {
            Constant::Str(text) => Some(text),
            Constant::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Constant::Int(_) => None,
        }
    }

    /// Counts one use of a name; the sample is rendered only for the first.
    pub(super) fn note(
        &mut self,
        name: u32,
        how: How,
        offset: u64,
        computed: bool,
        sample: impl FnOnce(&Renderer<'_>) -> String,
    ) {
        if let Some(index) = self.uses.get(&(name, how.clone())) {
            if let Some(known) = self.facts.uses.get_mut(*index) {
                known.count = known.count.saturating_add(1);
            }
            return;
        }
        let Some(known) = self.names.get(name) else {
            return;
        };
        if self.facts.uses.len() as u64 > self.limits.pickle_uses {
            return;
        }
        let noted = Use {
            module: known.module.to_string(),
            name: known.name.to_string(),
            how: how.clone(),
            offset,
            count: 1,
            sample: sample(&self.renderer()),
            computed,
        };
        self.uses.insert((name, how), self.facts.uses.len());
        self.facts.uses.push(noted);
    }

    /// Runs a stream that stands inside another one, at the input's position.
    pub(super) fn inner_stream(&mut self) -> Result<Stream, Halt> {
        if self.nesting >= NESTING {
            return Err(Halt::Limit("depth"));
        }
        self.nesting = self.nesting.saturating_add(1);
        let (stack, marks) = (
            std::mem::take(&mut self.stack),
            std::mem::take(&mut self.marks),
        );
        let memo = std::mem::take(&mut self.memo);
        let opcodes = self.opcodes;
        let stream = self.stream();
        self.stack = stack;
        self.marks = marks;
        self.memo = memo;
        self.opcodes = opcodes;
        self.nesting = self.nesting.saturating_sub(1);
        Ok(stream)
    }
}

fn tag_of(literal: &Literal) -> Tag {
    match literal {
        Literal::None => Tag::None,
        Literal::Bool(true) => Tag::True,
        Literal::Bool(false) => Tag::False,
        Literal::Int(_) | Literal::BigInt => Tag::Int,
        Literal::Float(_) => Tag::Float,
        Literal::Str(..) => Tag::Str,
        Literal::Bytes(..) => Tag::Bytes,
    }
}

fn is_integer(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = line.strip_suffix(b"L").unwrap_or(line);
    let digits = line
        .strip_prefix(b"-")
        .or_else(|| line.strip_prefix(b"+"))
        .unwrap_or(line);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}
