//! Tar archives: V7, ustar, pax and GNU, walked header by header.
//!
//! Formats: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06>
//! and <https://www.gnu.org/software/tar/manual/html_node/Standard.html>. Where readers differ,
//! the walk follows Python's `tarfile` and the difference is a [`Problem`].

mod block;
mod entry;
mod pax;
mod pending;
mod problem;
#[cfg(test)]
mod tests;
mod walk;

pub use problem::{NumberField, Problem, ProblemKind};

use crate::{Limits, ReadAt, problems};

/// Everything in an archive is a multiple of this.
const BLOCK_BYTES: u64 = 512;

/// What a tar archive says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct TarFacts {
    /// The entries in the order of the archive, those after its end included.
    pub entries: Vec<Entry>,
    /// Offset behind the end-of-archive marker, or where the walk came to its end without one.
    pub end_offset: u64,
    /// Offset of the first byte that is not zero behind [`TarFacts::end_offset`].
    pub trailing_start: Option<u64>,
    /// Deviations from the format, in the order they were found.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// A member of the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its path as written, long names and prefix included; what is not UTF-8 is replaced.
    pub path: String,
    /// False if something in the path was replaced.
    pub path_is_utf8: bool,
    /// What it is.
    pub kind: EntryKind,
    /// Where a link leads, as written.
    pub link_target: Option<String>,
    /// Permission bits; `None` if the field is no number.
    pub mode: Option<u32>,
    /// Its size in bytes: that of the pax record, or else of the header.
    pub size: u64,
    /// Size in the header, in bytes.
    pub header_size: u64,
    /// Size in a pax record of its own, in bytes.
    pub pax_size: Option<u64>,
    /// Size of a sparse file with its holes, in bytes.
    pub expanded_size: Option<u64>,
    /// Offset of its header; that of a long name or a pax header lies before.
    pub header_offset: u64,
    /// Offset of its data.
    pub data_offset: u64,
    /// How the walk came to it.
    pub position: Position,
}

impl Entry {
    /// Bytes of data that stand behind the header: none for kinds that have no data, whatever
    /// their size says.
    #[must_use]
    pub fn data_bytes(&self) -> u64 {
        if self.kind.has_data() { self.size } else { 0 }
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// Another name of a file of the archive.
    HardLink,
    /// A symbolic link.
    SymLink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A directory.
    Directory,
    /// A named pipe.
    Fifo,
    /// A file with holes; the data is not its content as it stands (pax sparse files of version
    /// 1.0 have the map of the holes in front of it).
    GnuSparse,
    /// Any other type, which readers take for a file.
    Other(u8),
}

impl EntryKind {
    /// True if data follows the header.
    #[must_use]
    pub fn has_data(self) -> bool {
        matches!(self, Self::File | Self::GnuSparse | Self::Other(_))
    }
}

/// How the walk came to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// One after the other from the start.
    Regular,
    /// Behind the end-of-archive marker: most readers do not see it.
    AfterEnd,
    /// Behind a header that is broken: some readers stop there, others go on.
    AfterBreak,
}

impl TarFacts {
    fn problem(&mut self, offset: u64, kind: ProblemKind) {
        let problem = Problem { offset, kind };
        problems::list(problem, &mut self.problems, &mut self.problems_left_out);
    }

    /// Reports paths that stand twice.
    fn duplicates(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        let mut paths: Vec<(&str, u64)> = entries
            .iter()
            .map(|entry| (entry.path.as_str(), entry.header_offset))
            .collect();
        paths.sort_unstable();
        let twice = paths
            .iter()
            .zip(paths.iter().skip(1))
            .filter(|((before, _), (path, _))| before == path);
        for (_, (path, at)) in twice {
            let path = problems::excerpt(path);
            self.problem(*at, ProblemKind::DuplicatePath { path });
        }
        self.entries = entries;
    }
}

/// True if the first block has the magic of ustar, or is a V7 header: its checksum is right.
/// `head` is the first bytes of the file, at least 512 of them.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    let first = head.first_chunk().map(block::Block);
    first.is_some_and(|block| block.has_magic() || (block.checksum_is_right() && block.has_name()))
}

/// Walks the archive from header to header; `None` if the first block is no header.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<TarFacts> {
    let head = source.bytes_at(0, 512).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let mut facts = TarFacts {
        entries: Vec::new(),
        end_offset: 0,
        trailing_start: None,
        problems: Vec::new(),
        problems_left_out: 0,
    };
    walk::walk(source, limits, &mut facts);
    facts.duplicates();
    Some(facts)
}
