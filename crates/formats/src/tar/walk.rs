//! The walk from header to header, to the end of the file.

use super::block::{Block, NotNumber};
use super::pending::{Pax, Pending};
use super::{BLOCK_BYTES, NumberField, Position, ProblemKind, TarFacts};
use crate::{Cursor, Limits, ReadAt, ReadFailed};

/// How a step of the walk ends it.
pub(super) enum Stop {
    /// Nothing is left, or no more may be read.
    End,
    /// The bytes cannot be read.
    Failed(ReadFailed),
}

impl From<ReadFailed> for Stop {
    fn from(failed: ReadFailed) -> Self {
        Self::Failed(failed)
    }
}

pub(super) struct Walk<'a> {
    source: &'a dyn ReadAt,
    pub(super) cursor: Cursor<'a>,
    pub(super) limits: &'a Limits,
    pub(super) facts: &'a mut TarFacts,
    pub(super) position: Position,
    /// What the records in front of the next entry say.
    pub(super) pending: Pending,
    /// What global headers say.
    pub(super) global: Pax,
    /// Bytes of names that may still be kept.
    pub(super) text_left: u64,
}

/// Walks over the whole file.
pub(super) fn walk(source: &dyn ReadAt, limits: &Limits, facts: &mut TarFacts) {
    let mut walk = Walk {
        source,
        cursor: Cursor::new(source, 0),
        limits,
        facts,
        position: Position::Regular,
        pending: Pending::default(),
        global: Pax::default(),
        text_left: limits.header_bytes,
    };
    let stop = loop {
        if let Err(stop) = walk.step() {
            break stop;
        }
    };
    let offset = walk.cursor.offset().min(source.len());
    if let Some(at) = walk.pending.at {
        walk.report(at, ProblemKind::NameWithoutEntry);
    }
    if walk.position == Position::Regular {
        walk.facts.end_offset = offset;
    }
    match stop {
        Stop::Failed(failed) => {
            let reason = failed.to_string();
            walk.report(offset, ProblemKind::Unreadable { reason });
        }
        Stop::End if walk.position == Position::Regular => {
            walk.report(offset, ProblemKind::EndMissing);
        }
        Stop::End => {}
    }
}

impl Walk<'_> {
    pub(super) fn report(&mut self, offset: u64, kind: ProblemKind) {
        self.facts.problem(offset, kind);
    }

    pub(super) fn number(&mut self, offset: u64, field: NumberField, wrong: NotNumber) {
        let kind = match wrong {
            NotNumber::Malformed => ProblemKind::NumberMalformed { field },
            NotNumber::OutOfRange => ProblemKind::NumberOutOfRange { field },
        };
        self.report(offset, kind);
    }

    /// Looks at the next block.
    fn step(&mut self) -> Result<(), Stop> {
        let offset = self.cursor.offset();
        let there = self.cursor.remaining();
        if there < BLOCK_BYTES {
            return self.tail(offset, there);
        }
        let bytes = self.cursor.array::<512>()?;
        let block = Block(&bytes);
        if block.is_zero() {
            return match self.position {
                Position::Regular => self.end(offset),
                _ => Ok(()),
            };
        }
        self.trailing(offset, &bytes);
        if !block.checksum_is_right() {
            if self.position == Position::Regular {
                self.report(offset, ProblemKind::ChecksumWrong);
                self.break_off(offset, &bytes);
            }
            return Ok(());
        }
        match block.size() {
            Ok(size) => self.header(offset, block, size),
            Err(wrong) => {
                self.number(offset, NumberField::Size, wrong);
                self.break_off(offset, &bytes);
                Ok(())
            }
        }
    }

    /// The regular walk ends here; what follows is searched for headers.
    fn break_off(&mut self, offset: u64, bytes: &[u8]) {
        if self.position == Position::Regular {
            self.position = Position::AfterBreak;
            self.facts.end_offset = offset;
            self.trailing(offset, bytes);
        }
    }

    /// Fewer bytes than a block.
    fn tail(&mut self, offset: u64, there: u64) -> Result<(), Stop> {
        let there_bytes = usize::try_from(there).unwrap_or(0);
        let bytes = self.cursor.take(there_bytes)?.to_vec();
        if self.position == Position::Regular && bytes.iter().any(|byte| *byte != 0) {
            self.report(offset, ProblemKind::HeaderTruncated { there });
            self.break_off(offset, &bytes);
        }
        self.trailing(offset, &bytes);
        Err(Stop::End)
    }

    /// Notes the first byte that is not zero behind the regular walk.
    fn trailing(&mut self, offset: u64, bytes: &[u8]) {
        if self.position == Position::Regular || self.facts.trailing_start.is_some() {
            return;
        }
        let first = bytes.iter().zip(offset..).find(|(byte, _)| **byte != 0);
        if let Some((_, at)) = first {
            self.facts.trailing_start = Some(at);
            if self.position == Position::AfterEnd {
                self.report(at, ProblemKind::BytesAfterEnd);
            }
        }
    }

    /// The first block of the end-of-archive marker, whose second is still to come.
    fn end(&mut self, offset: u64) -> Result<(), Stop> {
        self.position = Position::AfterEnd;
        let second = offset.saturating_add(BLOCK_BYTES);
        let whole = self.cursor.remaining() >= BLOCK_BYTES;
        if whole && Block(&self.cursor.array()?).is_zero() {
            self.facts.end_offset = second.saturating_add(BLOCK_BYTES);
            return Ok(());
        }
        self.facts.end_offset = second;
        self.report(offset, ProblemKind::EndHalf);
        self.cursor = Cursor::new(self.source, second);
        Ok(())
    }

    /// Passes over data and its padding.
    pub(super) fn skip_data(&mut self, size: u64) {
        let padded = size.checked_next_multiple_of(BLOCK_BYTES);
        self.cursor.skip(padded.unwrap_or(u64::MAX));
    }
}
