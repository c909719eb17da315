//! Every way in which an `.npy` file can deviate from its format.

use super::LiteralFault;

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates. Texts out of the header are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The file ends before the length of the header.
    Truncated,
    /// The version is not 1.0, 2.0 or 3.0; nothing after it was read.
    VersionUnknown {
        /// Major version.
        major: u8,
        /// Minor version.
        minor: u8,
    },
    /// The header ends beyond the file; what is there was read.
    HeaderBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// The header is longer than [`crate::Limits::header_bytes`] or
    /// [`crate::Limits::text_bytes`]; only so much was read.
    HeaderOverLimit {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header of a version 3.0 file is not UTF-8.
    HeaderNotUtf8,
    /// The header is not a literal of Python. Calls, names and operators end up here.
    HeaderNotLiteral {
        /// What stands there instead.
        fault: LiteralFault,
    },
    /// The header is a literal but not a dictionary.
    HeaderNotDictionary,
    /// A key is not there.
    KeyMissing {
        /// `descr`, `fortran_order` or `shape`.
        key: &'static str,
    },
    /// A key that the format does not know.
    KeyUnknown {
        /// The key.
        key: String,
    },
    /// A key stands twice; the last one is taken, as Python does.
    KeyTwice {
        /// The key.
        key: String,
    },
    /// The element type is not one that the format writes.
    DescrUnknown {
        /// The type as written, or what is wrong with it.
        descr: String,
    },
    /// `fortran_order` is neither `True` nor `False`.
    OrderNotBoolean,
    /// `shape` is not a tuple of numbers.
    ShapeMistyped,
    /// A dimension is negative.
    ShapeNegative {
        /// The dimension.
        dimension: i128,
    },
    /// The number of elements or bytes exceeds 63 bits.
    SizeOverflow,
    /// The data is shorter than type and shape say.
    DataShort {
        /// How many bytes are not there.
        missing: u64,
    },
    /// Bytes after the data.
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// The bytes could not be read.
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}

/// A text, cut to what a message needs.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(128).collect()
}
