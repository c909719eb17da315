//! The table of a checkpoint, `variables.index`: keys and values in blocks, sorted.
//!
//! Format: <https://github.com/google/leveldb/blob/main/doc/table_format.md>, with the values of
//! `tensor_bundle.proto`. Which bytes of the data files belong to which tensor.

use crate::protobuf::{Extent, Value, Wire};
use crate::{Limits, ReadAt};

/// The last bytes of every such table.
const MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();
/// Length of what ends a table.
const FOOTER_BYTES: u64 = 48;
/// Longest block that is read.
const BLOCK_BYTES: u64 = 64 << 20;
/// Longest key.
const KEY_BYTES: usize = 64 << 10;

/// The table of a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexFacts {
    /// Number of data files.
    pub shards: u64,
    /// The tensors, in the order of the table.
    pub tensors: Vec<Entry>,
    /// What is wrong, if anything: a lowercase fragment.
    pub broken: Option<&'static str>,
}

/// A tensor of a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// `DataType` by number.
    pub data_type: u64,
    /// The data file, counted from zero.
    pub shard: u64,
    /// Where in the data file.
    pub data: Extent,
}

/// True if the file ends as such tables do.
#[must_use]
pub fn is_index(source: &dyn ReadAt) -> bool {
    source
        .len()
        .checked_sub(MAGIC.len() as u64)
        .and_then(|at| source.bytes_at(at, MAGIC.len()).ok())
        .is_some_and(|end| end == MAGIC)
}

/// Reads the table. `None` if the content is none.
#[must_use]
pub fn parse_index(source: &dyn ReadAt, limits: &Limits) -> Option<IndexFacts> {
    if !is_index(source) {
        return None;
    }
    let mut facts = IndexFacts::default();
    if let Err(broken) = table(source, limits, &mut facts) {
        facts.broken = Some(broken);
    }
    Some(facts)
}

fn table(source: &dyn ReadAt, limits: &Limits, facts: &mut IndexFacts) -> Result<(), &'static str> {
    let start = source.len().checked_sub(FOOTER_BYTES);
    let start = start.ok_or("the table is too short")?;
    let footer = source
        .bytes_at(start, 40)
        .map_err(|_| "it cannot be read")?;
    let mut rest = footer.as_slice();
    // The block of properties comes first, then that of the index.
    let (_, _) = (varint(&mut rest), varint(&mut rest));
    let (at, length) = handle(&mut rest).ok_or("its end names no index")?;
    let mut left = limits.members;
    for (_, value) in block(source, at, length, &mut left)? {
        let (at, length) = handle(&mut value.as_slice()).ok_or("its index names no block")?;
        for (key, value) in block(source, at, length, &mut left)? {
            entry(&key, &value, facts);
        }
    }
    Ok(())
}

fn handle(bytes: &mut &[u8]) -> Option<(u64, u64)> {
    Some((varint(bytes)?, varint(bytes)?))
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The pairs of one block: keys share their beginnings with the key before.
fn block(source: &dyn ReadAt, at: u64, length: u64, left: &mut u64) -> Result<Pairs, &'static str> {
    if length > BLOCK_BYTES || at.saturating_add(length) >= source.len() {
        return Err("a block lies outside the file");
    }
    let size = usize::try_from(length).map_err(|_| "a block is too long")?;
    let bytes = source.bytes_at(at, size.saturating_add(1));
    let bytes = bytes.map_err(|_| "it cannot be read")?;
    let (content, how) = bytes.split_at_checked(size).ok_or("a block is cut")?;
    if how != [0] {
        return Err("a block is compressed");
    }
    let (rest, count) = content
        .split_last_chunk::<4>()
        .ok_or("a block is too short")?;
    let restarts = u64::from(u32::from_le_bytes(*count)).saturating_mul(4);
    let end = (rest.len() as u64).checked_sub(restarts);
    let end = end.and_then(|end| usize::try_from(end).ok());
    let mut rest = rest
        .get(..end.ok_or("a block has no room for its restarts")?)
        .unwrap_or_default();
    let mut pairs = Pairs::new();
    let mut key = Vec::new();
    while !rest.is_empty() {
        *left = left
            .checked_sub(1)
            .ok_or("it has more entries than the limit `members` allows")?;
        pairs.push(pair(&mut rest, &mut key).ok_or("an entry does not fit its block")?);
    }
    Ok(pairs)
}

fn pair(rest: &mut &[u8], key: &mut Vec<u8>) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut size = || usize::try_from(varint(rest)?).ok();
    let (shared, own, value) = (size()?, size()?, size()?);
    if shared > key.len() || own > KEY_BYTES || shared.saturating_add(own) > KEY_BYTES {
        return None;
    }
    let (name, after) = rest.split_at_checked(own)?;
    let (content, after) = after.split_at_checked(value)?;
    *rest = after;
    key.truncate(shared);
    key.extend(name);
    Some((key.clone(), content.to_vec()))
}

/// The empty key is that of the header.
fn entry(key: &[u8], value: &[u8], facts: &mut IndexFacts) {
    let source = value.to_vec();
    let wire = Wire::glance(&source, 64);
    let mut tensor = Entry {
        name: String::from_utf8_lossy(key).into_owned(),
        ..Entry::default()
    };
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Number(number)) if key.is_empty() => facts.shards = number,
            (1, Value::Number(number)) => tensor.data_type = number,
            (3, Value::Number(number)) => tensor.shard = number,
            (4, Value::Number(number)) => tensor.data.start = number,
            (5, Value::Number(number)) => tensor.data.length = number,
            _ => {}
        }
    }
    if !key.is_empty() {
        facts.tensors.push(tensor);
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if *byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_of(pairs: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (key, value) in pairs {
            let sizes = [0, key.len(), value.len()];
            out.extend(sizes.map(|size| u8::try_from(size).unwrap()));
            out.extend(*key);
            out.extend(*value);
        }
        out.extend([0, 0, 0, 0, 1, 0, 0, 0]);
        out
    }

    fn table_of(data: &[u8], how: u8) -> Vec<u8> {
        let mut out = data.to_vec();
        out.extend([how, 0, 0, 0, 0]);
        let handle = [0, u8::try_from(data.len()).unwrap()];
        let index = block_of(&[(b"z", &handle)]);
        let at = u8::try_from(out.len()).unwrap();
        out.extend(&index);
        out.extend([0; 5]);
        let mut footer = vec![0, 0, at, u8::try_from(index.len()).unwrap()];
        footer.resize(40, 0);
        out.extend(footer);
        out.extend(MAGIC);
        out
    }

    #[test]
    fn tensors_are_listed_with_their_places() {
        let data = block_of(&[(b"", b"\x08\x01"), (b"w", b"\x08\x01\x20\x10\x28\x08")]);
        let facts = parse_index(&table_of(&data, 0), &Limits::default()).unwrap();
        let expected = Entry {
            name: "w".to_owned(),
            data_type: 1,
            shard: 0,
            data: Extent {
                start: 16,
                length: 8,
            },
        };
        assert_eq!(
            facts,
            IndexFacts {
                shards: 1,
                tensors: vec![expected],
                broken: None
            }
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        let data = block_of(&[(b"", b"\x08\x01")]);
        let broken = |bytes: &[u8]| {
            parse_index(&bytes.to_vec(), &Limits::default())
                .unwrap()
                .broken
        };
        assert_eq!(broken(&table_of(&data, 1)), Some("a block is compressed"));
        assert_eq!(broken(&MAGIC), Some("the table is too short"));
        let lying = table_of(b"\x09\x09\x09\0\0\0\0\0\0\0\0", 0);
        assert_eq!(broken(&lying), Some("an entry does not fit its block"));
        assert_eq!(parse_index(&b"x".to_vec(), &Limits::default()), None);
    }
}
