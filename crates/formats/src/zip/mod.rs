//! Zip, read twice: as the central directory tells it and as the local headers tell it.
//!
//! Loaders disagree about which of the two counts, and attackers live in the difference. This
//! reader lists every body that either of them shows, and every disagreement is a [`Problem`]: it
//! never decides which is right. Specification: PKWARE APPNOTE.TXT 6.3.10; the list of conditions
//! follows what Python's package index refuses at upload.

mod end;
mod facts;
mod local;

pub use facts::{Entry, Problem, ProblemKind, ZipFacts};

use crate::{Cursor, Limits, ReadAt};
use end::EndRecord;

/// Signature of a local file header.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// Signature of a central directory header.
const CENTRAL: [u8; 4] = *b"PK\x01\x02";

/// True if `head` begins like a zip archive.
#[must_use]
pub fn recognises(head: &[u8]) -> bool {
    head.starts_with(&LOCAL)
        || head.starts_with(b"PK\x05\x06")
        || head.starts_with(b"PK\x07\x08PK\x03\x04")
}

/// True if the data ends like a zip archive whose central directory is where it says, whatever the
/// data begins with.
#[must_use]
pub fn ends_like_zip(source: &dyn ReadAt) -> bool {
    end::find(source).is_some_and(|end| end.entries > 0 && end.has_directory(source))
}

/// Reads both views of an archive. `None` if there is neither an end record nor a local header at
/// the start.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<ZipFacts> {
    let mut facts = ZipFacts::default();
    let starts = recognises(&source.bytes_at(0, 8).ok()?);
    match end::find(source) {
        Some(end) => {
            if !starts && !end.has_directory(source) {
                return None;
            }
            facts.end = end.end;
            read_directory(source, &end, limits, &mut facts);
        }
        None if starts => {
            facts.end = source.len();
            facts.problem(0, ProblemKind::NoEndRecord);
        }
        None => return None,
    }
    local::compare(source, limits, &mut facts);
    local::uncovered(source, limits, &mut facts);
    duplicates(&mut facts);
    Some(facts)
}

fn read_directory(source: &dyn ReadAt, end: &EndRecord, limits: &Limits, facts: &mut ZipFacts) {
    facts.shift = end.shift;
    facts.comment_bytes = end.comment_bytes;
    if end.two_records {
        facts.problem(
            end.offset,
            ProblemKind::Disagreement {
                name: String::new(),
                field: "zip64 end record",
                central: "before its locator".into(),
                local: "elsewhere".into(),
            },
        );
    }
    facts.directory_start = Some(end.directory_start);
    if end.shift > 0 {
        facts.problem(0, ProblemKind::Prefix { bytes: end.shift });
    }
    let trailing = source.len().saturating_sub(end.end);
    if trailing > 0 {
        facts.problem(end.end, ProblemKind::Trailing { bytes: trailing });
    }
    let mut cursor = Cursor::new(source, end.directory_start);
    let mut count = 0_u64;
    while cursor.offset() < end.offset && count < limits.members {
        let at = cursor.offset();
        match central(&mut cursor, end.shift) {
            Some(entry) => facts.entries.push(entry),
            None => {
                facts.problem(at, ProblemKind::DirectoryBroken);
                break;
            }
        }
        count = count.saturating_add(1);
    }
    if count >= limits.members {
        facts.problem(cursor.offset(), ProblemKind::Limit("members"));
    }
    if count != end.entries
        && facts
            .problems
            .iter()
            .all(|problem| problem.kind != ProblemKind::DirectoryBroken)
    {
        facts.problem(
            end.offset,
            ProblemKind::Count {
                declared: end.entries,
                found: count,
            },
        );
    }
}

/// One header of the central directory.
fn central(cursor: &mut Cursor<'_>, shift: u64) -> Option<Entry> {
    let at = cursor.offset();
    if cursor.array::<4>().ok()? != CENTRAL {
        return None;
    }
    let made_by = cursor.u16_le().ok()?;
    cursor.skip(2);
    let flags = cursor.u16_le().ok()?;
    let method = cursor.u16_le().ok()?;
    cursor.skip(4);
    let crc32 = cursor.u32_le().ok()?;
    let mut compressed = u64::from(cursor.u32_le().ok()?);
    let mut uncompressed = u64::from(cursor.u32_le().ok()?);
    let name_length = usize::from(cursor.u16_le().ok()?);
    let extra_length = usize::from(cursor.u16_le().ok()?);
    let comment_length = u64::from(cursor.u16_le().ok()?);
    cursor.skip(4);
    let attributes = cursor.u32_le().ok()?;
    let mut header = u64::from(cursor.u32_le().ok()?);
    let raw_name = cursor.take(name_length).ok()?.to_vec();
    let extra = cursor.take(extra_length).ok()?.to_vec();
    cursor.skip(comment_length);
    zip64(
        &extra,
        &mut [&mut uncompressed, &mut compressed, &mut header],
    );
    Some(Entry {
        name: facts::text(&raw_name),
        unicode_path: unicode_path(&extra),
        raw_name,
        method,
        flags,
        crc32,
        compressed_bytes: compressed,
        uncompressed_bytes: uncompressed,
        header_offset: header.saturating_add(shift),
        data_start: None,
        listed: true,
        unix_mode: if made_by >> 8 == 3 || attributes >> 16 != 0 {
            Some(attributes >> 16)
        } else {
            None
        },
        directory_offset: at,
    })
}

/// Replaces each 32-bit field that says "see the zip64 field" by the 64-bit one.
fn zip64(extra: &[u8], fields: &mut [&mut u64]) {
    let Some(mut rest) = extra_field(extra, 1) else {
        return;
    };
    for field in fields {
        if **field == u64::from(u32::MAX)
            && let Some((value, after)) = rest.split_first_chunk::<8>()
        {
            **field = u64::from_le_bytes(*value);
            rest = after;
        }
    }
}

/// The Info-ZIP Unicode path: version, CRC of the plain name, and the name that some readers use.
fn unicode_path(extra: &[u8]) -> Option<String> {
    extra_field(extra, 0x7075)
        .and_then(|field| field.get(5..))
        .map(facts::text)
}

fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let [id_low, id_high, length_low, length_high] = *head;
        let length = usize::from(u16::from_le_bytes([length_low, length_high]));
        let field = rest.get(..length)?;
        if u16::from_le_bytes([id_low, id_high]) == wanted {
            return Some(field);
        }
        extra = rest.get(length..)?;
    }
    None
}

fn duplicates(facts: &mut ZipFacts) {
    let mut seen = std::collections::HashSet::new();
    let mut again = Vec::new();
    for entry in &facts.entries {
        if entry.listed && !seen.insert(entry.raw_name.as_slice()) {
            again.push((entry.directory_offset, entry.name.clone()));
        }
    }
    for (offset, name) in again {
        facts.problem(offset, ProblemKind::DuplicateName { name });
    }
}

#[cfg(test)]
mod tests;
