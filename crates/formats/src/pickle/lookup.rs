//! Looking values up again: what they are known to be, and noting how names are used.

use super::facts::{How, Oddity, OddityKind, Use};
use super::literal::{self, Literal};
use super::machine::{Machine, READ_AGAIN_BYTES};
use super::render::Renderer;
use super::value::{Constant, Node, Tag, Value};

/// Oddities of one kind that are kept.
const ODDITIES_KEPT: usize = 32;

impl Machine<'_, '_> {
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
        let same = std::mem::discriminant(&kind);
        let known = self
            .facts
            .oddities
            .iter()
            .filter(|oddity| std::mem::discriminant(&oddity.kind) == same)
            .count();
        if known < ODDITIES_KEPT {
            self.facts.oddities.push(Oddity { offset, kind });
        }
    }

    /// Counts bytes that are read or copied again; `None` beyond the bound.
    fn work(&self, bytes: u64) -> Option<()> {
        let spent = self.read_again.get().saturating_add(bytes);
        self.read_again.set(spent);
        (spent <= READ_AGAIN_BYTES).then_some(())
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
                self.work(end.saturating_sub(start))?;
                let literals = literal::read_run(self.source, start, end, 0)?;
                Some(
                    literals
                        .iter()
                        .map(|(at, literal)| Value::new(tag_of(literal), *at))
                        .collect(),
                )
            }
            _ => match self.arena.get(tuple) {
                Some(Node::Tuple(parts)) => {
                    self.work((parts.len() as u64).saturating_mul(8))?;
                    Some(parts.to_vec())
                }
                Some(Node::Items { items, cut: 0, .. }) => {
                    self.work((items.len() as u64).saturating_mul(8))?;
                    Some(items.clone())
                }
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
            self.dropped = Some("pickle_uses");
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
