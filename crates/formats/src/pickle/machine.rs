//! The symbolic machine: executes the opcodes on abstract values, as `Modules/_pickle.c` of
//! `CPython` would, and notes what would be imported, called and set. Nothing is ever run.

use std::collections::{HashMap, HashSet};

use super::arena::{Arena, Names};
use super::facts::{Embedded, Ended, How, OddityKind, PickleFacts, Stream};
use super::input::{Input, LINE_BYTES, SHORT_LINE_BYTES};
use super::memo::Memo;
use super::sniff;
use super::value::{Tag, Value};
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
                "the data ends inside an opcode whose argument has {wanted} bytes"
            )),
            ReadFailed::Device { reason, .. } => Self::Broken(reason),
        }
    }
}

/// Receives each step of a stream as a line of pseudo-Python.
pub type Trace<'a> = &'a mut dyn FnMut(u64, &str);

/// Embedded constants that are kept.
const EMBEDDED_KEPT: usize = 1024;
/// Digits of the longest number that a pickler writes in decimal.
const LONGEST_NUMBER: u64 = 20_000;
/// Opcodes between two checks of the memory budget.
const BUDGET_INTERVAL: u64 = 4096;
/// Bytes that may be read again to know the parts of tuples: enough for millions of calls, and
/// an end to a large tuple that is used over and over.
pub(super) const READ_AGAIN_BYTES: u64 = 128 << 20;
/// Opcodes of a second reading.
const OTHER_OPCODES: u64 = 1 << 14;
/// Streams inside streams (object arrays of `joblib`).
const NESTING: u32 = 8;

pub(super) struct Machine<'a, 't> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) limits: &'a Limits,
    pub(super) input: Input<'a>,
    pub(super) stack: Vec<Value>,
    pub(super) marks: Vec<usize>,
    pub(super) memo: Memo,
    pub(super) arena: Arena,
    pub(super) names: Names,
    pub(super) uses: HashMap<(u32, How), usize>,
    /// States set on values whose parts are kept.
    pub(super) states: HashMap<Value, Value>,
    pub(super) handed: HashSet<(u32, usize, u64)>,
    pub(super) facts: PickleFacts,
    pub(super) extensions: HashMap<u32, u32>,
    /// Offset of the last opcode that is neither a constant nor a memo write.
    pub(super) last_other: u64,
    /// The tuple made last, with its parts: what a call usually takes.
    pub(super) last_tuple: Option<(Value, Vec<Value>)>,
    pub(super) trace: Option<Trace<'t>>,
    pub(super) opcodes: u64,
    /// The limit at which something could not be kept: the examination is then not whole.
    pub(super) dropped: Option<&'static str>,
    /// Values that are not there are unknown instead of an error.
    pub(super) lenient: bool,
    /// Opcodes of second readings so far.
    pub(super) other_opcodes: u64,
    /// Bytes that were read again to know the parts of tuples.
    pub(super) read_again: std::cell::Cell<u64>,
    /// Where the current frame ends.
    pub(super) frame_end: u64,
    /// Opcodes after which a trial gives up; a real examination has no such bound.
    fuel: u64,
    nesting: u32,
    /// Longest text line that is read.
    pub(super) line_bytes: u64,
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
            states: HashMap::new(),
            handed: HashSet::new(),
            facts: PickleFacts::default(),
            extensions: HashMap::new(),
            last_other: 0,
            last_tuple: None,
            trace,
            opcodes: 0,
            dropped: None,
            lenient: false,
            other_opcodes: 0,
            read_again: std::cell::Cell::new(0),
            frame_end: 0,
            fuel: u64::MAX,
            nesting: 0,
            line_bytes: u64::MAX,
        }
    }

    /// Gives up after so many opcodes: for trials on bytes that may be anything.
    pub(super) fn with_fuel(mut self, opcodes: u64) -> Self {
        self.fuel = opcodes;
        self
    }

    /// Gives up at long lines too.
    pub(super) fn with_short_lines(mut self) -> Self {
        self.line_bytes = SHORT_LINE_BYTES as u64;
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
        if self.read_again.get() > READ_AGAIN_BYTES {
            self.dropped = Some("bytes read again");
        }
        let over = self.check_budget().err().and(Some("pickle_memory_bytes"));
        if let Some(limit) = self.dropped.or(over) {
            stream.ended = Ended::Limit {
                offset: stream.end,
                limit,
            };
        }
        stream.opcodes = self.opcodes;
        stream
    }

    /// A fresh machine that reads from `offset` as a loader would that does not know of arrays. What
    /// it takes from a stack or memo that it does not have is unknown, not an error.
    pub(super) fn other_reading(&self, offset: u64) -> Machine<'a, 'static> {
        let mut other = Machine::new(self.source, offset, self.limits, None)
            .with_fuel(OTHER_OPCODES)
            .with_short_lines();
        other.lenient = true;
        other.nesting = NESTING;
        other
    }

    /// Executes on to `STOP` or a break.
    pub(super) fn resume(&mut self) -> Result<(), Halt> {
        let mut stream = Stream {
            start: 0,
            end: 0,
            protocol: None,
            opcodes: 0,
            ended: Ended::Stop,
            result: String::new(),
        };
        loop {
            let offset = self.input.offset();
            if !self.step(offset, &mut stream)? {
                return Ok(());
            }
        }
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
            b'q' => self.put(1, offset)?,
            b'r' => self.put(4, offset)?,
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
        self.note_unfolding(result, offset);
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
                self.frame_end = self.input.offset().saturating_add(length);
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

    pub(super) fn push_new(&mut self, tag: Tag, offset: u64) -> Result<(), Halt> {
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
        {
            if self.facts.embedded.len() >= EMBEDDED_KEPT {
                self.dropped = Some("embedded constants");
            }
            let start = offset.saturating_add(1).saturating_add(u64::from(width));
            if self.dropped.is_none() {
                self.facts.embedded.push(Embedded {
                    offset,
                    start,
                    length,
                    encoding,
                });
            }
        }
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    fn odd_constant(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        let tag = match code {
            b'I' | b'L' => {
                let line = self.input.line(LINE_BYTES)?;
                if !is_integer(line) {
                    return Err(Halt::Broken("an integer that is not a number".into()));
                }
                let digits = line.len() as u64;
                if digits > LONGEST_NUMBER {
                    self.odd(offset, OddityKind::Digits(digits));
                }
                Tag::Int
            }
            0x8a | 0x8b => {
                let length = self.input.unsigned(if code == 0x8a { 1 } else { 4 })?;
                self.input.skip(length, 0)?;
                Tag::Int
            }
            b'F' => {
                let line = self.input.line(LINE_BYTES)?;
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
                let (first, last) = self.input.skip_line(self.line_bytes)?;
                if first != last || !matches!(first, b'\'' | b'"') {
                    return Err(Halt::Broken("a string whose quotes do not match".into()));
                }
                Tag::Str
            }
            _ => {
                self.input.skip_line(self.line_bytes)?;
                Tag::Str
            }
        };
        self.stack.push(Value::new(tag, offset));
        Ok(())
    }

    pub(super) fn check_budget(&self) -> Result<(), Halt> {
        let stack = (self.stack.len() as u64)
            .saturating_mul(8)
            .saturating_add((self.marks.len() as u64).saturating_mul(8));
        let names = self.names.bytes;
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

/// What `int(text, 0)` takes: a sign, digits with single underscores between them, and a base
/// prefix; a final `L` of Python 2.
fn is_integer(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = line.strip_suffix(b"L").unwrap_or(line);
    let digits = line
        .strip_prefix(b"-")
        .or_else(|| line.strip_prefix(b"+"))
        .unwrap_or(line);
    let lower = digits.to_ascii_lowercase();
    let (digits, based) = match lower.as_slice() {
        [b'0', b'x' | b'o' | b'b', rest @ ..] => (rest, true),
        whole => (whole, false),
    };
    !digits.is_empty()
        && digits
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'_' || based && byte.is_ascii_hexdigit())
        && digits.iter().any(u8::is_ascii_hexdigit)
}
