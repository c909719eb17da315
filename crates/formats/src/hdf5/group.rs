//! What a group holds: symbol tables and links (HDF5 File Format Specification 3.0, III.B, III.C,
//! IV.A.2.c, g).

use super::NamedLink;
use super::fields::Reader;
use super::heap::{FractalHeap, LocalHeap};
use super::tree;

/// A link of a group.
pub(super) enum Child {
    /// To an object of this file, by the address of its header.
    Object { name: String, address: u64 },
    /// To a name.
    Named(NamedLink),
    /// Of a kind that only its own library knows.
    Unknown { name: String },
}

/// Links, and whether all of them could be read.
#[derive(Default)]
pub(super) struct Children {
    pub(super) links: Vec<Child>,
    pub(super) broken: bool,
}

/// The entries of an old group.
pub(super) fn symbols(reader: &mut Reader<'_>, data: &[u8]) -> Option<Children> {
    let mut fields = reader.fields(data);
    let root = fields.address()?.known()?;
    let heap = fields.address()?.known()?;
    let heap = LocalHeap::read(reader, heap)?;
    let nodes = tree::symbol_nodes(reader, root);
    let mut children = Children {
        links: Vec::new(),
        broken: !nodes.whole,
    };
    for node in nodes.entries {
        let read = reader
            .first_visit(node)
            .then(|| symbol_node(reader, node, &heap, &mut children));
        if read.flatten().is_none() {
            children.broken = true;
        }
    }
    Some(children)
}

fn symbol_node(
    reader: &mut Reader<'_>,
    address: u64,
    heap: &LocalHeap,
    children: &mut Children,
) -> Option<()> {
    let head = reader.read(address, 8)?;
    let mut fields = reader.fields(&head);
    if fields.take(4)? != b"SNOD" {
        return None;
    }
    fields.skip(2)?;
    let count = u64::from(fields.u16()?);
    let entry = reader.address_bytes.checked_mul(2)?.checked_add(24)?;
    let start = address.checked_add(8)?;
    let bytes = reader.read(start, count.checked_mul(entry as u64)?)?;
    let mut at = reader.position(start);
    for bytes in bytes.chunks_exact(entry) {
        let mut fields = reader.fields(bytes);
        let name = fields.number(reader.address_bytes)?;
        let object = fields.address()?;
        let cached = fields.u32()?;
        fields.skip(4)?;
        let Some(name) = heap.name(name) else {
            children.broken = true;
            continue;
        };
        if cached == 2 {
            let target = fields.u32().and_then(|offset| heap.name(u64::from(offset)));
            children.links.push(Child::Named(NamedLink {
                path: name,
                offset: at,
                file: None,
                target: target.unwrap_or_default(),
            }));
        } else if let Some(address) = object.known() {
            children.links.push(Child::Object { name, address });
        } else {
            children.broken = true;
        }
        at = at.saturating_add(entry as u64);
    }
    Some(())
}

/// One link message at `offset` in the file.
pub(super) fn link(reader: &Reader<'_>, data: &[u8], offset: u64) -> Option<Child> {
    let mut fields = reader.fields(data);
    if fields.u8()? != 1 {
        return None;
    }
    let flags = fields.u8()?;
    let kind = if flags & 8 != 0 { fields.u8()? } else { 0 };
    if flags & 4 != 0 {
        fields.skip(8)?;
    }
    if flags & 16 != 0 {
        fields.skip(1)?;
    }
    let length = usize::try_from(fields.number(1_usize << (flags & 3))?).ok()?;
    let name = String::from_utf8_lossy(fields.take(length)?).into_owned();
    Some(match kind {
        0 => Child::Object {
            name,
            address: fields.address()?.known()?,
        },
        1 => {
            let length = usize::from(fields.u16()?);
            let target = String::from_utf8_lossy(fields.take(length)?).into_owned();
            Child::Named(NamedLink {
                path: name,
                offset,
                file: None,
                target,
            })
        }
        64 => {
            let length = usize::from(fields.u16()?);
            let rest = fields.take(length)?;
            let mut fields = reader.fields(rest);
            fields.skip(1)?;
            let file = fields.text().unwrap_or_default();
            let target = fields.text().unwrap_or_default();
            Child::Named(NamedLink {
                path: name,
                offset,
                file: Some(file),
                target,
            })
        }
        _ => Child::Unknown { name },
    })
}

/// The links of a new group with many of them, whose place a link info message gives.
pub(super) fn dense_links(reader: &mut Reader<'_>, data: &[u8]) -> Option<Children> {
    let mut fields = reader.fields(data);
    fields.skip(1)?;
    let flags = fields.u8()?;
    if flags & 1 != 0 {
        fields.skip(8)?;
    }
    let heap = fields.address()?;
    let names = fields.address()?;
    let mut children = Children::default();
    let (Some(heap), Some(names)) = (heap.known(), names.known()) else {
        return Some(children);
    };
    // Records of names: a hash of four bytes, then the id.
    children.broken = !objects(reader, heap, names, 5, 4, |reader, bytes, offset| {
        let child = link(reader, bytes, offset)?;
        children.links.push(child);
        Some(())
    })?;
    Some(children)
}

/// A message with its offset in the file.
type Placed = (u64, Vec<u8>);

/// The attributes of an object with many of them: each message with its offset.
pub(super) fn dense_attributes(
    reader: &mut Reader<'_>,
    data: &[u8],
) -> Option<(Vec<Placed>, bool)> {
    let mut fields = reader.fields(data);
    fields.skip(1)?;
    let flags = fields.u8()?;
    if flags & 1 != 0 {
        fields.skip(2)?;
    }
    let heap = fields.address()?;
    let names = fields.address()?;
    let mut found = Vec::new();
    let (Some(heap), Some(names)) = (heap.known(), names.known()) else {
        return Some((found, true));
    };
    let whole = objects(reader, heap, names, 8, 0, |_, bytes, offset| {
        found.push((offset, bytes.to_vec()));
        Some(())
    })?;
    Some((found, whole))
}

/// Hands over every object of a heap that the records of a tree name by their id, which stands
/// behind `skipped` bytes; true if all could be read.
fn objects(
    reader: &mut Reader<'_>,
    heap: u64,
    names: u64,
    kind: u8,
    skipped: usize,
    mut object: impl FnMut(&Reader<'_>, &[u8], u64) -> Option<()>,
) -> Option<bool> {
    let heap = FractalHeap::read(reader, heap)?;
    let records = tree::records(reader, names, kind)?;
    let mut whole = records.whole;
    for record in &records.entries {
        let end = skipped.checked_add(heap.id_bytes())?;
        let id = record.get(skipped..end);
        let found = id.and_then(|id| heap.object(reader, id));
        let taken = found.and_then(|(offset, bytes)| object(reader, &bytes, offset));
        whole &= taken.is_some();
    }
    Some(whole)
}
