//! Every way in which a GGUF file can deviate from its format.

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

/// What deviates. Keys and names of tensors are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The version is not 1, 2 or 3; nothing after it was read.
    VersionUnknown {
        /// The version.
        version: u32,
    },
    /// A table states more entries than the file can hold.
    CountBeyondFile {
        /// Which table.
        table: Table,
        /// Entries that the file states.
        claimed: u64,
        /// Most entries that fit into what is there.
        fits: u64,
    },
    /// The tables go on beyond the end of the file.
    Truncated {
        /// Bytes that the next item wants.
        wanted: u64,
    },
    /// A string states a length beyond the end of the file.
    StringBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// An array states more elements than the file can hold.
    ArrayBeyondFile {
        /// Its key.
        key: String,
        /// Elements that the file states.
        claimed: u64,
        /// Most elements that fit into what is there.
        fits: u64,
    },
    /// The type of a value is not one of the format's; nothing after it was read.
    ValueTypeUnknown {
        /// The key.
        key: String,
        /// The type.
        value_type: u32,
    },
    /// Arrays stand inside each other deeper than [`crate::Limits::depth`]; nothing after was read.
    NestedTooDeep {
        /// The key.
        key: String,
    },
    /// A truth value is neither 0 nor 1.
    BoolNotBinary {
        /// The key.
        key: String,
        /// The byte.
        byte: u8,
    },
    /// A key, name or value is not UTF-8.
    TextNotUtf8,
    /// A text is longer than [`crate::Limits::text_bytes`], or all texts together longer than
    /// [`crate::Limits::header_bytes`]; the rest was not kept.
    TextCut {
        /// Its length in bytes.
        length: u64,
    },
    /// A key is longer than 65535 bytes.
    KeyTooLong {
        /// Its length in bytes.
        length: u64,
    },
    /// The name of a tensor is longer than 64 bytes.
    NameTooLong {
        /// Its length in bytes.
        length: u64,
    },
    /// A key stands twice.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// Two tensors have the same name.
    DuplicateTensor {
        /// The name.
        tensor: String,
    },
    /// `general.alignment` is not a 32-bit unsigned number.
    AlignmentMistyped,
    /// `general.alignment` is zero or no power of two.
    AlignmentUnusable {
        /// Its value.
        alignment: u64,
    },
    /// A tensor has no dimension or more than four.
    DimensionCount {
        /// The tensor.
        tensor: String,
        /// How many it states.
        count: u32,
    },
    /// A dimension is zero.
    DimensionZero {
        /// The tensor.
        tensor: String,
    },
    /// The number of elements or bytes exceeds 63 bits.
    SizeOverflow {
        /// The tensor.
        tensor: String,
    },
    /// The element type is not one of ggml's.
    TensorTypeUnknown {
        /// The tensor.
        tensor: String,
        /// The type.
        ggml_type: u32,
    },
    /// The element type was removed from ggml.
    TensorTypeRemoved {
        /// The tensor.
        tensor: String,
        /// Name of the type.
        type_name: &'static str,
    },
    /// The row of a tensor does not consist of whole blocks of its type.
    RowNotWholeBlocks {
        /// The tensor.
        tensor: String,
        /// Elements of the row.
        row: u64,
        /// Elements of a block.
        block: u64,
    },
    /// A tensor does not begin at a multiple of the alignment.
    OffsetNotAligned {
        /// The tensor.
        tensor: String,
        /// Its offset, counted from the start of the data.
        offset: u64,
    },
    /// A tensor ends beyond the file.
    DataBeyondFile {
        /// The tensor.
        tensor: String,
        /// How many of its bytes are not there.
        missing: u64,
    },
    /// Two tensors share bytes.
    Overlap {
        /// The tensor that begins first.
        first: String,
        /// The tensor that begins inside it.
        second: String,
    },
    /// Bytes between two tensors, or in front of the first, beyond what alignment asks for.
    Hole {
        /// How many, alignment padding not included.
        length: u64,
    },
    /// Alignment padding that is not zero.
    PaddingNotZero {
        /// Length of the padding in bytes.
        length: u64,
    },
    /// Bytes after the last tensor and its padding.
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// A table has more entries than [`crate::Limits::members`]; nothing after was read.
    LimitReached {
        /// Which table.
        table: Table,
        /// The limit.
        members: u64,
    },
    /// The bytes could not be read.
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}

/// A name, cut to what a message needs.
pub(super) fn excerpt(name: &str) -> String {
    name.chars().take(128).collect()
}
