//! From the root group to everything that is linked below it.

use std::collections::{HashMap, HashSet};

use super::attribute::{self, Budget, Collections};
use super::fields::Reader;
use super::group::{self, Child};
use super::header::{self, Message};
use super::{
    Dataset, DatatypeClass, Extent, Group, Hdf5Facts, NamedLink, Problem, ProblemKind, Storage,
    datatype, storage, superblock,
};
use crate::{Limits, ReadAt, problems};

/// Elements of one data set that are sequences of bytes.
const SEQUENCES: usize = 1 << 20;
/// Nesting of groups.
const DEPTH: u32 = 256;
/// Longest path that is kept.
const PATH_BYTES: usize = 1024;
/// Bytes of all paths that are kept.
const PATHS_BYTES: u64 = 256 << 20;
/// Texts of attributes that are kept, for each byte of the file.
const TEXT_PER_BYTE: u64 = 2;

pub(super) fn walk(source: &dyn ReadAt, limits: &Limits, start: u64) -> Hdf5Facts {
    let mut reader = Reader::new(source, limits);
    let mut facts = Hdf5Facts {
        user_block_bytes: start,
        ..Hdf5Facts::default()
    };
    let block = match superblock::read(&reader, start) {
        Ok(block) => block,
        Err(broken) => {
            let kind = match broken {
                superblock::Broken::Version(version) => ProblemKind::VersionUnknown { version },
                superblock::Broken::Short => unreadable("the superblock"),
            };
            note(&mut facts, start, kind);
            return facts;
        }
    };
    reader.base = block.base;
    reader.address_bytes = block.address_bytes;
    reader.length_bytes = block.length_bytes;
    facts.version = block.version;
    facts.end = block.end;
    if block.end > source.len() {
        let missing = block.end.saturating_sub(source.len());
        note(&mut facts, start, ProblemKind::Truncated { missing });
    } else if block.end < source.len() {
        facts.trailing_start = Some(block.end);
    }
    let texts = source.len().saturating_mul(TEXT_PER_BYTE);
    let mut walker = Walker {
        budget: Budget {
            left: texts.min(limits.text_bytes.saturating_mul(2)).max(4096),
            spent: false,
        },
        reader,
        facts,
        seen: HashSet::new(),
        heaps: HashMap::new(),
        open: vec![(block.root, "/".to_owned(), 0)],
        paths_left: PATHS_BYTES,
    };
    walker.run();
    walker.facts
}

fn unreadable(what: impl Into<String>) -> ProblemKind {
    ProblemKind::Unreadable { what: what.into() }
}

fn note(facts: &mut Hdf5Facts, offset: u64, kind: ProblemKind) {
    let problem = Problem { offset, kind };
    problems::list(problem, &mut facts.problems, &mut facts.problems_left_out);
}

struct Walker<'a> {
    reader: Reader<'a>,
    facts: Hdf5Facts,
    /// Addresses of headers that were read.
    seen: HashSet<u64>,
    heaps: Collections,
    budget: Budget,
    open: Vec<(u64, String, u32)>,
    /// Bytes of paths that may still be kept.
    paths_left: u64,
}

impl Walker<'_> {
    fn run(&mut self) {
        while let Some((address, path, depth)) = self.open.pop() {
            // A hard link may lead anywhere, also back.
            if !self.seen.insert(address) {
                continue;
            }
            let over = if self.seen.len() as u64 > self.reader.limits.members {
                Some("members")
            } else if depth > DEPTH {
                Some("depth")
            } else if self.paths_left < path.len() as u64 {
                Some("text_bytes")
            } else {
                None
            };
            if let Some(limit) = over {
                self.note(address, ProblemKind::LimitReached { limit });
                if limit != "depth" {
                    break;
                }
                continue;
            }
            self.paths_left = self.paths_left.saturating_sub(path.len() as u64);
            self.object(address, &path, depth);
        }
        if self.reader.exhausted() {
            self.note(0, ProblemKind::LimitReached { limit: "structure" });
        }
        if self.budget.spent {
            let limit = "text_bytes";
            self.note(0, ProblemKind::LimitReached { limit });
        }
        self.shared_data();
    }

    fn note(&mut self, address: u64, kind: ProblemKind) {
        let offset = self.reader.position(address);
        note(&mut self.facts, offset, kind);
    }

    fn object(&mut self, address: u64, path: &str, depth: u32) {
        let Some((messages, whole)) = header::messages(&mut self.reader, address) else {
            let what = format!("the header of `{}`", problems::excerpt(path));
            return self.note(address, unreadable(what));
        };
        if !whole {
            let what = format!("a part of the header of `{}`", problems::excerpt(path));
            self.note(address, unreadable(what));
        }
        let offset = self.reader.position(address);
        let has = |kind: u16| messages.iter().any(|message| message.kind == kind);
        if has(8) || has(7) {
            self.dataset(&messages, path, offset);
        } else if has(0x11) || has(2) || has(6) || has(0x0a) || path == "/" {
            self.facts.groups.push(Group {
                path: path.to_owned(),
                offset,
            });
            self.group(&messages, path, depth, address);
        }
        self.attributes(&messages, path, address);
    }

    fn group(&mut self, messages: &[Message], path: &str, depth: u32, address: u64) {
        let mut links = Vec::new();
        let mut broken = false;
        for message in messages {
            let children = match message.kind {
                0x11 => group::symbols(&mut self.reader, &message.data),
                2 => group::dense_links(&mut self.reader, &message.data),
                6 => {
                    let link = group::link(&self.reader, &message.data, message.offset);
                    broken |= link.is_none();
                    links.extend(link);
                    continue;
                }
                _ => continue,
            };
            match children {
                Some(children) => {
                    broken |= children.broken;
                    links.extend(children.links);
                }
                None => broken = true,
            }
        }
        if broken {
            let what = format!("the list of what `{}` holds", problems::excerpt(path));
            self.note(address, unreadable(what));
        }
        let before = self.open.len();
        for link in links {
            match link {
                Child::Object { name, address } => {
                    self.open
                        .push((address, joined(path, &name), depth.saturating_add(1)));
                }
                Child::Named(link) => self.facts.links.push(NamedLink {
                    path: joined(path, &link.path),
                    ..link
                }),
                Child::Unknown { name } => {
                    let path = joined(path, &name);
                    let what = format!(
                        "the link `{}` of a kind of its own",
                        problems::excerpt(&path)
                    );
                    self.note(address, ProblemKind::NotFollowed { what });
                }
            }
        }
        if let Some(pushed) = self.open.get_mut(before..) {
            pushed.reverse();
        }
    }

    fn dataset(&mut self, messages: &[Message], path: &str, offset: u64) {
        let find = |kind: u16| messages.iter().find(|message| message.kind == kind);
        let datatype = find(3).and_then(|message| {
            if message.is_shared() {
                attribute::committed(&mut self.reader, &message.data)
            } else {
                datatype::read(&message.data, &self.reader)
            }
        });
        let shape = find(1).and_then(|message| datatype::shape(&message.data, &self.reader));
        let place = match find(7) {
            Some(message) => {
                storage::external(&mut self.reader, &message.data).map(Storage::External)
            }
            None => find(8).and_then(|message| {
                storage::layout(&mut self.reader, &message.data, message.offset)
            }),
        };
        let filters = find(0x0b).map(|message| storage::filters(&message.data, &self.reader));
        let (Some(datatype), Some(shape), Some(place)) = (datatype, shape, place) else {
            let what = format!("the description of data set `{}`", problems::excerpt(path));
            return note(&mut self.facts, offset, unreadable(what));
        };
        let dataset = Dataset {
            path: path.to_owned(),
            offset,
            shape,
            datatype,
            storage: place,
            filters: filters.flatten().unwrap_or_default(),
            sequences: Vec::new(),
        };
        let sequences = self.sequences(&dataset);
        let dataset = Dataset {
            sequences,
            ..dataset
        };
        self.extents(&dataset);
        self.facts.datasets.push(dataset);
    }

    /// Where the sequences of bytes stand that are the elements of a data set.
    fn sequences(&mut self, dataset: &Dataset) -> Vec<Extent> {
        let of_bytes =
            matches!(&dataset.datatype.class, DatatypeClass::Sequence(base) if base.size == 1);
        let extents = match &dataset.storage {
            Storage::Piece(extent) if of_bytes => std::slice::from_ref(extent),
            Storage::Chunks {
                extents,
                all_listed,
            } if of_bytes => {
                if !dataset.filters.is_empty() || !all_listed {
                    let path = problems::excerpt(&dataset.path);
                    let what = format!("the list of elements of data set `{path}`");
                    note(
                        &mut self.facts,
                        dataset.offset,
                        ProblemKind::NotFollowed { what },
                    );
                    return Vec::new();
                }
                extents
            }
            _ => return Vec::new(),
        };
        let size = 8_usize.saturating_add(self.reader.address_bytes);
        let mut found = Vec::new();
        for extent in extents {
            let at = extent.offset.saturating_sub(self.reader.base);
            let bytes = self.reader.read(at, extent.length).unwrap_or_default();
            for element in bytes.chunks_exact(size) {
                let place = attribute::element_extent(&mut self.reader, element, &mut self.heaps);
                found.extend(place);
            }
            if found.len() > SEQUENCES {
                let limit = "members";
                note(
                    &mut self.facts,
                    dataset.offset,
                    ProblemKind::LimitReached { limit },
                );
                break;
            }
        }
        found
    }

    /// Whether the data lie within the file, and are enough.
    fn extents(&mut self, dataset: &Dataset) {
        let end = self.reader.source.len();
        let (extents, whole): (&[Extent], bool) = match &dataset.storage {
            Storage::Piece(extent) => (std::slice::from_ref(extent), true),
            Storage::Chunks {
                extents,
                all_listed,
            } => (extents, *all_listed),
            _ => return,
        };
        let last = extents
            .iter()
            .map(|extent| extent.offset.saturating_add(extent.length))
            .max();
        let path = problems::excerpt(&dataset.path);
        if let Some(missing) = last
            .and_then(|last| last.checked_sub(end))
            .filter(|missing| *missing > 0)
        {
            let kind = ProblemKind::DataBeyondEnd { path, missing };
            note(&mut self.facts, dataset.offset, kind);
        } else if let (Storage::Piece(extent), Some(needed)) =
            (&dataset.storage, dataset.declared_bytes())
            && extent.length < needed
        {
            let stored = extent.length;
            let kind = ProblemKind::DataShort {
                path,
                needed,
                stored,
            };
            note(&mut self.facts, dataset.offset, kind);
        } else if !whole
            && matches!(&dataset.storage, Storage::Chunks { extents, .. } if !extents.is_empty())
        {
            let what = format!("the index of the chunks of data set `{path}`");
            note(&mut self.facts, dataset.offset, unreadable(what));
        }
    }

    fn attributes(&mut self, messages: &[Message], path: &str, address: u64) {
        let mut broken = false;
        for message in messages {
            match message.kind {
                0x0c if message.is_shared() => broken = true,
                0x0c => broken |= !self.attribute(&message.data, message.offset, path),
                0x15 => match group::dense_attributes(&mut self.reader, &message.data) {
                    Some((found, whole)) => {
                        broken |= !whole;
                        for (offset, data) in found {
                            broken |= !self.attribute(&data, offset, path);
                        }
                    }
                    None => broken = true,
                },
                _ => {}
            }
        }
        if broken {
            let what = format!("an attribute of `{}`", problems::excerpt(path));
            self.note(address, unreadable(what));
        }
    }

    fn attribute(&mut self, data: &[u8], offset: u64, owner: &str) -> bool {
        let read = attribute::read(
            &mut self.reader,
            data,
            offset,
            owner,
            &mut self.heaps,
            &mut self.budget,
        );
        let found = read.is_some();
        self.facts.attributes.extend(read);
        found
    }

    /// Data sets of which one reaches into another.
    fn shared_data(&mut self) {
        let mut pieces: Vec<(Extent, usize)> = Vec::new();
        for (index, dataset) in self.facts.datasets.iter().enumerate() {
            match &dataset.storage {
                Storage::Piece(extent) => pieces.push((*extent, index)),
                Storage::Chunks { extents, .. } => {
                    pieces.extend(extents.iter().map(|extent| (*extent, index)));
                }
                _ => {}
            }
        }
        pieces.retain(|(extent, _)| extent.length > 0);
        pieces.sort_unstable_by_key(|(extent, index)| (extent.offset, *index));
        let mut shared = Vec::new();
        for pair in pieces.windows(2) {
            let [(first, one), (second, other)] = pair else {
                continue;
            };
            if first.offset.saturating_add(first.length) > second.offset {
                shared.push((second.offset, *one, *other));
            }
        }
        for (offset, one, other) in shared {
            let path = |index: usize| {
                let dataset = self.facts.datasets.get(index);
                problems::excerpt(dataset.map_or("", |dataset| &dataset.path))
            };
            let kind = ProblemKind::DataShared {
                first: path(one),
                second: path(other),
            };
            note(&mut self.facts, offset, kind);
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    let mut joined = path.to_owned();
    if !joined.ends_with('/') {
        joined.push('/');
    }
    if joined.len().saturating_add(name.len()) <= PATH_BYTES {
        joined.push_str(name);
    } else {
        joined.push_str(&problems::excerpt(name));
    }
    joined
}
