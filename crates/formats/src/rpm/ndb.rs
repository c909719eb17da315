//! `Packages.db`: slots of 16 bytes in pages of 4096, each pointing at a blob in blocks of 16 bytes.
//!
//! Layout as in `lib/backend/ndb/rpmpkg.c` of RPM.

use super::{RpmDatabase, little};
use crate::{Limits, ReadAt};

const PAGE: u64 = 4096;
const BLOCK: u64 = 16;
const SLOT: &[u8; 4] = b"Slot";
const BLOB: &[u8; 4] = b"BlbS";

pub(super) fn read(source: &dyn ReadAt, limits: &Limits, database: &mut RpmDatabase) {
    let pages = source
        .bytes_at(0, 32)
        .ok()
        .and_then(|head| little(&head, 12))
        .map_or(0, u64::from);
    // Slots cannot fill more pages than the file has.
    let pages = pages.min(source.len() / PAGE);
    let mut left = source.len();
    for page in 0..pages {
        let Ok(slots) = source.bytes_at(page.saturating_mul(PAGE), 4096) else {
            database.refuse("a page of slots could not be read");
            return;
        };
        let (slots, _) = slots.as_chunks::<16>();
        // The first two of the first page are the header of the file.
        for slot in slots.iter().skip(if page == 0 { 2 } else { 0 }) {
            let (Some(index), Some(offset), Some(blocks)) =
                (little(slot, 4), little(slot, 8), little(slot, 12))
            else {
                continue;
            };
            if !slot.starts_with(SLOT) || index == 0 {
                continue;
            }
            let length = u64::from(blocks).saturating_mul(BLOCK);
            // Blobs do not overlap, so all together are no longer than the file.
            if length > left || database.packages.len() as u64 >= limits.members {
                database.refuse("records are longer than the database");
                return;
            }
            left = left.saturating_sub(length);
            blob(
                source,
                u64::from(offset).saturating_mul(BLOCK),
                index,
                length,
                database,
            );
        }
    }
}

fn blob(source: &dyn ReadAt, offset: u64, index: u32, length: u64, database: &mut RpmDatabase) {
    let bytes = usize::try_from(length)
        .ok()
        .and_then(|length| source.bytes_at(offset, length).ok())
        .unwrap_or_default();
    let whole = bytes.starts_with(BLOB) && little(&bytes, 4) == Some(index);
    let size = little(&bytes, 12).and_then(|size| usize::try_from(size).ok());
    let content = size.and_then(|size| bytes.get(16..size.checked_add(16)?));
    match content.filter(|_| whole) {
        Some(content) => database.take(content),
        None => database.refuse("a slot points at no record"),
    }
}
