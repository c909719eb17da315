//! NumPy arrays: a magic, a version, a header that is a Python dictionary display, and the data.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The header
//! is read by a strict reader of literals; nothing in it is ever evaluated.

mod descr;
mod header;
mod literal;
mod problem;
#[cfg(test)]
mod tests;

pub use descr::{Descr, Field};
pub use literal::LiteralFault;
pub use problem::{Problem, ProblemKind};

use crate::{Limits, ReadAt, problems};

/// What every file begins with.
const MAGIC: &[u8] = b"\x93NUMPY";

/// What an `.npy` file says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NumpyFacts {
    /// Major and minor version; nothing after it is read unless it is 1.0, 2.0 or 3.0.
    pub version: (u8, u8),
    /// The header as text: Latin-1 up to version 2.0, UTF-8 in 3.0 (what is not is replaced).
    pub header_text: String,
    /// The element type, if the header has one that can be understood.
    pub descr: Option<Descr>,
    /// True if the first index changes fastest; false as well if the header does not tell.
    pub fortran_order: bool,
    /// Elements in each dimension; empty for a scalar, and if the header does not tell.
    pub shape: Vec<u64>,
    /// True if the data is a pickle that begins at [`NumpyFacts::data_start`]: the element type
    /// has Python objects in it, or is not understood and may have.
    pub has_objects: bool,
    /// Offset in the file where the header ends.
    pub data_start: u64,
    /// Length of the data in bytes by type and shape; `None` with objects or if they do not tell.
    pub data_bytes: Option<u64>,
    /// Offset in the file of the first byte after the data, if there is one.
    pub trailing_start: Option<u64>,
    /// Deviations from the format, in the order they were found.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

impl NumpyFacts {
    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }
}

/// True if the content begins as an `.npy` file does. `head` is the first bytes of the file.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    head.starts_with(MAGIC)
}

/// Reads the header and compares it with the length of the file; `None` if the content does not
/// begin as an `.npy` file does.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<NumpyFacts> {
    let head = source.bytes_at(0, 12).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let version = match head.get(6..8) {
        Some([major, minor]) => (*major, *minor),
        _ => (0, 0),
    };
    let mut facts = NumpyFacts {
        version,
        header_text: String::new(),
        descr: None,
        fortran_order: false,
        shape: Vec::new(),
        has_objects: false,
        data_start: 0,
        data_bytes: None,
        trailing_start: None,
        problems: Vec::new(),
        problems_left_out: 0,
    };
    let (length_bytes, claimed) = match (version, head.get(8..)) {
        ((1, 0), Some([low, high, ..])) => (2, u64::from(u16::from_le_bytes([*low, *high]))),
        ((2 | 3, 0), Some(rest)) if rest.len() == 4 => {
            let length = rest.try_into().map_or(0, u32::from_le_bytes);
            (4, u64::from(length))
        }
        ((1..=3, 0), _) => {
            facts.problem(8, ProblemKind::Truncated);
            return Some(facts);
        }
        ((major, minor), _) => {
            facts.problem(6, ProblemKind::VersionUnknown { major, minor });
            return Some(facts);
        }
    };
    let start = 8_u64.saturating_add(length_bytes);
    header::read(source, limits, start, claimed, &mut facts);
    Some(facts)
}
