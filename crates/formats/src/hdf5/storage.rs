//! Where the elements of a data set stand: layout, external files, virtual sources, filters
//! (HDF5 File Format Specification 3.0, IV.A.2.h, i, l).

use super::fields::{Address, Fields, Reader};
use super::heap::{Collection, LocalHeap};
use super::tree;
use super::{Extent, ExternalPiece, Storage};

/// Reads a layout message that stands at `offset` in the file.
pub(super) fn layout(reader: &mut Reader<'_>, data: &[u8], offset: u64) -> Option<Storage> {
    let mut fields = reader.fields(data);
    match fields.u8()? {
        1 | 2 => old(reader, fields, offset),
        version @ 3..=5 => new(reader, fields, offset, version),
        _ => None,
    }
}

fn old(reader: &mut Reader<'_>, mut fields: Fields<'_>, offset: u64) -> Option<Storage> {
    let rank = usize::from(fields.u8()?);
    let class = fields.u8()?;
    fields.skip(5)?;
    let address = if class == 0 {
        Address::None
    } else {
        fields.address()?
    };
    let mut product = 1_u64;
    for _ in 0..rank {
        product = product.saturating_mul(u64::from(fields.u32()?));
    }
    match class {
        0 => {
            let length = u64::from(fields.u32()?);
            Some(Storage::Piece(Extent {
                offset: offset.checked_add(fields.at as u64)?,
                length,
            }))
        }
        // The last dimension is the size of an element only for chunks.
        1 => Some(piece(reader, address, product)),
        2 => Some(chunked(reader, address, rank)),
        _ => None,
    }
}

fn new(
    reader: &mut Reader<'_>,
    mut fields: Fields<'_>,
    offset: u64,
    version: u8,
) -> Option<Storage> {
    match fields.u8()? {
        0 => {
            let length = u64::from(fields.u16()?);
            Some(Storage::Piece(Extent {
                offset: offset.checked_add(fields.at as u64)?,
                length,
            }))
        }
        1 => {
            let address = fields.address()?;
            let length = fields.length()?;
            Some(piece(reader, address, length))
        }
        2 if version == 3 => {
            let rank = usize::from(fields.u8()?);
            let address = fields.address()?;
            Some(chunked(reader, address, rank))
        }
        2 => indexed(reader, fields),
        3 => {
            let address = fields.address()?;
            let index = fields.u32()?;
            virtual_sources(reader, address, index).map(Storage::Virtual)
        }
        _ => None,
    }
}

fn piece(reader: &Reader<'_>, address: Address, length: u64) -> Storage {
    match address {
        Address::At(address) => Storage::Piece(Extent {
            offset: reader.position(address),
            length,
        }),
        Address::None => Storage::Absent,
    }
}

fn chunked(reader: &mut Reader<'_>, address: Address, rank: usize) -> Storage {
    let Address::At(address) = address else {
        return Storage::Absent;
    };
    let listed = tree::chunks(reader, address, rank);
    Storage::Chunks {
        extents: listed.entries,
        all_listed: listed.whole,
    }
}

/// Chunks as version 4 indexes them; a single chunk is followed, other indices are not.
fn indexed(reader: &mut Reader<'_>, mut fields: Fields<'_>) -> Option<Storage> {
    let flags = fields.u8()?;
    let rank = usize::from(fields.u8()?);
    let width = usize::from(fields.u8()?);
    let mut product = 1_u64;
    for _ in 0..rank {
        product = product.saturating_mul(fields.number(width)?);
    }
    let index = fields.u8()?;
    let mut length = product;
    match index {
        1 if flags & 2 != 0 => {
            length = fields.length()?;
            fields.skip(4)?;
        }
        1 | 2 => {}
        3 => fields.skip(1)?,
        4 => fields.skip(5)?,
        5 => fields.skip(6)?,
        _ => return None,
    }
    let Address::At(address) = fields.address()? else {
        return Some(Storage::Absent);
    };
    let offset = reader.position(address);
    Some(Storage::Chunks {
        extents: if index == 1 {
            vec![Extent { offset, length }]
        } else {
            Vec::new()
        },
        all_listed: index == 1,
    })
}

/// The files that an external data files message names.
pub(super) fn external(reader: &mut Reader<'_>, data: &[u8]) -> Option<Vec<ExternalPiece>> {
    let mut fields = reader.fields(data);
    if fields.u8()? != 1 {
        return None;
    }
    fields.skip(5)?;
    let used = fields.u16()?;
    let heap = fields.address()?.known()?;
    let heap = LocalHeap::read(reader, heap);
    let mut pieces = Vec::new();
    for _ in 0..used {
        let name = fields.length()?;
        let offset = fields.length()?;
        let length = fields.length()?;
        let file = heap.as_ref().and_then(|heap| heap.name(name));
        pieces.push(ExternalPiece {
            file: file.unwrap_or_default(),
            offset,
            length,
        });
    }
    Some(pieces)
}

/// The names of the files that a virtual data set is put together from, each once.
fn virtual_sources(reader: &mut Reader<'_>, address: Address, index: u32) -> Option<Vec<String>> {
    let Address::At(address) = address else {
        return Some(Vec::new());
    };
    let extent = Collection::read(reader, address)?.object(index)?;
    let bytes = reader.read(extent.offset.checked_sub(reader.base)?, extent.length)?;
    let mut fields = reader.fields(&bytes);
    let version = fields.u8()?;
    let count = fields.length()?;
    let mut files: Vec<String> = Vec::new();
    for _ in 0..count.min(reader.limits.members) {
        let flags = if version == 0 { 0 } else { fields.u8()? };
        // From version 1 on a mark says that the source is this file, or a name that stood before.
        let file = match flags {
            _ if flags & 4 != 0 => Some(".".to_owned()),
            _ if flags & 1 != 0 => {
                fields.length()?;
                None
            }
            _ => Some(fields.text()?),
        };
        if flags & 2 != 0 {
            fields.length()?;
        } else {
            fields.text()?;
        }
        if let Some(file) = file.filter(|file| !files.contains(file)) {
            files.push(file);
        }
        selection(&mut fields)?;
        selection(&mut fields)?;
        if files.len() > 1000 {
            break;
        }
    }
    Some(files)
}

/// Passes over a selection (IV.C.2.k).
fn selection(fields: &mut Fields<'_>) -> Option<()> {
    let kind = fields.u32()?;
    let version = fields.u32()?;
    match (kind, version) {
        (0 | 3, _) => fields.skip(8),
        (2, 2) => {
            fields.skip(1)?;
            let length = usize::try_from(fields.u32()?).ok()?;
            fields.skip(length)
        }
        (2, 3..) => {
            let flags = fields.u8()?;
            let width = usize::from(fields.u8()?);
            let rank = usize::try_from(fields.u32()?).ok()?;
            let numbers = if flags & 1 != 0 {
                rank.checked_mul(4)?
            } else {
                let blocks = usize::try_from(fields.number(width)?).ok()?;
                rank.checked_mul(2)?.checked_mul(blocks)?
            };
            fields.skip(numbers.checked_mul(width)?)
        }
        (1, 2..) => {
            let width = usize::from(fields.u8()?);
            let rank = usize::try_from(fields.u32()?).ok()?;
            let points = usize::try_from(fields.number(width)?).ok()?;
            fields.skip(rank.checked_mul(points)?.checked_mul(width)?)
        }
        (1 | 2, _) => {
            fields.skip(4)?;
            let length = usize::try_from(fields.u32()?).ok()?;
            fields.skip(length)
        }
        _ => None,
    }
}

/// The numbers of the filters.
pub(super) fn filters(data: &[u8], reader: &Reader<'_>) -> Option<Vec<u16>> {
    let mut fields = reader.fields(data);
    let version = fields.u8()?;
    let count = fields.u8()?;
    if version == 1 {
        fields.skip(6)?;
    }
    let mut found = Vec::new();
    for _ in 0..count {
        let id = fields.u16()?;
        let name = if version == 1 || id >= 256 {
            usize::from(fields.u16()?)
        } else {
            0
        };
        fields.skip(2)?;
        let values = usize::from(fields.u16()?);
        let name = if version == 1 {
            name.next_multiple_of(8)
        } else {
            name
        };
        fields.skip(name)?;
        fields.skip(values.saturating_mul(4))?;
        if version == 1 && values % 2 == 1 {
            fields.skip(4)?;
        }
        found.push(id);
    }
    Some(found)
}
