use crate::problems;

/// An archive as both of its indexes tell it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZipFacts {
    /// Every body: those of the central directory in its order, then those it does not list.
    pub entries: Vec<Entry>,
    /// What the indexes disagree about, and what stands between the bodies.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
    /// Offset behind the end record and its comment.
    pub end: u64,
    /// Bytes that stand before the archive, by which its own offsets are off.
    pub shift: u64,
    /// Length of the comment behind the end record.
    pub comment_bytes: u64,
    /// Offset of the central directory, if there is one.
    pub directory_start: Option<u64>,
}

/// One body in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as text; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// The name as it stands.
    pub raw_name: Vec<u8>,
    /// The name in the Info-ZIP Unicode path field, which some readers prefer.
    pub unicode_path: Option<String>,
    /// Compression method: 0 stored, 8 deflate, 9 deflate64, 12 bzip2, 14 LZMA, 93 zstd, 95 xz.
    pub method: u16,
    /// General purpose flags; bit 0 is encryption.
    pub flags: u16,
    /// CRC-32 of the uncompressed data, as declared.
    pub crc32: u32,
    /// Size in the archive in bytes; cut where the entry would reach into the directory.
    pub compressed_bytes: u64,
    /// Declared size of the uncompressed data in bytes.
    pub uncompressed_bytes: u64,
    /// Offset of the local header.
    pub header_offset: u64,
    /// Offset of the data; `None` if there is no local header where the directory says.
    pub data_start: Option<u64>,
    /// False for a body that the central directory does not list.
    pub listed: bool,
    /// Unix mode, from which links are told.
    pub unix_mode: Option<u32>,
    /// Offset of the directory header, or of the local header where it is not listed.
    pub directory_offset: u64,
}

/// Something that does not agree with something else, or stands where nothing should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub offset: u64,
    /// What.
    pub kind: ProblemKind,
}

/// The kinds of problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// There is no end record: bodies were found by their local headers.
    NoEndRecord,
    /// The central directory cannot be read to its end.
    DirectoryBroken,
    /// The end record counts other entries than there are.
    Count {
        /// As the end record says.
        declared: u64,
        /// As read.
        found: u64,
    },
    /// The two headers of one entry say different things.
    Disagreement {
        /// The entry.
        name: String,
        /// Which field: `name`, `flags`, `method`, `crc32`, `compressed size`, `size`, `unicode path`.
        field: &'static str,
        /// What the central directory says.
        central: String,
        /// What the local header says.
        local: String,
    },
    /// There is no local header where the directory says.
    NoLocalHeader {
        /// The entry.
        name: String,
    },
    /// A local header that the directory does not list.
    Unlisted {
        /// Its name.
        name: String,
    },
    /// Two entries of the directory have one name; readers differ in which they take.
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The bodies of two entries share bytes.
    Overlap {
        /// The entry that begins first.
        first: String,
        /// The other.
        second: String,
    },
    /// The body reaches beyond the end of the data, or into the directory.
    Beyond {
        /// The entry.
        name: String,
    },
    /// Bytes that belong to no entry.
    Gap {
        /// How many.
        bytes: u64,
    },
    /// Bytes before the first entry.
    Prefix {
        /// How many.
        bytes: u64,
    },
    /// Bytes after the end record.
    Trailing {
        /// How many.
        bytes: u64,
    },
    /// A limit was reached; what follows was not read.
    Limit(&'static str),
}

impl ZipFacts {
    pub(super) fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }
}

impl Entry {
    /// True if the entry says that it is encrypted, in the header it was read from.
    #[must_use]
    pub fn encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// True for a symbolic link.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.unix_mode
            .is_some_and(|mode| mode & 0o170_000 == 0o120_000)
    }

    /// True for a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }
}

pub(super) fn text(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}
