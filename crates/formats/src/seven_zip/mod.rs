//! 7z archives: a header at the end, often compressed itself, that lists packed streams and the files
//! in them.
//!
//! Format: `DOC/7zFormat.txt` of the LZMA SDK (<https://www.7-zip.org/sdk.html>). One coder in a stream, or a
//! filter before it, is read; other chains are told as such.

mod header;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::wrapper::{Budget, Codec, Ended, InMemory, SevenZip, expand};
use crate::{Bytes, Limits, SubRange};

/// What every archive begins with.
const MAGIC: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// Length of the first header.
const START_BYTES: u64 = 32;
/// Headers that may be compressed inside of each other.
const HEADERS: u32 = 4;

/// What the archive lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SevenZipFacts {
    /// Files and folders in the order of the header.
    pub entries: Vec<Entry>,
    /// Streams that files stand in, one behind the other.
    pub streams: Vec<Stream>,
    /// Offset behind the archive.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
}

/// A file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path.
    pub name: String,
    /// Which of the streams it stands in, and from which offset; `None` if it is empty.
    pub place: Option<(usize, u64)>,
    /// Length of its content.
    pub length: u64,
    /// CRC-32 of its content, if the header has one.
    pub crc32: Option<u32>,
    /// True for a symbolic link: its content is the target.
    pub is_link: bool,
}

/// A packed stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Offset in the archive.
    pub start: u64,
    /// Length in the archive.
    pub packed_bytes: u64,
    /// Length of what it unfolds to.
    pub unpacked_bytes: u64,
    /// How it is packed.
    pub method: Method,
}

/// How a stream is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// As it is.
    Copied,
    /// By one coder, or one behind a filter.
    Packed(Codec),
    /// With a password.
    Encrypted,
    /// By coders that nothing here reads, by id in hexadecimal.
    Unknown(String),
}

/// True if the content begins as such an archive does.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    head.starts_with(MAGIC)
}

/// Reads the headers; `None` if the content does not begin as an archive does.
#[must_use]
pub fn parse(bytes: &Bytes, limits: &Limits) -> Option<SevenZipFacts> {
    let head = bytes.bytes_at(0, 32).ok()?;
    if !recognises(&head, bytes.len()) {
        return None;
    }
    let mut facts = SevenZipFacts::default();
    let number = |at: usize| {
        let field = head.get(at..at.saturating_add(8))?;
        Some(u64::from_le_bytes(field.try_into().ok()?))
    };
    let (Some(offset), Some(length)) = (number(12), number(20)) else {
        facts.end = bytes.len();
        facts.broken = Some((0, "the first header is cut".to_owned()));
        return Some(facts);
    };
    let start = START_BYTES.saturating_add(offset);
    facts.end = start.saturating_add(length).min(bytes.len());
    if length == 0 {
        return Some(facts);
    }
    if start.saturating_add(length) > bytes.len() || length > limits.header_bytes {
        facts.broken = Some((12, "the header lies beyond the end".to_owned()));
        return Some(facts);
    }
    let header: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, length));
    if let Err(reason) = read(bytes, header, limits, &mut facts, HEADERS) {
        facts.broken = Some((start, reason));
    }
    Some(facts)
}

/// Reads a header, unpacking it first as often as it is packed.
fn read(
    archive: &Bytes,
    header: Bytes,
    limits: &Limits,
    facts: &mut SevenZipFacts,
    left: u32,
) -> Result<(), String> {
    let mut header = header;
    for _ in 0..=left {
        let length = usize::try_from(header.len()).unwrap_or(usize::MAX);
        let raw = header
            .bytes_at(0, length)
            .map_err(|failed| failed.to_string())?;
        match raw.split_first() {
            Some((1, rest)) => return header::files(rest, limits, facts),
            Some((0x17, rest)) => {
                let stream = header::packed_header(rest, limits)?;
                header = unpack(archive, &stream, limits)?;
            }
            _ => return Err("the header begins with an unknown mark".to_owned()),
        }
    }
    Err("the header is packed too often".to_owned())
}

fn unpack(archive: &Bytes, stream: &Stream, limits: &Limits) -> Result<Bytes, String> {
    if stream.unpacked_bytes > limits.header_bytes {
        return Err("the header is too long".to_owned());
    }
    let packed: Bytes = Arc::new(SubRange::new(
        Arc::clone(archive),
        stream.start,
        stream.packed_bytes,
    ));
    let codec = match &stream.method {
        Method::Copied => return Ok(packed),
        Method::Packed(codec) => *codec,
        Method::Encrypted => return Err("the header is encrypted".to_owned()),
        Method::Unknown(id) => return Err(format!("the header is packed by coder {id}")),
    };
    let budget = Budget::new(archive.len());
    let expanded = expand(codec, &packed, limits, &budget, &InMemory);
    match expanded.ended {
        Ended::Whole => Ok(expanded.bytes),
        _ => Err("the header cannot be unpacked".to_owned()),
    }
}

/// The codec of a coder by its id and properties; `None` if nothing here reads it.
fn codec(id: &[u8], properties: &[u8], length: u64, filter: bool) -> Option<Codec> {
    Some(match id {
        [0x21] => Codec::Seven(SevenZip::Lzma2 {
            dictionary: *properties.first()?,
            filter,
        }),
        [3, 1, 1] => Codec::Seven(SevenZip::Lzma {
            properties: properties.try_into().ok()?,
            length,
            filter,
        }),
        [4, 1, 8] if !filter => Codec::Deflate,
        [4, 2, 2] if !filter => Codec::Bzip2,
        [4, 0xf7, 0x11, 1] if !filter => Codec::Zstd,
        [4, 0xf7, 0x11, 4] if !filter => Codec::Lz4,
        _ => return None,
    })
}
