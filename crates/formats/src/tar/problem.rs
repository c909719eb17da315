//! Every way in which a tar archive can deviate from its format.

use crate::quote::{are, bytes, counted, escaped, quoted};

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// A field of a header that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberField {
    /// Permission bits.
    #[error("mode")]
    Mode,
    /// Bytes of data.
    #[error("size")]
    Size,
    /// Bytes of a sparse file with its holes.
    #[error("expanded size")]
    ExpandedSize,
}

/// What deviates. Paths and texts are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemKind {
    /// The checksum of a header is wrong; the walk goes on with the next header that is right.
    #[error("the checksum of a header is wrong")]
    ChecksumWrong,
    /// The archive ends inside a header.
    #[error("the archive ends inside a header: 512 bytes expected, {} there", are(.there))]
    HeaderTruncated {
        /// How many of its bytes are there.
        there: u64,
    },
    /// A field is no number; a size that is none ends the regular walk.
    #[error("the {field} in a header is not a number")]
    NumberMalformed {
        /// Which field.
        field: NumberField,
    },
    /// A size is negative or exceeds 64 bits.
    #[error("the {field} in a header is out of range")]
    NumberOutOfRange {
        /// Which field.
        field: NumberField,
    },
    /// The data of an entry ends beyond the file.
    #[error("entry {} ends beyond the file: {} missing", quoted(.path), bytes(.missing))]
    SizeBeyondFile {
        /// Its path.
        path: String,
        /// How many bytes are not there.
        missing: u64,
    },
    /// Header and pax record state different sizes: readers that know only one disagree about
    /// where the next header is.
    #[error("entry {} states {} in its header and {} in its pax record", quoted(.path), bytes(.header_size), bytes(.pax_size))]
    SizeDisagrees {
        /// Its path.
        path: String,
        /// Size in the header, in bytes.
        header_size: u64,
        /// Size in the pax record, in bytes.
        pax_size: u64,
    },
    /// An entry without data states a size: some readers skip as much, others nothing.
    #[error("entry {} has no data, but states {}", quoted(.path), bytes(.size))]
    SizeWithoutData {
        /// Its path.
        path: String,
        /// That size, in bytes.
        size: u64,
    },
    /// An entry is named by two records, of GNU, of pax or of both.
    #[error("two records name one entry, one of them {}", quoted(.path))]
    NamedTwice {
        /// One of the paths.
        path: String,
    },
    /// A name record with no entry behind it.
    #[error("a record names an entry that does not follow")]
    NameWithoutEntry,
    /// A path or link target has control characters.
    #[error("the path or link target {} has control characters", quoted(.path))]
    ControlInPath {
        /// The path.
        path: String,
    },
    /// A path or link target has a NUL that does not end it.
    #[error("the path or link target {} has a NUL that does not end it", quoted(.path))]
    NulInPath {
        /// The path.
        path: String,
    },
    /// A field of a header goes on behind the NUL that ends it.
    #[error("a field of a header goes on with {} behind the NUL that ends it", quoted(.hidden))]
    BytesAfterNul {
        /// What stands behind it.
        hidden: String,
    },
    /// A path or link target is not UTF-8.
    #[error("the path or link target {} is not UTF-8", quoted(.path))]
    PathNotUtf8 {
        /// The path, with what is not UTF-8 replaced.
        path: String,
    },
    /// A header has no path.
    #[error("a header has no path")]
    PathEmpty,
    /// A prefix that only some readers put in front: the header's magic is not that of ustar.
    #[error("the prefix {} of a header is read by some readers only", quoted(.prefix))]
    PrefixIgnored {
        /// The prefix.
        prefix: String,
    },
    /// Two entries have the same path.
    #[error("two entries have the path {}", quoted(.path))]
    DuplicatePath {
        /// The path.
        path: String,
    },
    /// A pax record is malformed; those behind it were not read.
    #[error("a pax record is malformed, those behind it were not read")]
    PaxMalformed,
    /// A global pax header sets what belongs to one entry; readers apply it differently.
    #[error("a global pax header sets `{key}`, which belongs to one entry")]
    PaxGlobal {
        /// `path`, `linkpath` or `size`.
        key: &'static str,
    },
    /// A name record or pax header is longer than [`crate::Limits::text_bytes`]; it was not read.
    #[error("a name record or pax header of {} was not read", bytes(.length))]
    RecordOverLimit {
        /// Its length in bytes.
        length: u64,
    },
    /// The archive ends with data, without the end-of-archive marker.
    #[error("the archive has no end-of-archive marker")]
    EndMissing,
    /// One block of zeros where the end-of-archive marker has two.
    #[error("the end-of-archive marker has one block of zeros, not two")]
    EndHalf,
    /// An entry behind the end-of-archive marker.
    #[error("entry {} stands behind the end-of-archive marker", quoted(.path))]
    EntryAfterEnd {
        /// Its path.
        path: String,
    },
    /// Bytes other than zero behind the end-of-archive marker.
    #[error("bytes other than zero behind the end-of-archive marker")]
    BytesAfterEnd,
    /// There are more entries than [`crate::Limits::members`], or their names are longer than
    /// [`crate::Limits::header_bytes`] together; the rest was not read.
    #[error("the archive goes on after {}, the rest was not read", counted(.entries, "entry"))]
    LimitReached {
        /// Entries that were read.
        entries: u64,
    },
    /// The bytes could not be read.
    #[error("the bytes could not be read: {}", escaped(.reason))]
    Unreadable {
        /// What the reader said.
        reason: String,
    },
}
