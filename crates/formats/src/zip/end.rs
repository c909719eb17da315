//! The end record of the central directory, zip64 included.

use crate::{Cursor, ReadAt};

/// Signature of the end record.
const END: [u8; 4] = *b"PK\x05\x06";
/// Size of the end record without its comment.
const END_BYTES: u64 = 22;
/// Longest comment.
const COMMENT_BYTES: u64 = 65_535;

/// Where the central directory is.
pub(super) struct EndRecord {
    /// Offset of the record itself.
    pub(super) offset: u64,
    /// Offset behind the record and its comment.
    pub(super) end: u64,
    /// Entries as declared.
    pub(super) entries: u64,
    /// Offset of the central directory, with the bytes before the archive counted in.
    pub(super) directory_start: u64,
    /// Bytes before the archive.
    pub(super) shift: u64,
    /// Length of the comment.
    pub(super) comment_bytes: u64,
    /// Two zip64 records are there: before the locator, and where it points to.
    pub(super) two_records: bool,
}

impl EndRecord {
    /// True if a directory header stands where the record says.
    pub(super) fn has_directory(&self, source: &dyn ReadAt) -> bool {
        source
            .bytes_at(self.directory_start, 4)
            .is_ok_and(|head| head == super::CENTRAL)
            || (self.entries == 0 && self.directory_start == self.offset)
    }
}

/// The last end record, as most readers look for it: backwards from the end of the data.
pub(super) fn find(source: &dyn ReadAt) -> Option<EndRecord> {
    let length = source.len();
    let start = length.saturating_sub(END_BYTES.saturating_add(COMMENT_BYTES));
    let tail = source
        .bytes_at(start, usize::try_from(length.saturating_sub(start)).ok()?)
        .ok()?;
    let place = memchr::memmem::rfind(&tail, &END)?;
    let offset = start.checked_add(place as u64)?;
    let mut cursor = Cursor::new(source, offset.checked_add(8)?);
    let _entries_here = cursor.u16_le().ok()?;
    let mut entries = u64::from(cursor.u16_le().ok()?);
    let mut size = u64::from(cursor.u32_le().ok()?);
    let mut start = u64::from(cursor.u32_le().ok()?);
    let comment = u64::from(cursor.u16_le().ok()?);
    let mut directory_end = offset;
    let mut two_records = false;
    if let Some((zip64_offset, zip64, two)) = zip64(source, offset) {
        two_records = two;
        (entries, size, start) = zip64;
        directory_end = zip64_offset;
    }
    let shift = directory_end.checked_sub(size)?.checked_sub(start);
    // An offset that lies beyond the record is a lie; the directory is then taken to stand
    // directly before the record.
    let (directory_start, shift) = match shift {
        Some(shift) => (start.checked_add(shift)?, shift),
        None => (directory_end.saturating_sub(size), 0),
    };
    Some(EndRecord {
        offset: directory_end,
        end: offset
            .saturating_add(END_BYTES)
            .saturating_add(comment)
            .min(length),
        entries,
        directory_start,
        shift,
        comment_bytes: comment,
        two_records,
    })
}

/// The zip64 end record through its locator, directly before the end record: its offset, and
/// entries, size and start of the directory.
fn zip64(source: &dyn ReadAt, end: u64) -> Option<(u64, (u64, u64, u64), bool)> {
    let locator = end.checked_sub(20)?;
    let mut cursor = Cursor::new(source, locator);
    if cursor.array::<4>().ok()? != *b"PK\x06\x07" {
        return None;
    }
    cursor.skip(4);
    let declared = cursor.u64_le().ok()?;
    // With bytes before the archive the record still stands directly before its locator, where
    // some readers always look.
    let before = locator.checked_sub(56)?;
    let [near, far] = [before, declared].map(|offset| zip64_at(source, offset));
    let differs = near.is_some() && far.is_some() && before != declared;
    near.or(far)
        .map(|(offset, fields)| (offset, fields, differs))
}

fn zip64_at(source: &dyn ReadAt, offset: u64) -> Option<(u64, (u64, u64, u64))> {
    let mut cursor = Cursor::new(source, offset);
    if cursor.array::<4>().ok()? != *b"PK\x06\x06" {
        return None;
    }
    cursor.skip(28);
    let entries = cursor.u64_le().ok()?;
    Some((
        offset,
        (entries, cursor.u64_le().ok()?, cursor.u64_le().ok()?),
    ))
}
