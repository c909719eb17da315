//! The superblock (HDF5 File Format Specification 3.0, II.A).

use super::SIGNATURE;
use super::fields::Reader;
use crate::ReadAt;

/// Places at which a superblock may stand: 0, 512, and then twice as far each time.
pub(super) fn find(source: &dyn ReadAt) -> Option<u64> {
    let mut at = 0_u64;
    for _ in 0..40 {
        if at.checked_add(8)? > source.len() {
            return None;
        }
        if source.bytes_at(at, 8).ok()? == SIGNATURE {
            return Some(at);
        }
        at = if at == 0 { 512 } else { at.checked_mul(2)? };
    }
    None
}

/// What the superblock says.
pub(super) struct Superblock {
    pub(super) version: u8,
    pub(super) base: u64,
    pub(super) end: u64,
    pub(super) root: u64,
    pub(super) address_bytes: usize,
    pub(super) length_bytes: usize,
}

/// Why a superblock could not be read.
pub(super) enum Broken {
    Version(u8),
    Short,
}

pub(super) fn read(reader: &Reader<'_>, start: u64) -> Result<Superblock, Broken> {
    let bytes = reader.source.bytes_at(start, 128).unwrap_or_default();
    let version = bytes.get(8).copied().ok_or(Broken::Short)?;
    let widths = |at: usize| {
        let width = |at: usize| bytes.get(at).copied().map(usize::from);
        let pair = (width(at)?, width(at.checked_add(1)?)?);
        let plain = |width: usize| matches!(width, 2 | 4 | 8);
        (plain(pair.0) && plain(pair.1)).then_some(pair)
    };
    match version {
        0 | 1 => first(reader, &bytes, version, widths(13), start),
        2 | 3 => second(reader, &bytes, version, widths(9), start),
        _ => return Err(Broken::Version(version)),
    }
    .ok_or(Broken::Short)
}

fn first(
    reader: &Reader<'_>,
    bytes: &[u8],
    version: u8,
    widths: Option<(usize, usize)>,
    start: u64,
) -> Option<Superblock> {
    let (address_bytes, length_bytes) = widths?;
    let mut fields = reader.fields(bytes);
    fields.skip(if version == 0 { 24 } else { 28 })?;
    let mut wide = || fields.number(address_bytes);
    let base = wide()?;
    wide()?;
    let end = wide()?;
    wide()?;
    // The entry of the root group: the offset of its name, then its header.
    wide()?;
    let root = wide()?;
    Some(Superblock {
        version,
        base: base.max(start),
        end,
        root,
        address_bytes,
        length_bytes,
    })
}

fn second(
    reader: &Reader<'_>,
    bytes: &[u8],
    version: u8,
    widths: Option<(usize, usize)>,
    start: u64,
) -> Option<Superblock> {
    let (address_bytes, length_bytes) = widths?;
    let mut fields = reader.fields(bytes);
    fields.skip(12)?;
    let mut wide = || fields.number(address_bytes);
    let base = wide()?;
    wide()?;
    let end = wide()?;
    let root = wide()?;
    Some(Superblock {
        version,
        base: base.max(start),
        end,
        root,
        address_bytes,
        length_bytes,
    })
}
