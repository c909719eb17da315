//! Every way in which an `.npy` file can deviate from its format.

use super::LiteralFault;
use crate::quote::{are, bytes, escaped, quoted};

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates. Texts out of the header are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemKind {
    /// The file ends before the length of the header.
    #[error("the file ends before the length of the header")]
    Truncated,
    /// The version is not 1.0, 2.0 or 3.0; nothing after it was read.
    #[error("version {major}.{minor} is unknown, nothing after it was read")]
    VersionUnknown {
        /// Major version.
        major: u8,
        /// Minor version.
        minor: u8,
    },
    /// The header ends beyond the file; what is there was read.
    #[error("the header states {}, {} there", bytes(.claimed), are(.there))]
    HeaderBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// The header is longer than [`crate::Limits::header_bytes`] or
    /// [`crate::Limits::text_bytes`]; only so much was read.
    #[error("the header states {}, only {} were read", bytes(.claimed), bytes(.limit))]
    HeaderOverLimit {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header of a version 3.0 file is not UTF-8.
    #[error("the header is not UTF-8")]
    HeaderNotUtf8,
    /// The header is not a literal of Python. Calls, names and operators end up here.
    #[error("the header is not a literal of Python: {fault}")]
    HeaderNotLiteral {
        /// What stands there instead.
        fault: LiteralFault,
    },
    /// The header is a literal but not a dictionary.
    #[error("the header is a literal of Python, but not a dictionary")]
    HeaderNotDictionary,
    /// A key is not there.
    #[error("the header has no `{key}`")]
    KeyMissing {
        /// `descr`, `fortran_order` or `shape`.
        key: &'static str,
    },
    /// A key that the format does not know.
    #[error("the header has the key {}, which the format does not know", quoted(.key))]
    KeyUnknown {
        /// The key.
        key: String,
    },
    /// A key stands twice; the last one is taken, as Python does.
    #[error("the header has the key {} twice", quoted(.key))]
    KeyTwice {
        /// The key.
        key: String,
    },
    /// The element type is not one that the format writes.
    #[error("the element type is not one that the format writes: {}", quoted(.descr))]
    DescrUnknown {
        /// The type as written, or what is wrong with it.
        descr: String,
    },
    /// `fortran_order` is neither `True` nor `False`.
    #[error("`fortran_order` is neither `True` nor `False`")]
    OrderNotBoolean,
    /// `shape` is not a tuple of numbers.
    #[error("`shape` is not a tuple of numbers")]
    ShapeMistyped,
    /// A dimension is negative.
    #[error("`shape` has the negative dimension {dimension}")]
    ShapeNegative {
        /// The dimension.
        dimension: i128,
    },
    /// The number of elements or bytes exceeds 63 bits.
    #[error("the size of the array exceeds 63 bits")]
    SizeOverflow,
    /// The data is shorter than type and shape say.
    #[error("the data ends beyond the file: {} missing", bytes(.missing))]
    DataShort {
        /// How many bytes are not there.
        missing: u64,
    },
    /// Bytes after the data.
    #[error("{} after the data", bytes(.length))]
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// The bytes could not be read.
    #[error("the bytes could not be read: {}", escaped(.reason))]
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}
