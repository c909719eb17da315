//! Telling a pickle from other bytes, by executing it.

use super::examine_one;
use super::facts::{Ended, How, OddityKind, PickleFacts};
use super::machine::Machine;
use super::opcode::opcode;
use crate::{Limits, ReadAt};

/// Bytes of other content that are searched for a stream.
const SEARCHED_BYTES: u64 = 64 << 20;
/// Trials that one search makes.
const TRIALS: usize = 4096;
/// Opcodes that one trial of a search executes, and all of them together.
const TRIAL_OPCODES: u64 = 1 << 17;
const SEARCH_OPCODES: u64 = 1 << 24;
/// Opcodes that telling one stream from other bytes executes.
const RECOGNISED_OPCODES: u64 = 1 << 24;

/// True if the bytes at `offset` are a pickle: they begin with `PROTO`, or executing them comes to
/// `STOP` or to a call of a plausible name.
#[must_use]
pub fn recognises(source: &dyn ReadAt, offset: u64, limits: &Limits) -> bool {
    let head = source.bytes_at(offset, 3).unwrap_or_default();
    match head.as_slice() {
        [0x80, 2..=5, next] => opcode(*next).is_some() || is_stream(source, offset, limits),
        [0x80, ..] => is_stream(source, offset, limits),
        [first, ..] if opcode(*first).is_some() => is_stream(source, offset, limits),
        _ => false,
    }
}

/// True if executing the bytes from their start imports something by a plausible name: whatever
/// else they are, a loader of pickles would run them.
#[must_use]
pub fn imports(source: &dyn ReadAt, limits: &Limits) -> bool {
    let first = source.bytes_at(0, 1).unwrap_or_default();
    if first.first().is_none_or(|code| opcode(*code).is_none()) {
        return false;
    }
    let facts = examine_one(source, 0, limits, RECOGNISED_OPCODES);
    // A loader that knows no persistent ids stops at the first.
    let stops = facts
        .oddities
        .iter()
        .filter(|oddity| matches!(oddity.kind, OddityKind::PersistentId(_)));
    let stop = stops.map(|oddity| oddity.offset).min().unwrap_or(u64::MAX);
    let named = facts
        .uses
        .iter()
        .any(|known| known.offset < stop && is_name(&known.module) && is_name(&known.name));
    // Words of a list may read as one import by chance; what goes on from there is no chance.
    named && plausible(&facts, source.len())
}

/// True if the bytes from `offset` to the end are a whole pickle, or one that names something: a
/// constant that merely begins with the byte of `PROTO` does not convince.
#[must_use]
pub fn convinces(source: &dyn ReadAt, offset: u64, limits: &Limits) -> bool {
    let facts = examine_one(source, offset, limits, RECOGNISED_OPCODES);
    let names = facts
        .uses
        .iter()
        .any(|known| is_name(&known.module) && is_name(&known.name));
    let whole = facts.end >= source.len()
        && facts
            .streams
            .first()
            .is_some_and(|stream| stream.ended == Ended::Stop && stream.opcodes > 3);
    names || whole
}

/// True if executing the bytes at `offset` shows that they are a pickle stream.
pub(super) fn is_stream(source: &dyn ReadAt, offset: u64, limits: &Limits) -> bool {
    let limits = Limits {
        pickle_memory_bytes: limits.pickle_memory_bytes.min(16 << 20),
        pickle_uses: 1024,
        ..limits.clone()
    };
    plausible(
        &examine_one(source, offset, &limits, RECOGNISED_OPCODES),
        source.len(),
    )
}

fn plausible(facts: &PickleFacts, length: u64) -> bool {
    let Some(stream) = facts.streams.first() else {
        return false;
    };
    let named = facts
        .uses
        .iter()
        .filter(|known| is_name(&known.module) && is_name(&known.name));
    let mut named = named.peekable();
    if named.peek().is_some() && !facts.uses.iter().any(|known| !is_name(&known.module)) {
        // An import alone may be chance in text; a call, an instance, a finished stream or further
        // opcodes are not.
        return stream.ended == Ended::Stop
            || stream.opcodes >= 4
            || facts.uses.iter().any(|known| known.how != How::Import);
    }
    let whole = stream.end >= length;
    match stream.ended {
        Ended::Stop => {
            stream.protocol.is_some() || (whole && stream.opcodes >= 2) || stream.opcodes >= 6
        }
        // A huge stream of constants that a memory limit cut short.
        Ended::Limit { .. } => stream.opcodes > 100_000,
        Ended::Broken { .. } => {
            stream.protocol.is_some_and(|protocol| protocol >= 2) && stream.opcodes >= 4
        }
    }
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.split('.').all(|part| {
            part.chars()
                .next()
                .is_some_and(|letter| letter.is_alphabetic() || letter == '_')
                && part
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '_')
        })
}

/// Searches bytes that are something else for a pickle stream that would import and call; returns
/// the offset of the first. Only streams with a plausible name count, or very long ones, so that
/// numbers and prose are not taken for pickles.
#[must_use]
pub fn find(source: &dyn ReadAt, from: u64, limits: &Limits) -> Option<u64> {
    let end = source.len().min(from.saturating_add(SEARCHED_BYTES));
    let limits = Limits {
        pickle_memory_bytes: 4 << 20,
        pickle_uses: 256,
        ..limits.clone()
    };
    let mut trials = 0_usize;
    let mut executed = 0_u64;
    let mut offset = from;
    while offset < end {
        let chunk = source.bytes_at(offset, 1 << 20).ok()?;
        if chunk.len() < 3 {
            return None;
        }
        for index in candidates(&chunk) {
            if trials >= TRIALS || executed >= SEARCH_OPCODES {
                return None;
            }
            trials = trials.saturating_add(1);
            let at = offset.saturating_add(index as u64);
            let trial = Machine::new(source, at, &limits, None);
            let facts = super::one(trial.with_fuel(TRIAL_OPCODES).with_short_lines());
            let opcodes = facts.streams.first().map_or(0, |stream| stream.opcodes);
            executed = executed.saturating_add(opcodes);
            if opcodes >= TRIAL_OPCODES {
                return Some(at);
            }
            let calls = facts.uses.iter().any(|known| {
                !matches!(known.how, How::Import) && is_name(&known.module) && is_name(&known.name)
            });
            if calls {
                return Some(at);
            }
        }
        // Two candidates never lie closer than the overlap of two chunks.
        offset = offset.saturating_add((chunk.len() as u64).saturating_sub(8).max(1));
        if (chunk.len() as u64) < 1 << 20 {
            return None;
        }
    }
    None
}

/// Offsets in `chunk` at which a stream could begin.
fn candidates(chunk: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let binary = memchr::memchr_iter(0x80, chunk).filter(|index| {
        let after = |distance: usize| {
            index
                .checked_add(distance)
                .and_then(|at| chunk.get(at))
                .copied()
        };
        matches!(after(1), Some(2..=5))
            && after(2).is_some_and(|next| {
                matches!(
                    next,
                    b'c' | b'}'
                        | b']'
                        | b'('
                        | 0x95
                        | 0x8c
                        | b'X'
                        | b'K'
                        | b'N'
                        | b'M'
                        | 0x8a
                        | b')'
                        | b'U'
                        | 0x8f
                )
            })
    });
    // Protocol 0: `c`, a module, a newline, a name, a newline, and most often a mark.
    let text = memchr::memmem::find_iter(chunk, b"\n(").filter_map(|index| {
        let before = chunk.get(index.saturating_sub(128)..index)?;
        let newline = memchr::memrchr(b'\n', before)?;
        let module = before.get(..newline)?;
        let start = module
            .iter()
            .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')))
            .map_or(0, |place| place.saturating_add(1));
        let global = memchr::memchr(b'c', module.get(start..)?)?;
        index
            .checked_sub(before.len())
            .and_then(|base| base.checked_add(start))
            .and_then(|base| base.checked_add(global))
    });
    binary.chain(text)
}
