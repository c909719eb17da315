//! The JSON header, read as a stream: every key is seen, duplicates included.

use super::json::{Place, Stream, first_not_utf8};
use super::members::State;
use super::problem::ProblemKind;
use super::{PREFIX_BYTES, SafetensorsFacts};
use crate::problems::excerpt;
use crate::{Limits, ReadAt};

/// What reading the header left besides the facts.
#[derive(Default)]
pub(super) struct Unlisted {
    /// Name and offset of the entries that made no [`super::Tensor`].
    pub(super) entries: Vec<(String, u64)>,
    /// Offset of the key of each pair in [`SafetensorsFacts::metadata`].
    pub(super) metadata_at: Vec<u64>,
    /// True if the header was understood to its end.
    pub(super) header_read_whole: bool,
}

/// Reads the header's range as far as file and limit allow.
pub(super) fn read(source: &dyn ReadAt, limits: &Limits, facts: &mut SafetensorsFacts) -> Unlisted {
    let end = range_end(source, limits, facts);
    match first_not_utf8(source, PREFIX_BYTES, end) {
        Ok(None) => {}
        Ok(Some(offset)) => facts.problem(offset, ProblemKind::HeaderNotUtf8),
        Err(failed) => {
            let reason = failed.to_string();
            facts.problem(PREFIX_BYTES, ProblemKind::Unreadable { reason });
            return Unlisted::default();
        }
    }
    let first = source.bytes_at(PREFIX_BYTES, 1).unwrap_or_default();
    if let Some(byte) = first.first().copied().filter(|byte| *byte != b'{') {
        facts.problem(PREFIX_BYTES, ProblemKind::HeaderStart { byte });
    }
    let place = Place::default();
    let mut stream = Stream::new(source, start_of_json(source), end, &place);
    let mut state = State::new(facts, limits, &place);
    let outcome = state.deserialize(&mut serde_json::Deserializer::from_reader(&mut stream));
    let mut unlisted = std::mem::take(&mut state.unlisted);
    let stopped = state.stopped;
    unlisted.header_read_whole = match outcome {
        Ok(()) => padding(&mut stream, &place, facts),
        Err(_) if stopped => false,
        Err(error) => {
            broken(&error, &place, facts);
            false
        }
    };
    unlisted
}

/// Where the header ends for us: at its stated length, the limit, or the end of the file.
fn range_end(source: &dyn ReadAt, limits: &Limits, facts: &mut SafetensorsFacts) -> u64 {
    let claimed = facts.header_bytes;
    let there = source.len().saturating_sub(PREFIX_BYTES);
    if claimed > there {
        facts.problem(0, ProblemKind::HeaderBeyondFile { claimed, there });
    }
    let limit = limits.header_bytes;
    if claimed > limit {
        facts.problem(0, ProblemKind::HeaderOverLimit { claimed, limit });
    }
    PREFIX_BYTES.saturating_add(claimed.min(there).min(limit))
}

/// Some writers put a byte order mark in front of the JSON.
fn start_of_json(source: &dyn ReadAt) -> u64 {
    let mark = source.bytes_at(PREFIX_BYTES, 3).unwrap_or_default();
    let marked = mark == b"\xef\xbb\xbf";
    PREFIX_BYTES.saturating_add(if marked { 3 } else { 0 })
}

/// Looks at what follows the object; true if nothing but white space does.
fn padding(stream: &mut Stream<'_>, place: &Place, facts: &mut SafetensorsFacts) -> bool {
    match stream.first_beyond_spaces() {
        Ok(None) => {}
        Ok(Some(byte)) => {
            let offset = place.offset().saturating_sub(1);
            facts.problem(offset, ProblemKind::HeaderPadding { byte });
        }
        Err(error) => {
            let reason = error.to_string();
            facts.problem(place.offset(), ProblemKind::Unreadable { reason });
            return false;
        }
    }
    true
}

fn broken(error: &serde_json::Error, place: &Place, facts: &mut SafetensorsFacts) {
    let failed = place.failed.borrow_mut().take();
    let kind = match failed {
        Some(failed) => ProblemKind::Unreadable {
            reason: failed.to_string(),
        },
        None => ProblemKind::HeaderNotJson {
            reason: excerpt(&error.to_string()),
        },
    };
    facts.problem(place.offset(), kind);
}
