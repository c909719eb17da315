//! What records in front of an entry say about it.

use super::pax;
use super::{EntryKind, ProblemKind};

/// What long-name records and pax headers said, until the entry they belong to comes.
#[derive(Clone, Default)]
pub(super) struct Pending {
    /// Offset of the first record; `None` if there is none.
    pub(super) at: Option<u64>,
    pub(super) gnu_path: Option<Vec<u8>>,
    pub(super) gnu_link: Option<Vec<u8>>,
    pub(super) pax: Pax,
}

/// The pax records of interest.
#[derive(Clone, Default)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) sparse: bool,
    pub(super) expanded_size: Option<u64>,
}

impl Pax {
    /// Takes over the records of a header; false if one of them is malformed.
    pub(super) fn read(&mut self, data: &[u8]) -> bool {
        let (records, malformed) = pax::records(data);
        let mut right = !malformed;
        for (key, value) in records {
            self.sparse |= key.starts_with(b"GNU.sparse.");
            match key {
                b"path" | b"GNU.sparse.name" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => {
                    self.size = pax::decimal(value);
                    right &= self.size.is_some();
                }
                b"GNU.sparse.size" | b"GNU.sparse.realsize" => {
                    self.expanded_size = pax::decimal(value);
                    right &= self.expanded_size.is_some();
                }
                _ => {}
            }
        }
        right
    }

    /// What a global header should not set.
    pub(super) fn of_one_entry(&self) -> impl Iterator<Item = ProblemKind> {
        [
            ("path", self.path.is_some()),
            ("linkpath", self.link.is_some()),
            ("size", self.size.is_some()),
        ]
        .into_iter()
        .filter(|(_, set)| *set)
        .map(|(key, _)| ProblemKind::PaxGlobal { key })
    }
}

impl Pending {
    /// True if GNU and pax records both give a path or both give a link target.
    pub(super) fn is_named_twice(&self) -> bool {
        (self.gnu_path.is_some() && self.pax.path.is_some())
            || (self.gnu_link.is_some() && self.pax.link.is_some())
    }

    /// The path: that of pax before that of GNU before that of the header.
    pub(super) fn path(&self, global: &Pax, header: Vec<u8>) -> Vec<u8> {
        let pax = self.pax.path.as_ref();
        let long = pax.or(self.gnu_path.as_ref()).or(global.path.as_ref());
        long.cloned().unwrap_or(header)
    }

    /// The link target, in the same order.
    pub(super) fn link(&self, global: &Pax, header: Vec<u8>) -> Vec<u8> {
        let pax = self.pax.link.as_ref();
        let long = pax.or(self.gnu_link.as_ref()).or(global.link.as_ref());
        long.cloned().unwrap_or(header)
    }

    /// The kind: a file with sparse records is a sparse file.
    pub(super) fn kind(&self, header: EntryKind) -> EntryKind {
        match header {
            EntryKind::File if self.pax.sparse => EntryKind::GnuSparse,
            other => other,
        }
    }
}
