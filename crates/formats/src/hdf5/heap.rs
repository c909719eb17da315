//! Heaps: local ones for names, global ones for texts, fractal ones for many small objects
//! (HDF5 File Format Specification 3.0, III.D, III.E, III.G).

use super::fields::{Address, Reader, width_of};
use super::{Extent, fields::padded_text};

/// Objects of one global heap collection.
const OBJECTS: usize = 1 << 20;
/// Longest name that is read.
const NAME_BYTES: u64 = 64 << 10;

/// A heap of names.
pub(super) struct LocalHeap {
    data: Vec<u8>,
}

impl LocalHeap {
    pub(super) fn read(reader: &mut Reader<'_>, address: u64) -> Option<Self> {
        let size = 8_usize
            .saturating_add(reader.length_bytes.saturating_mul(2))
            .saturating_add(reader.address_bytes);
        let head = reader.read(address, size as u64)?;
        let mut fields = reader.fields(&head);
        if fields.take(4)? != b"HEAP" {
            return None;
        }
        fields.skip(4)?;
        let length = fields.length()?;
        fields.length()?;
        let start = fields.address()?.known()?;
        Some(Self {
            data: reader.read(start, length)?,
        })
    }

    /// The name at an offset.
    pub(super) fn name(&self, offset: u64) -> Option<String> {
        let rest = self.data.get(usize::try_from(offset).ok()?..)?;
        let cut = rest.len().min(usize::try_from(NAME_BYTES).ok()?);
        Some(padded_text(rest.get(..cut)?))
    }
}

/// A collection of a global heap: its objects with their places.
pub(super) struct Collection {
    objects: Vec<(u16, Extent)>,
}

impl Collection {
    pub(super) fn read(reader: &mut Reader<'_>, address: u64) -> Option<Self> {
        let head = 8_usize.saturating_add(reader.length_bytes);
        let prefix = reader.read(address, head as u64)?;
        let mut fields = reader.fields(&prefix);
        if fields.take(4)? != b"GCOL" {
            return None;
        }
        fields.skip(4)?;
        let size = fields.length()?;
        let end = address.checked_add(size)?;
        let mut objects = Vec::new();
        let mut at = address.checked_add(head as u64)?;
        let entry = 8_u64.saturating_add(reader.length_bytes as u64);
        while at.saturating_add(entry) <= end && objects.len() < OBJECTS {
            let bytes = reader.read(at, entry)?;
            let mut fields = reader.fields(&bytes);
            let index = fields.u16()?;
            fields.skip(6)?;
            let length = fields.length()?;
            if index == 0 {
                break;
            }
            let start = at.checked_add(entry)?;
            let extent = Extent {
                offset: reader.position(start),
                length,
            };
            objects.push((index, extent));
            at = start.checked_add(length.checked_next_multiple_of(8)?)?;
        }
        objects.sort_unstable_by_key(|(index, _)| *index);
        Some(Self { objects })
    }

    pub(super) fn object(&self, index: u32) -> Option<Extent> {
        let index = u16::try_from(index).ok()?;
        let place = self
            .objects
            .binary_search_by_key(&index, |(index, _)| *index)
            .ok()?;
        self.objects.get(place).map(|(_, extent)| *extent)
    }
}

/// A heap of rows of blocks that double in size.
pub(super) struct FractalHeap {
    id_bytes: usize,
    offset_bytes: usize,
    size_bytes: usize,
    width: u64,
    start_bytes: u64,
    max_direct_bytes: u64,
    root: u64,
    /// Rows of the root block; none if it is a direct block.
    rows: u64,
}

impl FractalHeap {
    pub(super) fn read(reader: &mut Reader<'_>, address: u64) -> Option<Self> {
        let (long, wide) = (reader.length_bytes, reader.address_bytes);
        let size = 22_usize
            .saturating_add(long.saturating_mul(12))
            .saturating_add(wide.saturating_mul(3));
        let head = reader.read(address, size as u64)?;
        let mut fields = reader.fields(&head);
        if fields.take(4)? != b"FRHP" || fields.u8()? != 0 {
            return None;
        }
        let id_bytes = usize::from(fields.u16()?);
        // Blocks that went through a filter are not followed.
        if fields.u16()? != 0 {
            return None;
        }
        fields.skip(1)?;
        let max_object = fields.u32()?;
        fields.skip(long.checked_add(wide)?)?;
        fields.skip(long.checked_add(wide)?)?;
        fields.skip(long.checked_mul(8)?)?;
        let width = u64::from(fields.u16()?);
        let start_bytes = fields.length()?;
        let max_direct_bytes = fields.length()?;
        let max_heap_bits = u64::from(fields.u16()?);
        fields.skip(2)?;
        let root = fields.address()?;
        let rows = u64::from(fields.u16()?);
        if width == 0 || start_bytes == 0 || max_direct_bytes < start_bytes {
            return None;
        }
        Some(Self {
            id_bytes,
            offset_bytes: usize::try_from(max_heap_bits.div_ceil(8)).ok()?,
            size_bytes: width_of(max_direct_bytes).min(width_of(u64::from(max_object))),
            width,
            start_bytes,
            max_direct_bytes,
            root: root.known()?,
            rows,
        })
    }

    /// Bytes of an object's id.
    pub(super) fn id_bytes(&self) -> usize {
        self.id_bytes
    }

    /// An object by its id, with its offset in the file; `None` also for huge ones.
    pub(super) fn object(&self, reader: &mut Reader<'_>, id: &[u8]) -> Option<(u64, Vec<u8>)> {
        let mut fields = reader.fields(id);
        let first = fields.u8()?;
        match first >> 4 & 3 {
            0 => {
                let offset = fields.number(self.offset_bytes)?;
                let length = fields.number(self.size_bytes)?;
                let address = self.address_of(reader, offset)?;
                let bytes = reader.read(address, length)?;
                Some((reader.position(address), bytes))
            }
            2 => {
                let length = usize::from(first & 0x0f).checked_add(1)?;
                Some((0, fields.take(length)?.to_vec()))
            }
            _ => None,
        }
    }

    fn row_bytes(&self, row: u64) -> Option<u64> {
        match row {
            0 => Some(self.start_bytes),
            _ => self
                .start_bytes
                .checked_mul(1_u64.checked_shl(u32::try_from(row.checked_sub(1)?).ok()?)?),
        }
    }

    /// Where an offset of the heap's own space stands.
    fn address_of(&self, reader: &mut Reader<'_>, offset: u64) -> Option<u64> {
        let mut block = self.root;
        let mut rows = self.rows;
        let mut offset = offset;
        for _ in 0..32 {
            if rows == 0 {
                return block.checked_add(offset);
            }
            let (row, row_start) = self.row_of(offset)?;
            let size = self.row_bytes(row)?;
            let column = offset.checked_sub(row_start)?.checked_div(size)?;
            let index = row.checked_mul(self.width)?.checked_add(column)?;
            if row >= rows {
                return None;
            }
            let head = 5_u64
                .checked_add(reader.address_bytes as u64)?
                .checked_add(self.offset_bytes as u64)?;
            let wide = reader.address_bytes as u64;
            let at = block
                .checked_add(head)?
                .checked_add(index.checked_mul(wide)?)?;
            if reader.read(block, 4)? != b"FHIB" {
                return None;
            }
            let bytes = reader.read(at, wide)?;
            let Address::At(child) = reader.fields(&bytes).address()? else {
                return None;
            };
            offset = offset
                .checked_sub(row_start)?
                .checked_sub(column.checked_mul(size)?)?;
            block = child;
            rows = if size <= self.max_direct_bytes {
                0
            } else {
                // An indirect block spans as much as all its rows.
                let ratio = size.checked_div(self.start_bytes.checked_mul(self.width)?)?;
                u64::from(ratio.checked_ilog2()?).checked_add(1)?
            };
        }
        None
    }

    /// The row in which an offset lies, and where that row begins.
    fn row_of(&self, offset: u64) -> Option<(u64, u64)> {
        let mut start = 0_u64;
        for row in 0..64 {
            let bytes = self.row_bytes(row)?.checked_mul(self.width)?;
            let next = start.checked_add(bytes)?;
            if offset < next {
                return Some((row, start));
            }
            start = next;
        }
        None
    }
}
