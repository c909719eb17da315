//! Every way in which a safetensors file can deviate from its format.

use crate::quote::{are, bits, bytes, counted, escaped, quoted};

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates. Names of tensors and keys are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemKind {
    /// The header ends beyond the file.
    #[error("the header states {}, {} there", bytes(.claimed), are(.there))]
    HeaderBeyondFile {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// Bytes that are there.
        there: u64,
    },
    /// The header is longer than [`crate::Limits::header_bytes`]; only so much was read.
    #[error("the header states {}, only {} were read", bytes(.claimed), bytes(.limit))]
    HeaderOverLimit {
        /// Length that the file states, in bytes.
        claimed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header has a byte sequence that is not UTF-8.
    #[error("the header is not UTF-8")]
    HeaderNotUtf8,
    /// The header is not JSON; what stood before the break is kept.
    #[error("the header is not JSON: {}", escaped(.reason))]
    HeaderNotJson {
        /// What the JSON reader says.
        reason: String,
    },
    /// The header is JSON but not an object.
    #[error("the header is JSON, but not an object")]
    HeaderNotObject,
    /// The header begins with another byte than `{`.
    #[error("the header begins with byte 0x{byte:02x}, not with `{{`")]
    HeaderStart {
        /// That byte.
        byte: u8,
    },
    /// The header's object is followed by something other than spaces.
    #[error("the header is padded with byte 0x{byte:02x}, not with spaces")]
    HeaderPadding {
        /// The first such byte.
        byte: u8,
    },
    /// A key stands twice in the header, in the metadata or in a tensor's entry.
    #[error("{} has the key {} twice", within.as_deref().map_or("the header".to_owned(), quoted), quoted(.key))]
    DuplicateKey {
        /// The object with the duplicate: `None` for the header, else the name of its member.
        within: Option<String>,
        /// The key.
        key: String,
    },
    /// `__metadata__` is not an object.
    #[error("`__metadata__` is not an object")]
    MetadataNotObject,
    /// A value of `__metadata__` is not a string.
    #[error("the value of {} in `__metadata__` is not a text", quoted(.key))]
    MetadataNotText {
        /// Its key.
        key: String,
    },
    /// The entry of a tensor is not an object.
    #[error("the entry of tensor {} is not an object", quoted(.tensor))]
    EntryNotObject {
        /// Name of the tensor.
        tensor: String,
    },
    /// The entry of a tensor lacks a field.
    #[error("tensor {} has no `{field}`", quoted(.tensor))]
    FieldMissing {
        /// Name of the tensor.
        tensor: String,
        /// `dtype`, `shape` or `data_offsets`.
        field: &'static str,
    },
    /// A field of a tensor's entry has another JSON type or number of values than it should.
    #[error("`{field}` of tensor {} has a value of the wrong type or length", quoted(.tensor))]
    FieldMistyped {
        /// Name of the tensor.
        tensor: String,
        /// `dtype`, `shape` or `data_offsets`.
        field: &'static str,
    },
    /// The entry of a tensor has a key that the format does not know.
    #[error("tensor {} has the key {}, which the format does not know", quoted(.tensor), quoted(.key))]
    FieldUnknown {
        /// Name of the tensor.
        tensor: String,
        /// The key.
        key: String,
    },
    /// The element type is not one of the format's.
    #[error("tensor {} has the unknown element type {}", quoted(.tensor), quoted(.dtype))]
    DtypeUnknown {
        /// Name of the tensor.
        tensor: String,
        /// The type as written.
        dtype: String,
    },
    /// A dimension or offset is negative, has a fraction or exceeds 64 bits.
    #[error("`{field}` of tensor {} has {}, not a whole number of up to 64 bits", quoted(.tensor), quoted(.number))]
    NumberNotNatural {
        /// Name of the tensor.
        tensor: String,
        /// `shape` or `data_offsets`.
        field: &'static str,
        /// The number as it was understood.
        number: String,
    },
    /// A tensor has more dimensions than are kept (64, more than any framework takes).
    #[error("tensor {} has {}", quoted(.tensor), counted(.dimensions, "dimension"))]
    TooManyDimensions {
        /// Name of the tensor.
        tensor: String,
        /// How many it has.
        dimensions: u64,
    },
    /// A tensor ends before it begins.
    #[error("tensor {} begins at data byte {begin}, but ends at {end}", quoted(.tensor))]
    OffsetsReversed {
        /// Name of the tensor.
        tensor: String,
        /// Stated begin.
        begin: u64,
        /// Stated end.
        end: u64,
    },
    /// A tensor begins at or beyond the end of the file.
    #[error("tensor {} ends at data byte {end}, but the data has {}", quoted(.tensor), bytes(.there))]
    OffsetsBeyondFile {
        /// Name of the tensor.
        tensor: String,
        /// Stated end, counted from the start of the data.
        end: u64,
        /// Bytes of data that are there.
        there: u64,
    },
    /// A tensor begins inside the file and ends beyond it.
    #[error("tensor {} ends beyond the file: {} missing", quoted(.tensor), bytes(.missing))]
    DataTruncated {
        /// Name of the tensor.
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
    /// Bytes between two tensors that belong to none.
    #[error("{} between two tensors that belong to none", bytes(.length))]
    Hole {
        /// How many.
        length: u64,
    },
    /// The first tensor does not begin where the data does.
    #[error("the first tensor begins at data byte {begin}, not at 0")]
    DataStart {
        /// Where it begins, counted from the start of the data.
        begin: u64,
    },
    /// The range of a tensor does not have the size that type and shape ask for.
    #[error("tensor {} needs {} by type and shape, its offsets give {}", quoted(.tensor), bits(.expected_bits), bytes(.actual_bytes))]
    SizeDisagrees {
        /// Name of the tensor.
        tensor: String,
        /// Size by type and shape, in bits: types narrower than a byte exist.
        expected_bits: u64,
        /// Size by offsets, in bytes.
        actual_bytes: u64,
    },
    /// The size by type and shape exceeds 64 bits.
    #[error("the size of tensor {} exceeds 64 bits", quoted(.tensor))]
    SizeOverflow {
        /// Name of the tensor.
        tensor: String,
    },
    /// Bytes after the last tensor.
    #[error("{} after the last tensor", bytes(.length))]
    BytesAfterData {
        /// How many.
        length: u64,
    },
    /// A text is longer than [`crate::Limits::text_bytes`]; the rest was not kept.
    #[error("a text of {} was not kept whole", bytes(.length))]
    TextCut {
        /// Its length in bytes.
        length: u64,
    },
    /// There are more tensors or metadata pairs than [`crate::Limits::members`]; the rest of the
    /// header was not read.
    #[error("the header goes on after {}, the rest was not read", counted(.members, "member"))]
    LimitReached {
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
