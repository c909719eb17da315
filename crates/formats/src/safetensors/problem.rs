//! Every way in which a safetensors file can deviate from its format.

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates. Names of tensors and keys are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The header ends beyond the file.
    HeaderBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// The header is longer than [`crate::Limits::header_bytes`]; only so much was read.
    HeaderOverLimit {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header has a byte sequence that is not UTF-8.
    HeaderNotUtf8,
    /// The header is not JSON; what stood before the break is kept.
    HeaderNotJson {
        /// What the JSON reader says.
        reason: String,
    },
    /// The header is JSON but not an object.
    HeaderNotObject,
    /// The header begins with another byte than `{`.
    HeaderStart {
        /// That byte.
        byte: u8,
    },
    /// The header's object is followed by something other than spaces.
    HeaderPadding {
        /// The first such byte.
        byte: u8,
    },
    /// A key stands twice in the header, in the metadata or in a tensor's entry.
    DuplicateKey {
        /// The object with the duplicate: `None` for the header, else the name of its member.
        within: Option<String>,
        /// The key.
        key: String,
    },
    /// `__metadata__` is not an object.
    MetadataNotObject,
    /// A value of `__metadata__` is not a string.
    MetadataNotText {
        /// Its key.
        key: String,
    },
    /// The entry of a tensor is not an object.
    EntryNotObject {
        /// Name of the tensor.
        tensor: String,
    },
    /// The entry of a tensor lacks a field.
    FieldMissing {
        /// Name of the tensor.
        tensor: String,
        /// `dtype`, `shape` or `data_offsets`.
        field: &'static str,
    },
    /// A field of a tensor's entry has another JSON type or number of values than it should.
    FieldMistyped {
        /// Name of the tensor.
        tensor: String,
        /// `dtype`, `shape` or `data_offsets`.
        field: &'static str,
    },
    /// The entry of a tensor has a key that the format does not know.
    FieldUnknown {
        /// Name of the tensor.
        tensor: String,
        /// The key.
        key: String,
    },
    /// The element type is not one of the format's.
    DtypeUnknown {
        /// Name of the tensor.
        tensor: String,
        /// The type as written.
        dtype: String,
    },
    /// A dimension or offset is negative, has a fraction or exceeds 64 bits.
    NumberNotNatural {
        /// Name of the tensor.
        tensor: String,
        /// `shape` or `data_offsets`.
        field: &'static str,
        /// The number as it was understood.
        number: String,
    },
    /// A tensor has more dimensions than are kept (64, more than any framework takes).
    TooManyDimensions {
        /// Name of the tensor.
        tensor: String,
        /// How many it has.
        dimensions: u64,
    },
    /// A tensor ends before it begins.
    OffsetsReversed {
        /// Name of the tensor.
        tensor: String,
        /// Stated begin.
        begin: u64,
        /// Stated end.
        end: u64,
    },
    /// A tensor begins at or beyond the end of the file.
    OffsetsBeyondFile {
        /// Name of the tensor.
        tensor: String,
        /// Stated end, counted from the start of the data.
        end: u64,
        /// Bytes of data that are there.
        there: u64,
    },
    /// A tensor begins inside the file and ends beyond it.
    DataTruncated {
        /// Name of the tensor.
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
    /// Bytes between two tensors that belong to none.
    Hole {
        /// How many.
        length: u64,
    },
    /// The first tensor does not begin where the data does.
    DataStart {
        /// Where it begins, counted from the start of the data.
        begin: u64,
    },
    /// The range of a tensor does not have the size that type and shape ask for.
    SizeDisagrees {
        /// Name of the tensor.
        tensor: String,
        /// Size by type and shape, in bits: types narrower than a byte exist.
        expected_bits: u64,
        /// Size by offsets, in bytes.
        actual_bytes: u64,
    },
    /// The size by type and shape exceeds 64 bits.
    SizeOverflow {
        /// Name of the tensor.
        tensor: String,
    },
    /// Bytes after the last tensor.
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// A text is longer than [`crate::Limits::text_bytes`]; the rest was not kept.
    TextCut {
        /// Its length in bytes.
        length: u64,
    },
    /// There are more tensors or metadata pairs than [`crate::Limits::members`]; the rest of the
    /// header was not read.
    LimitReached {
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
