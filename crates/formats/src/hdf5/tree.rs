//! B-trees: version 1 for the entries of old groups and for chunks, version 2 for the names of
//! new groups and for attributes (HDF5 File Format Specification 3.0, III.A).

use super::Extent;
use super::fields::{Address, Reader, width_of};

/// Levels of a tree.
const LEVELS: u8 = 32;

/// What a walk over a tree yields, and whether it was whole.
pub(super) struct Listed<T> {
    pub(super) entries: Vec<T>,
    pub(super) whole: bool,
}

/// The addresses of the symbol nodes of a group.
pub(super) fn symbol_nodes(reader: &mut Reader<'_>, root: u64) -> Listed<u64> {
    let mut listed = Listed {
        entries: Vec::new(),
        whole: true,
    };
    let key = reader.length_bytes;
    first_version(reader, root, 0, key, &mut listed, |_, child| Some(child));
    listed
}

/// The chunks of a data set of so many dimensions.
pub(super) fn chunks(reader: &mut Reader<'_>, root: u64, rank: usize) -> Listed<Extent> {
    let mut listed = Listed {
        entries: Vec::new(),
        whole: true,
    };
    let key = 8_usize.saturating_add(rank.saturating_mul(8));
    first_version(reader, root, 1, key, &mut listed, |key, offset| {
        let length = key.get(..4)?.try_into().ok().map(u32::from_le_bytes)?;
        Some(Extent {
            offset,
            length: u64::from(length),
        })
    });
    for chunk in &mut listed.entries {
        chunk.offset = reader.position(chunk.offset);
    }
    listed
}

fn first_version<T>(
    reader: &mut Reader<'_>,
    root: u64,
    kind: u8,
    key_bytes: usize,
    listed: &mut Listed<T>,
    entry: impl Fn(&[u8], u64) -> Option<T>,
) {
    let most = usize::try_from(reader.limits.members).unwrap_or(usize::MAX);
    let mut open = vec![(root, LEVELS)];
    while let Some((address, above)) = open.pop() {
        let mut children = Vec::new();
        let node = if reader.first_visit(address) {
            first_node(reader, address, kind, key_bytes, above)
        } else {
            None
        };
        let Some((level, bytes)) = node else {
            listed.whole = false;
            continue;
        };
        let wide = reader.address_bytes;
        for pair in bytes.chunks_exact(key_bytes.saturating_add(wide)) {
            let (key, child) = pair.split_at_checked(key_bytes).unwrap_or_default();
            let child = reader.fields(child).address().and_then(Address::known);
            let Some(child) = child else {
                listed.whole = false;
                continue;
            };
            if level > 0 {
                children.push((child, level));
            } else if listed.entries.len() >= most {
                listed.whole = false;
                return;
            } else {
                listed.entries.extend(entry(key, child));
            }
        }
        open.extend(children.into_iter().rev());
    }
}

/// The level and the pairs of key and child of a node.
fn first_node(
    reader: &mut Reader<'_>,
    address: u64,
    kind: u8,
    key_bytes: usize,
    above: u8,
) -> Option<(u8, Vec<u8>)> {
    let wide = reader.address_bytes;
    let head = 8_usize.saturating_add(wide.saturating_mul(2));
    let bytes = reader.read(address, head as u64)?;
    let mut fields = reader.fields(&bytes);
    if fields.take(4)? != b"TREE" || fields.u8()? != kind {
        return None;
    }
    let level = fields.u8()?;
    if level >= above {
        return None;
    }
    let used = usize::from(fields.u16()?);
    let length = key_bytes.checked_add(wide)?.checked_mul(used)?;
    let start = address.checked_add(head as u64)?;
    Some((level, reader.read(start, length as u64)?))
}

/// The records of a tree of version 2, all of one size.
pub(super) fn records(reader: &mut Reader<'_>, address: u64, kind: u8) -> Option<Listed<Vec<u8>>> {
    let (wide, long) = (reader.address_bytes, reader.length_bytes);
    let size = 22_usize.saturating_add(wide).saturating_add(long);
    let head = reader.read(address, size as u64)?;
    let mut fields = reader.fields(&head);
    if fields.take(4)? != b"BTHD" || fields.u8()? != 0 || fields.u8()? != kind {
        return None;
    }
    let node_bytes = u64::from(fields.u32()?);
    let record_bytes = usize::from(fields.u16()?);
    let depth = fields.u16()?;
    fields.skip(2)?;
    let root = fields.address()?;
    let count = u64::from(fields.u16()?);
    let mut listed = Listed {
        entries: Vec::new(),
        whole: true,
    };
    let Address::At(root) = root else {
        return Some(listed);
    };
    if record_bytes == 0 || depth > u16::from(LEVELS) {
        return None;
    }
    let shapes = shapes(node_bytes, record_bytes as u64, wide as u64, depth)?;
    let most = usize::try_from(reader.limits.members).unwrap_or(usize::MAX);
    let mut open = vec![(root, count, depth)];
    while let Some((address, count, level)) = open.pop() {
        let node = if reader.first_visit(address) {
            second_node(reader, address, count, level, record_bytes, &shapes)
        } else {
            None
        };
        let Some((records, children)) = node else {
            listed.whole = false;
            continue;
        };
        if listed.entries.len() >= most {
            listed.whole = false;
            break;
        }
        listed.entries.extend(records);
        open.extend(children.into_iter().rev());
    }
    Some(listed)
}

/// Widths of the pointers to nodes of each level: number of records, and of all records below.
struct Shape {
    count_bytes: usize,
    total_bytes: usize,
}

fn shapes(node_bytes: u64, record_bytes: u64, wide: u64, depth: u16) -> Option<Vec<Shape>> {
    let leaf = node_bytes.checked_sub(10)?.checked_div(record_bytes)?;
    let count_bytes = width_of(leaf);
    let mut shapes = vec![Shape {
        count_bytes,
        total_bytes: 0,
    }];
    let mut total = leaf;
    let mut total_bytes = 0_u64;
    for _ in 0..depth {
        let pointer = wide
            .checked_add(count_bytes as u64)?
            .checked_add(total_bytes)?;
        let most = node_bytes
            .checked_sub(pointer.checked_add(10)?)?
            .checked_div(record_bytes.checked_add(pointer)?)?;
        total = most
            .saturating_add(1)
            .saturating_mul(total)
            .saturating_add(most);
        let bytes = width_of(total);
        total_bytes = bytes as u64;
        shapes.push(Shape {
            count_bytes,
            total_bytes: bytes,
        });
    }
    Some(shapes)
}

type Node = (Vec<Vec<u8>>, Vec<(u64, u64, u16)>);

fn second_node(
    reader: &mut Reader<'_>,
    address: u64,
    count: u64,
    level: u16,
    record_bytes: usize,
    shapes: &[Shape],
) -> Option<Node> {
    let below = level
        .checked_sub(1)
        .and_then(|below| shapes.get(usize::from(below)));
    let count = usize::try_from(count).ok()?;
    let pointer = below.map_or(0, |below| {
        reader
            .address_bytes
            .saturating_add(below.count_bytes)
            .saturating_add(below.total_bytes)
    });
    let length = 6_usize
        .checked_add(record_bytes.checked_mul(count)?)?
        .checked_add(pointer.checked_mul(count.checked_add(1)?)?)?;
    let bytes = reader.read(address, length as u64)?;
    let mut fields = reader.fields(&bytes);
    let signature: &[u8] = if level == 0 { b"BTLF" } else { b"BTIN" };
    if fields.take(4)? != signature {
        return None;
    }
    fields.skip(2)?;
    let records = (0..count)
        .map(|_| fields.take(record_bytes).map(<[u8]>::to_vec))
        .collect::<Option<Vec<_>>>()?;
    let mut children = Vec::new();
    if let Some(below) = below {
        for _ in 0..=count {
            let child = fields.address()?.known()?;
            let count = fields.number(below.count_bytes)?;
            fields.skip(below.total_bytes)?;
            children.push((child, count, level.saturating_sub(1)));
        }
    }
    Some((records, children))
}
