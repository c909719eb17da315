//! GGUF, versions 1 to 3: a table of typed key-value pairs, a table of tensors, and their bytes.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>. Version 1 counts with 32
//! bits; since version 3 a file may be big-endian, recognised by its version number.

mod header;
mod layout;
mod problem;
mod quantization;
mod reader;
#[cfg(test)]
mod tests;
mod value;

pub use problem::{Problem, ProblemKind, Table};
pub use value::{Array, Value, ValueType};

use crate::{Limits, ReadAt, problems};

/// What stands at the start of every file, whatever its byte order.
const MAGIC: &[u8] = b"GGUF";

/// Alignment of tensors where `general.alignment` says nothing, in bytes.
const DEFAULT_ALIGNMENT: u64 = 32;

/// What a GGUF file says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct GgufFacts {
    /// Format version; nothing after it is read unless it is 1, 2 or 3.
    pub version: u32,
    /// True if numbers are big-endian.
    pub big_endian: bool,
    /// Number of tensors, as the file states it.
    pub tensor_count: u64,
    /// Number of pairs, as the file states it.
    pub pair_count: u64,
    /// The pairs in the order of the file, duplicates included.
    pub pairs: Vec<Pair>,
    /// The tensors in the order of the file, duplicates included.
    pub tensors: Vec<Tensor>,
    /// Alignment in bytes that tensors were checked against: `general.alignment` if it is usable.
    pub alignment: u64,
    /// Offset in the file that the tensors' offsets count from; `None` if the tables broke off.
    pub data_start: Option<u64>,
    /// Offset in the file behind the last tensor; `None` if the tables broke off or the size of a
    /// tensor is not known.
    pub end_of_tensors: Option<u64>,
    /// Offset in the file of the first byte behind the last tensor and its padding, if there is
    /// one.
    pub trailing_start: Option<u64>,
    /// Deviations from the format, in the order they were found.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key; what is not UTF-8 in it is replaced.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Offset in the file where the pair begins.
    pub offset: u64,
}

/// A tensor as the table describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name; what is not UTF-8 in it is replaced.
    pub name: String,
    /// Elements in each dimension, the row first.
    pub dims: Vec<u64>,
    /// Element type as a number of ggml.
    pub ggml_type: u32,
    /// Name of that type, `None` if ggml has no such number.
    pub type_name: Option<&'static str>,
    /// Offset of its first byte, counted from [`GgufFacts::data_start`].
    pub offset: u64,
    /// Its size in bytes, `None` if type or dimensions do not tell.
    pub size_bytes: Option<u64>,
    /// Offset in the file where its entry begins.
    pub at: u64,
}

impl GgufFacts {
    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }
}

/// True if the content begins as GGUF does: with its magic and a version. Prose about GGUF begins
/// with the magic as well, but has no zero byte in the place of the version. `head` is the first
/// bytes of the file.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    let version = head.strip_prefix(MAGIC).and_then(|rest| rest.get(..4));
    version.is_some_and(|version| version.contains(&0))
}

/// Reads both tables and compares them with each other and with the file's length; `None` if the
/// content does not begin as GGUF does.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<GgufFacts> {
    let head = source.bytes_at(0, 8).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let mut facts = GgufFacts {
        version: 0,
        big_endian: false,
        tensor_count: 0,
        pair_count: 0,
        pairs: Vec::new(),
        tensors: Vec::new(),
        alignment: DEFAULT_ALIGNMENT,
        data_start: None,
        end_of_tensors: None,
        trailing_start: None,
        problems: Vec::new(),
        problems_left_out: 0,
    };
    let tables_end = header::read(source, limits, &mut facts);
    layout::duplicates(&mut facts);
    layout::alignment(&mut facts);
    if let Some(end) = tables_end {
        layout::check(source, end, &mut facts);
    }
    Some(facts)
}
