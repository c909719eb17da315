//! The items of big lists in batches, handed on to a thread of their own while more is parsed.

use std::{collections::BTreeMap, io::ErrorKind, sync::mpsc::SyncSender};

use super::{
    super::schema::{Schema, SpecVersion},
    Lists, Path,
    element::{Element, Items},
    shape::Shape,
};
use crate::bill::{BillError, values::quoted};

const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Lists that may be too big to be held as a tree.
const BIG: [&str; 4] = ["components", "services", "dependencies", "vulnerabilities"];
/// Bytes that are converted at a time: enough to keep all cores busy for some milliseconds.
const BATCH_BYTES: u64 = 1 << 20;
/// Pieces that may wait to be taken.
pub(super) const WAITING_PIECES: usize = 2;

/// What is handed on while more is parsed.
pub(super) enum Piece {
    Version(SpecVersion),
    Items(Batch),
}

/// Items of one list.
pub(super) struct Batch {
    version: SpecVersion,
    list: &'static str,
    first: usize,
    items: Vec<Element>,
}

impl Batch {
    pub(super) fn hand_to(self, lists: &mut impl Lists) -> Result<(), BillError> {
        let outer = Path::root(self.version)?;
        let path = outer.below(self.list);
        lists.items(self.list, self.first, self.items, &|item| {
            // Shapes are kept by thread, so that they are asked for here.
            let root = Shape::of(outer.root, &[outer.root]);
            let list = Shape::of(outer.root, root.member(path.member));
            path.item(&item, &list)
        })
    }
}

pub(super) struct Batches {
    sender: SyncSender<Piece>,
    version: Option<SpecVersion>,
    /// The list at hand, and its items that wait.
    list: &'static str,
    waiting: Vec<Element>,
    bytes: u64,
    /// Items of each list that were handed on.
    counts: BTreeMap<&'static str, usize>,
}

impl Batches {
    pub(super) const fn new(sender: SyncSender<Piece>) -> Self {
        Self {
            sender,
            version: None,
            list: "",
            waiting: Vec::new(),
            bytes: 0,
            counts: BTreeMap::new(),
        }
    }

    pub(super) fn begin(&mut self, namespace: &str, root: &str) -> Result<SpecVersion, BillError> {
        if let Some(version) = self.version {
            return Ok(version);
        }
        let version = namespace
            .strip_prefix(NAMESPACE)
            .and_then(SpecVersion::parse)
            .ok_or_else(|| {
                BillError::Unrecognised(format!(
                    "the namespace {} is none of CycloneDX 1.2 to 1.7",
                    quoted(namespace)
                ))
            })?;
        if root != "bom" {
            return Err(BillError::Unrecognised(format!(
                "the root element is {} instead of `bom`",
                quoted(root)
            )));
        }
        self.version = Some(version);
        self.send(Piece::Version(version))?;
        Ok(version)
    }

    fn send(&self, piece: Piece) -> Result<(), BillError> {
        // Nobody takes any more: why stands in what the taker returned.
        self.sender
            .send(piece)
            .map_err(|_| BillError::Unreadable(ErrorKind::BrokenPipe.into()))
    }

    pub(super) fn hand_on(&mut self) -> Result<(), BillError> {
        let items = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let (Some(version), false) = (self.version, items.is_empty()) else {
            return Ok(());
        };
        let count = self.counts.entry(self.list).or_default();
        let first = *count;
        *count = first.saturating_add(items.len());
        self.send(Piece::Items(Batch {
            version,
            list: self.list,
            first,
            items,
        }))
    }
}

impl Items for Batches {
    fn wants(&mut self, namespace: &str, root: &str, list: &str) -> Result<bool, BillError> {
        let version = self.begin(namespace, root)?;
        let Some(big) = BIG.into_iter().find(|big| *big == list) else {
            return Ok(false);
        };
        self.hand_on()?;
        self.list = big;
        let schema = Schema::of(version)?.root();
        let root = Shape::of(schema, &[schema]);
        Ok(Shape::of(schema, root.member(big)).is_array())
    }

    fn item(&mut self, item: Element, bytes: u64) -> Result<(), BillError> {
        self.waiting.push(item);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes >= BATCH_BYTES {
            self.hand_on()?;
        }
        Ok(())
    }
}
