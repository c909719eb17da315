//! Every way in which a GGUF file can deviate from its format.

use crate::quote::{are, bytes, counted, escaped, quoted};

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// One of the two tables in front of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// The key-value pairs.
    Pairs,
    /// The tensors.
    Tensors,
}

impl Table {
    /// So many of its entries, in words.
    fn count(self, number: u64) -> String {
        match self {
            Self::Pairs => counted(&number, "key-value pair"),
            Self::Tensors => counted(&number, "tensor"),
        }
    }
}

/// What deviates. Keys and names of tensors are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemKind {
    /// The version is not 1, 2 or 3; nothing after it was read.
    #[error("version {version} is unknown, nothing after it was read")]
    VersionUnknown {
        /// The version.
        version: u32,
    },
    /// A table states more entries than the file can hold.
    #[error("the file states {}, at most {fits} fit into what is there", .table.count(*.claimed))]
    CountBeyondFile {
        /// Which table.
        table: Table,
        /// Entries that the file states.
        claimed: u64,
        /// Most entries that fit into what is there.
        fits: u64,
    },
    /// The tables go on beyond the end of the file.
    #[error("the file ends inside its tables, the next item takes {}", bytes(.wanted))]
    Truncated {
        /// Bytes that the next item wants.
        wanted: u64,
    },
    /// A string states a length beyond the end of the file.
    #[error("a text states {}, {} there", bytes(.claimed), are(.there))]
    StringBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// An array states more elements than the file can hold.
    #[error("the array {} states {}, at most {fits} fit into what is there", quoted(.key), counted(.claimed, "element"))]
    ArrayBeyondFile {
        /// Its key.
        key: String,
        /// Elements that the file states.
        claimed: u64,
        /// Most elements that fit into what is there.
        fits: u64,
    },
    /// The type of a value is not one of the format's; nothing after it was read.
    #[error("the value of {} has the unknown type {value_type}, nothing after it was read", quoted(.key))]
    ValueTypeUnknown {
        /// The key.
        key: String,
        /// The type.
        value_type: u32,
    },
    /// Arrays stand inside each other deeper than [`crate::Limits::depth`]; nothing after was read.
    #[error("the arrays of {} stand inside each other too deep, nothing after them was read", quoted(.key))]
    NestedTooDeep {
        /// The key.
        key: String,
    },
    /// A truth value is neither 0 nor 1.
    #[error("the truth value of {} is {byte}, neither 0 nor 1", quoted(.key))]
    BoolNotBinary {
        /// The key.
        key: String,
        /// The byte.
        byte: u8,
    },
    /// A key, name or value is not UTF-8.
    #[error("a text is not UTF-8")]
    TextNotUtf8,
    /// A text is longer than [`crate::Limits::text_bytes`], or all texts together longer than
    /// [`crate::Limits::header_bytes`]; the rest was not kept.
    #[error("a text of {} was not kept whole", bytes(.length))]
    TextCut {
        /// Its length in bytes.
        length: u64,
    },
    /// A key is longer than 65535 bytes.
    #[error("a key has {}, more than 65535", bytes(.length))]
    KeyTooLong {
        /// Its length in bytes.
        length: u64,
    },
    /// The name of a tensor is longer than 64 bytes.
    #[error("the name of a tensor has {}, more than 64", bytes(.length))]
    NameTooLong {
        /// Its length in bytes.
        length: u64,
    },
    /// A key stands twice.
    #[error("the key {} is there twice", quoted(.key))]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// Two tensors have the same name.
    #[error("two tensors have the name {}", quoted(.tensor))]
    DuplicateTensor {
        /// The name.
        tensor: String,
    },
    /// `general.alignment` is not a 32-bit unsigned number.
    #[error("`general.alignment` is not a 32-bit unsigned number")]
    AlignmentMistyped,
    /// `general.alignment` is zero or no power of two.
    #[error("`general.alignment` is {alignment}, not a power of two")]
    AlignmentUnusable {
        /// Its value.
        alignment: u64,
    },
    /// A tensor has no dimension or more than four.
    #[error("tensor {} has {}, not 1 to 4", quoted(.tensor), counted(&u64::from(*.count), "dimension"))]
    DimensionCount {
        /// The tensor.
        tensor: String,
        /// How many it states.
        count: u32,
    },
    /// A dimension is zero.
    #[error("a dimension of tensor {} is zero", quoted(.tensor))]
    DimensionZero {
        /// The tensor.
        tensor: String,
    },
    /// The number of elements or bytes exceeds 63 bits.
    #[error("the size of tensor {} exceeds 63 bits", quoted(.tensor))]
    SizeOverflow {
        /// The tensor.
        tensor: String,
    },
    /// The element type is not one of ggml's.
    #[error("tensor {} has the unknown element type {ggml_type}", quoted(.tensor))]
    TensorTypeUnknown {
        /// The tensor.
        tensor: String,
        /// The type.
        ggml_type: u32,
    },
    /// The element type was removed from ggml.
    #[error("tensor {} has the element type `{type_name}`, which ggml has removed", quoted(.tensor))]
    TensorTypeRemoved {
        /// The tensor.
        tensor: String,
        /// Name of the type.
        type_name: &'static str,
    },
    /// The row of a tensor does not consist of whole blocks of its type.
    #[error("a row of tensor {} has {}, not a multiple of its block of {block}", quoted(.tensor), counted(.row, "element"))]
    RowNotWholeBlocks {
        /// The tensor.
        tensor: String,
        /// Elements of the row.
        row: u64,
        /// Elements of a block.
        block: u64,
    },
    /// A tensor does not begin at a multiple of the alignment.
    #[error("tensor {} begins at data byte {offset}, not at a multiple of the alignment", quoted(.tensor))]
    OffsetNotAligned {
        /// The tensor.
        tensor: String,
        /// Its offset, counted from the start of the data.
        offset: u64,
    },
    /// A tensor ends beyond the file.
    #[error("tensor {} ends beyond the file: {} missing", quoted(.tensor), bytes(.missing))]
    DataBeyondFile {
        /// The tensor.
        tensor: String,
        /// How many of its bytes are not there.
        missing: u64,
    },
    /// Two tensors share bytes.
    #[error("tensors {} and {} share bytes", quoted(.first), quoted(.second))]
    Overlap {
        /// The tensor that begins first.
        first: String,
        /// The tensor that begins inside it.
        second: String,
    },
    /// Bytes between two tensors, or in front of the first, beyond what alignment asks for.
    #[error("{} before or between tensors that belong to none", bytes(.length))]
    Hole {
        /// How many, alignment padding not included.
        length: u64,
    },
    /// Alignment padding that is not zero.
    #[error("{} of padding that are not all zero", bytes(.length))]
    PaddingNotZero {
        /// Length of the padding in bytes.
        length: u64,
    },
    /// Bytes after the last tensor and its padding.
    #[error("{} after the last tensor", bytes(.length))]
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// A table has more entries than [`crate::Limits::members`]; nothing after was read.
    #[error("the file states more than {}, nothing after the limit was read", .table.count(*.members))]
    LimitReached {
        /// Which table.
        table: Table,
        /// The limit.
        members: u64,
    },
    /// The bytes could not be read.
    #[error("the bytes could not be read: {}", escaped(.reason))]
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}
