//! HDF5: groups, data sets and attributes by address, without reading the data.
//!
//! Format: HDF5 File Format Specification Version 3.0,
//! <https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>. Superblocks of versions 0 to
//! 3, groups with symbol tables and with links, compact and dense storage of links and attributes are
//! followed; filtered heaps, shared messages outside of committed datatypes and the newer indices of
//! chunks are told as not followed where something could hide in them.

mod attribute;
mod datatype;
mod facts;
mod fields;
mod group;
mod header;
mod heap;
mod problem;
mod storage;
mod superblock;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

pub use datatype::{Datatype, DatatypeClass};
pub use facts::{Attribute, Dataset, Extent, ExternalPiece, Group, Hdf5Facts, NamedLink, Storage};
pub use problem::{Problem, ProblemKind};

use crate::{Limits, ReadAt};

/// What every superblock begins with.
pub const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// True if a superblock stands at the beginning. Behind a user block it stands at 512, 1024, 2048, ...:
/// [`parse`] looks there, too.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(&SIGNATURE)
}

/// Reads the structure; `None` if there is no superblock.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<Hdf5Facts> {
    let start = superblock::find(source)?;
    Some(walk::walk(source, limits, start))
}

/// Where the superblock stands, if there is one.
#[must_use]
pub fn find(source: &dyn ReadAt) -> Option<u64> {
    superblock::find(source)
}
