use super::{Datatype, Problem};

/// What an HDF5 file holds, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hdf5Facts {
    /// Version of the superblock.
    pub version: u8,
    /// Bytes in front of the superblock, which readers pass over.
    pub user_block_bytes: u64,
    /// Offset behind the last byte, as the superblock states it.
    pub end: u64,
    /// Offset of the first byte behind that end, if there is one.
    pub trailing_start: Option<u64>,
    /// Groups by their path, the root as `/`.
    pub groups: Vec<Group>,
    /// Data sets.
    pub datasets: Vec<Dataset>,
    /// Attributes of groups and data sets, in the order in which they stand.
    pub attributes: Vec<Attribute>,
    /// Links that lead to names, in this file or another one.
    pub links: Vec<NamedLink>,
    /// Deviations from the format.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// A group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its path.
    pub path: String,
    /// Offset of its header.
    pub offset: u64,
}

/// A data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Its path.
    pub path: String,
    /// Offset of its header.
    pub offset: u64,
    /// Elements in each dimension; `None` for an empty one.
    pub shape: Option<Vec<u64>>,
    /// What each element is.
    pub datatype: Datatype,
    /// Where its elements stand.
    pub storage: Storage,
    /// Filters that its chunks went through, by their registered number.
    pub filters: Vec<u16>,
    /// Where the sequences of bytes that are its elements stand, if it holds such.
    pub sequences: Vec<Extent>,
}

/// Where the elements of a data set stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Storage {
    /// In one piece; also within its header.
    Piece(Extent),
    /// In chunks, in the order of their index. Not all are listed where the index is of a kind that
    /// is not followed.
    Chunks {
        /// Those that are there.
        extents: Vec<Extent>,
        /// True if the index was read to its end.
        all_listed: bool,
    },
    /// Nowhere: it was never written.
    Absent,
    /// In other files.
    External(Vec<ExternalPiece>),
    /// Put together out of other data sets, by the names of their files; `.` is this file.
    Virtual(Vec<String>),
}

/// Bytes in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Offset of the first byte.
    pub offset: u64,
    /// How many bytes.
    pub length: u64,
}

/// A piece of another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalPiece {
    /// Name of the file, as it stands.
    pub file: String,
    /// Offset in that file.
    pub offset: u64,
    /// How many bytes; all ones for as many as there are.
    pub length: u64,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Path of what it belongs to.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// What each element is.
    pub datatype: Datatype,
    /// Elements in each dimension; empty for a single one, `None` for none.
    pub shape: Option<Vec<u64>>,
    /// Its texts, if it holds such.
    pub texts: Vec<String>,
    /// Where its bytes stand: one piece, or one for each text of variable length.
    pub extents: Vec<Extent>,
}

/// A link that leads to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLink {
    /// Path of the link.
    pub path: String,
    /// Offset at which it stands.
    pub offset: u64,
    /// The other file, for an external link.
    pub file: Option<String>,
    /// Where it leads.
    pub target: String,
}

impl Dataset {
    /// How many bytes its elements take by shape and type; `None` if that is more than a number holds.
    #[must_use]
    pub fn declared_bytes(&self) -> Option<u64> {
        let shape = self.shape.as_deref();
        let Some(shape) = shape else { return Some(0) };
        let elements = shape
            .iter()
            .try_fold(1_u64, |product, length| product.checked_mul(*length));
        elements?.checked_mul(u64::from(self.datatype.size))
    }

    /// How many bytes of it stand in the file.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        match &self.storage {
            Storage::Piece(extent) => extent.length,
            Storage::Chunks { extents, .. } => extents
                .iter()
                .fold(0, |sum, extent| sum.saturating_add(extent.length)),
            Storage::Absent | Storage::External(_) | Storage::Virtual(_) => 0,
        }
    }
}
