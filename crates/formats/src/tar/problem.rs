//! Every way in which a tar archive can deviate from its format.

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// A field of a header that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberField {
    /// Permission bits.
    Mode,
    /// Bytes of data.
    Size,
    /// Bytes of a sparse file with its holes.
    ExpandedSize,
}

/// What deviates. Paths and texts are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The checksum of a header is wrong; the walk goes on with the next header that is right.
    ChecksumWrong,
    /// The archive ends inside a header.
    HeaderTruncated {
        /// How many of its bytes are there.
        there: u64,
    },
    /// A field is no number; a size that is none ends the regular walk.
    NumberMalformed {
        /// Which field.
        field: NumberField,
    },
    /// A size is negative or exceeds 64 bits.
    NumberOutOfRange {
        /// Which field.
        field: NumberField,
    },
    /// The data of an entry ends beyond the file.
    SizeBeyondFile {
        /// Its path.
        path: String,
        /// How many bytes are not there.
        missing: u64,
    },
    /// Header and pax record state different sizes: readers that know only one disagree about
    /// where the next header is.
    SizeDisagrees {
        /// Its path.
        path: String,
        /// Size in the header, in bytes.
        header_size: u64,
        /// Size in the pax record, in bytes.
        pax_size: u64,
    },
    /// An entry without data states a size: some readers skip as much, others nothing.
    SizeWithoutData {
        /// Its path.
        path: String,
        /// That size, in bytes.
        size: u64,
    },
    /// An entry is named by two records, of GNU, of pax or of both.
    NamedTwice {
        /// One of the paths.
        path: String,
    },
    /// A name record with no entry behind it.
    NameWithoutEntry,
    /// A path or link target has control characters.
    ControlInPath {
        /// The path.
        path: String,
    },
    /// A path or link target has a NUL that does not end it.
    NulInPath {
        /// The path.
        path: String,
    },
    /// A field of a header goes on behind the NUL that ends it.
    BytesAfterNul {
        /// What stands behind it.
        hidden: String,
    },
    /// A path or link target is not UTF-8.
    PathNotUtf8 {
        /// The path, with what is not UTF-8 replaced.
        path: String,
    },
    /// A header has no path.
    PathEmpty,
    /// A prefix that only some readers put in front: the header's magic is not that of ustar.
    PrefixIgnored {
        /// The prefix.
        prefix: String,
    },
    /// Two entries have the same path.
    DuplicatePath {
        /// The path.
        path: String,
    },
    /// A pax record is malformed; those behind it were not read.
    PaxMalformed,
    /// A global pax header sets what belongs to one entry; readers apply it differently.
    PaxGlobal {
        /// `path`, `linkpath` or `size`.
        key: &'static str,
    },
    /// A name record or pax header is longer than [`crate::Limits::text_bytes`]; it was not read.
    RecordOverLimit {
        /// Its length in bytes.
        length: u64,
    },
    /// The archive ends with data, without the end-of-archive marker.
    EndMissing,
    /// One block of zeros where the end-of-archive marker has two.
    EndHalf,
    /// An entry behind the end-of-archive marker.
    EntryAfterEnd {
        /// Its path.
        path: String,
    },
    /// Bytes other than zero behind the end-of-archive marker.
    BytesAfterEnd,
    /// There are more entries than [`crate::Limits::members`], or their names are longer than
    /// [`crate::Limits::header_bytes`] together; the rest was not read.
    LimitReached {
        /// Entries that were read.
        entries: u64,
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
