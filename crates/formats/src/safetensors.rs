//! Safetensors: an 8-byte little-endian header length, a JSON header, and the tensors' bytes.
//!
//! Format: <https://github.com/huggingface/safetensors#format>. The reference reader refuses most
//! of what is listed in [`ProblemKind`]; other readers do not, so every deviation is a fact.

mod dtype;
mod entry;
mod header;
mod json;
mod layout;
mod members;
mod problem;
#[cfg(test)]
mod tests;

pub use problem::{Problem, ProblemKind};

use crate::{Limits, ReadAt, problems};

/// Bytes of the header length in front of the header.
const PREFIX_BYTES: u64 = 8;

/// The smallest header, `{}`.
const SMALLEST_HEADER_BYTES: u64 = 2;

/// What a safetensors file says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SafetensorsFacts {
    /// Length of the header in bytes, as the file states it.
    pub header_bytes: u64,
    /// Offset in the file that the tensors' offsets count from.
    pub data_start: u64,
    /// The tensors in the order of the header; an entry whose shape or offsets cannot be
    /// understood is not listed, a [`Problem`] names it.
    pub tensors: Vec<Tensor>,
    /// The text pairs of `__metadata__` in the order of the header, duplicates included.
    pub metadata: Vec<(String, String)>,
    /// Offset in the file of the first byte after the last tensor, if there is one; not known
    /// (`None`) when the header could not be read to its end.
    pub trailing_start: Option<u64>,
    /// Deviations from the format, in the order they were found.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// A tensor as its entry in the header describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its key in the header.
    pub name: String,
    /// Element type, such as `BF16`; any text, the unknown ones are a [`Problem`].
    pub dtype: String,
    /// Elements in each dimension.
    pub shape: Vec<u64>,
    /// Offset of its first byte, counted from [`SafetensorsFacts::data_start`].
    pub begin: u64,
    /// Offset behind its last byte, counted from [`SafetensorsFacts::data_start`].
    pub end: u64,
    /// Offset of its key in the file.
    pub at: u64,
}

impl SafetensorsFacts {
    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }
}

/// True if the content looks like safetensors: a JSON object begins where the header should, and
/// the length in front of it fits into the file or is at least not text.
///
/// `head` is the first bytes of the file (4 KiB are plenty), `length` the length of the file.
#[must_use]
pub fn recognises(head: &[u8], length: u64) -> bool {
    let Some((prefix, header)) = head.split_first_chunk::<8>() else {
        return false;
    };
    let plausible = is_plausible(u64::from_le_bytes(*prefix), length);
    let text = prefix
        .iter()
        .all(|byte| matches!(byte, 0x20..=0x7e | b'\t' | b'\n' | b'\r'));
    let header = match header.strip_prefix(b"\xef\xbb\xbf".as_slice()) {
        Some(rest) if plausible => rest,
        _ => header,
    };
    let start = header.trim_ascii_start();
    let at_once = start.len() == header.len();
    let Some((b'{', inside)) = start.split_first() else {
        return false;
    };
    let object = matches!(inside.trim_ascii_start().first(), Some(b'"' | b'}') | None);
    object && (plausible || (at_once && !text))
}

fn is_plausible(header_bytes: u64, length: u64) -> bool {
    header_bytes >= SMALLEST_HEADER_BYTES && header_bytes <= length.saturating_sub(PREFIX_BYTES)
}

/// Reads the header. `None` if the content neither looks like safetensors ([`recognises`]) nor
/// begins with a length that fits into the file; the second is for callers that go by a name.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<SafetensorsFacts> {
    let head = source.bytes_at(0, 4096).ok()?;
    let header_bytes = u64::from_le_bytes(*head.first_chunk::<8>()?);
    if !recognises(&head, source.len()) && !is_plausible(header_bytes, source.len()) {
        return None;
    }
    let mut facts = SafetensorsFacts {
        header_bytes,
        data_start: PREFIX_BYTES.saturating_add(header_bytes),
        tensors: Vec::new(),
        metadata: Vec::new(),
        trailing_start: None,
        problems: Vec::new(),
        problems_left_out: 0,
    };
    let unlisted = header::read(source, limits, &mut facts);
    layout::duplicates(&mut facts, &unlisted);
    if unlisted.header_read_whole {
        layout::check(source.len(), &mut facts);
    }
    Some(facts)
}
