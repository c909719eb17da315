//! The stack, its marks, the memo, and the containers that are filled from them.

use super::facts::{How, OddityKind};
use super::input::SHORT_LINE_BYTES;
use super::machine::{Halt, Machine};
use super::special::Special;
use super::value::{Node, Tag, Value};

/// Values reachable from one value beyond which the stream is a bomb for whoever copies or prints it.
const EXPANSION_VALUES: u64 = 1 << 32;
/// Nesting beyond which recursive code (`repr`, `copy`, comparison) overflows its stack.
const EXPANSION_DEPTH: u64 = 10_000;

impl Machine<'_, '_> {
    pub(super) fn pop(&mut self) -> Result<Value, Halt> {
        let fence = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= fence {
            return if self.lenient {
                Ok(Value::INERT)
            } else {
                Err(Halt::Broken("the stack is empty".into()))
            };
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

    pub(super) fn stack_only(&mut self, code: u8) -> Result<(), Halt> {
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

    pub(super) fn put(&mut self, width: u8, offset: u64) -> Result<(), Halt> {
        let index = self.input.unsigned(width)?;
        self.put_at(index, offset)
    }

    pub(super) fn put_at(&mut self, index: u64, offset: u64) -> Result<(), Halt> {
        let top = self.top()?;
        // A pickler numbers its memo from 0; the C loader allocates twice the index times 8 bytes.
        if index > 1 << 16 && index / 16 > self.opcodes {
            self.odd(offset, OddityKind::MemoIndex(index));
        }
        self.memo.put(index, top);
        Ok(())
    }

    pub(super) fn memo_read_or_line(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        let index = match code {
            b'h' => self.input.unsigned(1)?,
            b'j' => self.input.unsigned(4)?,
            _ => {
                let line = self.input.line(SHORT_LINE_BYTES)?;
                std::str::from_utf8(line)
                    .ok()
                    .and_then(|line| line.trim().replace('_', "").parse::<u64>().ok())
                    .ok_or_else(|| Halt::Broken("a memo index that is not a number".into()))?
            }
        };
        if code == b'p' {
            return self.put_at(index, offset);
        }
        let unknown = self.lenient.then_some(Value::INERT);
        let value = self
            .memo
            .get(index)
            .or(unknown)
            .ok_or_else(|| Halt::Broken(format!("memo index {index} was never written")))?;
        self.stack.push(value);
        Ok(())
    }

    /// A tuple of the `count` topmost values.
    #[inline]
    pub(super) fn tuple_of(&mut self, count: usize, offset: u64) -> Result<(), Halt> {
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

    pub(super) fn push_tuple(&mut self, parts: Vec<Value>, offset: u64) -> Result<(), Halt> {
        self.note_passed(&parts, offset);
        let tuple = self
            .arena
            .node(Node::Tuple(parts.clone().into_boxed_slice()), Value::INERT);
        self.note_expansion(tuple, offset);
        self.last_tuple = Some((tuple, parts));
        self.stack.push(tuple);
        self.last_other = offset;
        Ok(())
    }

    /// Notes a result that unfolds beyond the bound although no step of making it showed that.
    pub(super) fn note_unfolding(&mut self, result: Value, offset: u64) {
        let known = self
            .facts
            .oddities
            .iter()
            .any(|oddity| matches!(oddity.kind, OddityKind::Expansion(_)));
        let values = if known {
            0
        } else {
            self.arena.unfolded(result)
        };
        if values > EXPANSION_VALUES {
            self.odd(offset, OddityKind::Expansion(values));
        }
    }

    pub(super) fn note_expansion(&mut self, value: Value, offset: u64) {
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

    pub(super) fn container(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
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

    pub(super) fn extend_top(&mut self, items: &[Value], offset: u64) -> Result<(), Halt> {
        let container = self.top()?;
        self.fill(container, items, offset);
        Ok(())
    }

    /// Notes names that carry calls where they are handed on as values.
    pub(super) fn note_passed(&mut self, values: &[Value], offset: u64) {
        for value in values.iter().filter(|value| value.tag() == Tag::Global) {
            let Ok(index) = u32::try_from(value.payload()) else {
                continue;
            };
            let special = self
                .names
                .get(index)
                .map_or(Special::None, |name| name.special);
            if special.carries() {
                self.note(index, How::Passed, offset, false, |renderer| {
                    renderer.value(*value)
                });
            }
        }
    }

    pub(super) fn fill(&mut self, container: Value, items: &[Value], offset: u64) {
        self.note_passed(items, offset);
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
}
