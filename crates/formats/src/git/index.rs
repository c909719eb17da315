use super::hexadecimal;
use crate::{Cursor, Limits, ReadAt, ReadFailed};

/// The fixed part of an entry before the object id.
const STAT_BYTES: usize = 40;
/// Longest path that is read.
const PATH_BYTES: usize = 4096;

/// The index: which files the work tree should hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Its entries, in the order of the file.
    pub entries: Vec<IndexEntry>,
    /// Id of the tree that all entries together stand for, if the index says so and nothing was
    /// added or removed since.
    pub root_tree: Option<String>,
}

/// One file that Git tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexEntry {
    /// Its path from the root of the work tree; what is not UTF-8 is replaced.
    pub path: String,
    /// Size in bytes, the low 32 bits.
    pub size: u32,
    /// Time of the last change: seconds and nanoseconds.
    pub modified: (u32, u32),
    /// Mode: type of file and permission bits.
    pub mode: u32,
    /// Id of the content.
    pub id: String,
    /// True if the file need not be in the work tree (sparse checkout) or is taken as unchanged.
    pub not_compared: bool,
    /// Not zero while a merge is not resolved.
    pub stage: u8,
}

/// Reads an index of version 2, 3 or 4. `id_bytes` is 20, or 32 in a repository with SHA-256.
/// `None` if it is none or is cut short.
#[must_use]
pub fn index(source: &dyn ReadAt, id_bytes: usize, limits: &Limits) -> Option<Index> {
    read(source, id_bytes, limits).ok().flatten()
}

fn read(
    source: &dyn ReadAt,
    id_bytes: usize,
    limits: &Limits,
) -> Result<Option<Index>, ReadFailed> {
    let mut cursor = Cursor::new(source, 0);
    if cursor.array::<4>()? != *b"DIRC" {
        return Ok(None);
    }
    let version = u32::from_be_bytes(cursor.array()?);
    let count = u64::from(u32::from_be_bytes(cursor.array()?));
    // An entry takes at least its stat data, its id and a byte of path.
    let possible = source.len().checked_div(60).unwrap_or(0);
    if !(2..=4).contains(&version) || count > possible.max(1) || count > limits.members {
        return Ok(None);
    }
    let mut index = Index::default();
    let mut path = Vec::new();
    for _ in 0..count {
        index
            .entries
            .push(entry(&mut cursor, version, id_bytes, &mut path)?);
    }
    index.root_tree = extensions(&mut cursor, source.len(), id_bytes)?;
    Ok(Some(index))
}

fn entry(
    cursor: &mut Cursor<'_>,
    version: u32,
    id_bytes: usize,
    path: &mut Vec<u8>,
) -> Result<IndexEntry, ReadFailed> {
    let start = cursor.offset();
    let stat = cursor.take(STAT_BYTES)?.to_vec();
    let number = |at: usize| {
        let bytes = stat.get(at..at.saturating_add(4)).unwrap_or_default();
        u32::from_be_bytes(bytes.try_into().unwrap_or_default())
    };
    let id = hexadecimal(cursor.take(id_bytes)?);
    let flags = u16::from_be_bytes(cursor.array()?);
    let extended = if version >= 3 && flags & 0x4000 != 0 {
        u16::from_be_bytes(cursor.array()?)
    } else {
        0
    };
    if version == 4 {
        let drop = usize::try_from(variable(cursor)?).unwrap_or(usize::MAX);
        path.truncate(path.len().saturating_sub(drop));
    } else {
        path.clear();
    }
    loop {
        match cursor.u8()? {
            0 => break,
            byte if path.len() < PATH_BYTES => path.push(byte),
            _ => {}
        }
    }
    if version < 4 {
        let used = cursor.offset().saturating_sub(start);
        let padded = used.div_ceil(8).saturating_mul(8);
        cursor.skip(padded.saturating_sub(used));
    }
    Ok(IndexEntry {
        path: String::from_utf8_lossy(path).into_owned(),
        size: number(36),
        modified: (number(8), number(12)),
        mode: number(24),
        id,
        not_compared: flags & 0x8000 != 0 || extended & 0x4000 != 0,
        stage: u8::try_from((flags >> 12) & 3).unwrap_or(0),
    })
}

/// The number that version 4 puts before a path: seven bits a byte, each step one more.
fn variable(cursor: &mut Cursor<'_>) -> Result<u64, ReadFailed> {
    let mut byte = cursor.u8()?;
    let mut value = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 && value < 1 << 40 {
        byte = cursor.u8()?;
        value = value.saturating_add(1).saturating_mul(128) | u64::from(byte & 0x7f);
    }
    Ok(value)
}

/// Looks for the extension `TREE` and reads its first entry, the root.
fn extensions(
    cursor: &mut Cursor<'_>,
    length: u64,
    id_bytes: usize,
) -> Result<Option<String>, ReadFailed> {
    let checksum = u64::try_from(id_bytes).unwrap_or(0);
    while cursor.offset().saturating_add(8).saturating_add(checksum) <= length {
        let name = cursor.array::<4>()?;
        let size = u64::from(u32::from_be_bytes(cursor.array()?));
        if name != *b"TREE" {
            cursor.skip(size);
            continue;
        }
        if cursor.u8()? != 0 {
            return Ok(None);
        }
        let mut line = Vec::new();
        while line.len() < 64 {
            match cursor.u8()? {
                b'\n' => break,
                byte => line.push(byte),
            }
        }
        if line.starts_with(b"-") {
            return Ok(None);
        }
        return Ok(Some(hexadecimal(cursor.take(id_bytes)?)));
    }
    Ok(None)
}
