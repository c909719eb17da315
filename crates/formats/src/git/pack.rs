use crate::{Cursor, ReadAt, ReadFailed};

/// An object in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// 1 commit, 2 tree, 3 blob, 4 tag; 6 and 7 are differences to another object.
    pub kind: u8,
    /// Size after decompression, in bytes.
    pub size: u64,
    /// Where its zlib stream begins in the pack.
    pub data_offset: u64,
}

/// Where an object lies in the pack of this pack index (version 2).
#[must_use]
pub fn find_in_pack(index: &dyn ReadAt, id: &[u8]) -> Option<u64> {
    find(index, id).ok().flatten()
}

fn find(index: &dyn ReadAt, id: &[u8]) -> Result<Option<u64>, ReadFailed> {
    const FANOUT: u64 = 8;
    let number = |offset: u64| -> Result<u64, ReadFailed> {
        let mut cursor = Cursor::new(index, offset);
        Ok(u64::from(u32::from_be_bytes(cursor.array()?)))
    };
    let mut cursor = Cursor::new(index, 0);
    if cursor.array::<8>()? != *b"\xfftOc\0\0\0\x02" {
        return Ok(None);
    }
    let Some(first) = id.first().copied().map(u64::from) else {
        return Ok(None);
    };
    let slot = |byte: u64| FANOUT.saturating_add(byte.saturating_mul(4));
    let mut low = match first.checked_sub(1) {
        Some(before) => number(slot(before))?,
        None => 0,
    };
    let mut high = number(slot(first))?;
    let total = number(slot(255))?;
    let width = u64::try_from(id.len()).unwrap_or(u64::MAX);
    let ids = FANOUT.saturating_add(1024);
    while low < high {
        let middle = low.saturating_add(high.saturating_sub(low) / 2);
        let mut cursor = Cursor::new(index, ids.saturating_add(middle.saturating_mul(width)));
        match cursor.take(id.len())?.cmp(id) {
            std::cmp::Ordering::Less => low = middle.saturating_add(1),
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => {
                let offsets = ids
                    .saturating_add(total.saturating_mul(width))
                    .saturating_add(total.saturating_mul(4));
                let offset = number(offsets.saturating_add(middle.saturating_mul(4)))?;
                // The high bit points into a table of 64-bit offsets, for packs beyond 2 GiB.
                return if offset & 0x8000_0000 == 0 {
                    Ok(Some(offset))
                } else {
                    let large = offsets
                        .saturating_add(total.saturating_mul(4))
                        .saturating_add((offset & 0x7fff_ffff).saturating_mul(8));
                    let mut cursor = Cursor::new(index, large);
                    Ok(Some(u64::from_be_bytes(cursor.array()?)))
                };
            }
        }
    }
    Ok(None)
}

/// The header of the object at `offset` of a pack.
#[must_use]
pub fn packed_object(pack: &dyn ReadAt, offset: u64) -> Option<Packed> {
    let mut cursor = Cursor::new(pack, offset);
    let mut byte = cursor.u8().ok()?;
    let kind = (byte >> 4) & 7;
    let mut size = u64::from(byte & 15);
    let mut shift = 4_u32;
    while byte & 0x80 != 0 {
        byte = cursor.u8().ok()?;
        size |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift = shift.saturating_add(7);
        if shift > 60 {
            return None;
        }
    }
    Some(Packed {
        kind,
        size,
        data_offset: cursor.offset(),
    })
}
