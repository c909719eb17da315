//! Cabinets of Windows, `.cab`: folders of compressed blocks, and files that lie in them.
//!
//! Format: `[MS-CAB]`, the cabinet file format of Microsoft; `[MS-MCI]` for MSZIP.

use crate::wrapper::{CabBlocks, Codec};
use crate::{Cursor, Limits, ReadAt, ReadFailed};

/// What every cabinet begins with: a mark, and a field that is not used.
const MAGIC: &[u8] = b"MSCF\0\0\0\0";
/// Longest name.
const NAME_BYTES: usize = 4096;
/// Flag: names of the cabinet before stand in the header.
const BEFORE: u16 = 1;
/// Flag: names of the cabinet behind stand in the header.
const BEHIND: u16 = 2;
/// Flag: room is kept for others.
const RESERVED: u16 = 4;

/// What a cabinet lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CabFacts {
    /// Folders in their order.
    pub folders: Vec<Folder>,
    /// Files in their order.
    pub files: Vec<File>,
    /// True if it is one of several cabinets that belong together.
    pub goes_on: bool,
    /// Where the cabinet says that it ends.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// Files that are compressed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Offset of the first block.
    pub start: u64,
    /// How the blocks are packed.
    pub method: Method,
}

/// How blocks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// In a way that is read.
    Blocks(Codec),
    /// Quantum, which is not read.
    Quantum,
    /// LZX, which is not read.
    Lzx,
    /// A number that nobody knows.
    Unknown(u16),
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, with `/` between the parts.
    pub name: String,
    /// Offset of its entry.
    pub at: u64,
    /// The folder that it lies in; `None` if it begins or ends in another cabinet.
    pub folder: Option<usize>,
    /// Offset in what the folder unfolds to.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
}

/// True if the bytes begin like a cabinet.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Lists the cabinet; `None` if it is none.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<CabFacts> {
    if !recognises(&source.bytes_at(0, MAGIC.len()).ok()?) {
        return None;
    }
    let mut facts = CabFacts::default();
    let mut cursor = Cursor::new(source, MAGIC.len() as u64);
    let ended = list(source, &mut cursor, limits, &mut facts);
    facts.broken = ended
        .err()
        .map(|reason| (cursor.offset(), reason.to_owned()));
    if facts.broken.is_some() {
        facts.end = source.len();
    }
    Some(facts)
}

fn cut(_: ReadFailed) -> &'static str {
    "the file ends before the list does"
}

fn list<'a>(
    source: &'a dyn ReadAt,
    cursor: &mut Cursor<'a>,
    limits: &Limits,
    facts: &mut CabFacts,
) -> Result<(), &'static str> {
    facts.end = u64::from(cursor.u32_le().map_err(cut)?);
    cursor.skip(4);
    let files_start = u64::from(cursor.u32_le().map_err(cut)?);
    cursor.skip(6);
    let folders = cursor.u16_le().map_err(cut)?;
    let files = cursor.u16_le().map_err(cut)?;
    let flags = cursor.u16_le().map_err(cut)?;
    cursor.skip(4);
    let (mut of_folder, mut of_block) = (0, 0);
    if flags & RESERVED != 0 {
        let of_header = cursor.u16_le().map_err(cut)?;
        of_folder = cursor.u8().map_err(cut)?;
        of_block = cursor.u8().map_err(cut)?;
        cursor.skip(u64::from(of_header));
    }
    facts.goes_on = flags & (BEFORE | BEHIND) != 0;
    for flag in [BEFORE, BEHIND] {
        if flags & flag != 0 {
            text(cursor)?;
            text(cursor)?;
        }
    }
    for _ in 0..folders {
        let start = u64::from(cursor.u32_le().map_err(cut)?);
        let blocks = cursor.u16_le().map_err(cut)?;
        let packed = cursor.u16_le().map_err(cut)?;
        cursor.skip(u64::from(of_folder));
        let codec = |zipped| {
            Method::Blocks(Codec::Cab(CabBlocks {
                blocks,
                reserved: of_block,
                zipped,
            }))
        };
        let method = match packed & 15 {
            0 => codec(false),
            1 => codec(true),
            2 => Method::Quantum,
            3 => Method::Lzx,
            other => Method::Unknown(other),
        };
        facts.folders.push(Folder { start, method });
    }
    *cursor = Cursor::new(source, files_start);
    for _ in 0..files {
        if facts.files.len() as u64 >= limits.members {
            return Err("it has more files than the limit `members` allows");
        }
        let file = file(cursor, facts.folders.len())?;
        facts.files.push(file);
    }
    if facts.end > source.len() {
        return Err("it is shorter than it says");
    }
    Ok(())
}

fn file(cursor: &mut Cursor<'_>, folders: usize) -> Result<File, &'static str> {
    let at = cursor.offset();
    let length = u64::from(cursor.u32_le().map_err(cut)?);
    let offset = u64::from(cursor.u32_le().map_err(cut)?);
    let folder = cursor.u16_le().map_err(cut)?;
    cursor.skip(6);
    let name = text(cursor)?;
    let folder = Some(usize::from(folder)).filter(|folder| *folder < 0xfffd);
    if folder.is_some_and(|folder| folder >= folders) {
        return Err("a file lies in a folder that is not there");
    }
    Ok(File {
        name: name.replace('\\', "/"),
        at,
        folder,
        offset,
        length,
    })
}

/// A text that ends with a zero.
fn text(cursor: &mut Cursor<'_>) -> Result<String, &'static str> {
    let mut bytes = Vec::new();
    loop {
        match cursor.u8().map_err(cut)? {
            0 => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            _ if bytes.len() >= NAME_BYTES => return Err("a name is too long"),
            byte => bytes.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;
    use crate::wrapper::{Budget, Ended, InMemory, expand};
    use crate::{Bytes, SubRange};

    /// A cabinet with one file in one folder.
    fn cabinet(method: u16, blocks: &[(Vec<u8>, usize)], length: usize) -> Vec<u8> {
        let mut data = Vec::new();
        for (packed, unpacked) in blocks {
            data.extend([0; 4]);
            data.extend(u16::try_from(packed.len()).unwrap().to_le_bytes());
            data.extend(u16::try_from(*unpacked).unwrap().to_le_bytes());
            data.extend(packed);
        }
        let name = b"models\\weights.bin\0";
        let files_start = 44_usize;
        let start = files_start.saturating_add(16).saturating_add(name.len());
        let mut out = MAGIC.to_vec();
        for word in [start.saturating_add(data.len()), 0, files_start, 0] {
            out.extend(u32::try_from(word).unwrap().to_le_bytes());
        }
        out.extend([3, 1]);
        for half in [1_u16, 1, 0, 7, 0] {
            out.extend(half.to_le_bytes());
        }
        out.extend(u32::try_from(start).unwrap().to_le_bytes());
        out.extend(u16::try_from(blocks.len()).unwrap().to_le_bytes());
        out.extend(method.to_le_bytes());
        out.extend(u32::try_from(length).unwrap().to_le_bytes());
        out.extend([0; 12]);
        out.extend(name);
        out.extend(data);
        out
    }

    fn zipped(text: &[u8], dictionary: &[u8]) -> Vec<u8> {
        let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
        if !dictionary.is_empty() {
            packer.set_dictionary(dictionary).unwrap();
        }
        let mut out = Vec::with_capacity(text.len().saturating_add(100));
        packer
            .compress_vec(text, &mut out, flate2::FlushCompress::Finish)
            .unwrap();
        let mut block = b"CK".to_vec();
        block.write_all(&out).unwrap();
        block
    }

    fn unfolded(bytes: Vec<u8>) -> (Vec<u8>, Ended) {
        let facts = parse(&bytes, &Limits::default()).unwrap();
        assert_eq!(facts.broken, None);
        let Method::Blocks(codec) = facts.folders[0].method else {
            panic!("not read");
        };
        let length = bytes.len() as u64;
        let bytes: Bytes = Arc::new(bytes);
        let start = facts.folders[0].start;
        let packed: Bytes = Arc::new(SubRange::new(bytes, start, length));
        let limits = Limits::default();
        let out = expand(codec, &packed, &limits, &Budget::new(length), &InMemory);
        (out.bytes.bytes_at(0, 1 << 20).unwrap(), out.ended)
    }

    #[test]
    fn files_lie_in_folders() {
        let bytes = cabinet(0, &[(b"abc".to_vec(), 3), (b"def".to_vec(), 3)], 6);
        let facts = parse(&bytes, &Limits::default()).unwrap();
        let file = File {
            name: "models/weights.bin".to_owned(),
            at: 44,
            folder: Some(0),
            offset: 0,
            length: 6,
        };
        assert_eq!(facts.files, [file]);
        assert_eq!(facts.end, bytes.len() as u64);
        assert_eq!(unfolded(bytes), (b"abcdef".to_vec(), Ended::Whole));
    }

    #[test]
    fn blocks_look_back_into_those_before() {
        let first = b"a text that comes again and again".repeat(40);
        let blocks = [
            (zipped(&first, b""), first.len()),
            (zipped(&first, &first), first.len()),
        ];
        assert!(blocks[1].0.len() < 40);
        let bytes = cabinet(1, &blocks, first.len());
        let (out, ended) = unfolded(bytes);
        assert_eq!(ended, Ended::Whole);
        assert_eq!(out, [first.clone(), first].concat());
    }

    #[test]
    fn what_is_wrong_is_told() {
        let bytes = cabinet(1, &[(b"XX".to_vec(), 3)], 3);
        assert!(matches!(unfolded(bytes).1, Ended::Broken(_)));
        let mut short = cabinet(3, &[(b"abc".to_vec(), 3)], 3);
        let facts = parse(&short, &Limits::default()).unwrap();
        assert_eq!(facts.folders[0].method, Method::Lzx);
        short.truncate(50);
        let facts = parse(&short, &Limits::default()).unwrap();
        assert!(facts.broken.is_some());
        assert_eq!(parse(&b"MSCF".to_vec(), &Limits::default()), None);
    }
}
