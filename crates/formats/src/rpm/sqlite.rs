//! `rpmdb.sqlite`: the table `Packages`, out of the pages of the file.
//!
//! Layout: <https://www.sqlite.org/fileformat2.html>. Only tables are walked, no index, and nothing
//! of a write-ahead log that was not yet written back.

use std::collections::HashSet;

use super::{RpmDatabase, big};
use crate::{Limits, ReadAt};

/// Deepest a table's tree can be; SQLite's own is twenty.
const DEPTH: usize = 24;

struct File<'a> {
    source: &'a dyn ReadAt,
    page_bytes: u64,
    /// Bytes of a page without what extensions keep at its end.
    usable: u64,
    /// Bytes that may still be read into records: each page belongs to one.
    left: u64,
}

pub(super) fn read(source: &dyn ReadAt, head: &[u8], limits: &Limits, database: &mut RpmDatabase) {
    let page_bytes = match big(head, 16, 2) {
        Some(1) => 65536,
        Some(size) if size >= 512 && size.is_power_of_two() => size,
        _ => {
            database.refuse("the size of a page is none that SQLite has");
            return;
        }
    };
    let reserved = head.get(20).copied().map_or(0, u64::from);
    let mut file = File {
        source,
        page_bytes,
        usable: page_bytes.saturating_sub(reserved).max(480),
        left: source.len(),
    };
    let mut root = None;
    let mut schema = RpmDatabase::default();
    file.walk(1, limits, &mut schema, &mut |columns, _| {
        let text = |at: usize| columns.get(at).map(Vec::as_slice);
        if text(0) == Some(b"table") && text(1) == Some(b"Packages") {
            root = columns.get(3).and_then(|bytes| big(bytes, 0, bytes.len()));
        }
    });
    let Some(root) = root else {
        database.refuse("there is no table of packages");
        return;
    };
    file.left = source.len();
    file.walk(
        root,
        limits,
        database,
        &mut |columns, database| match columns.get(1) {
            Some(blob) => database.take(blob),
            None => database.refuse("a row has no record"),
        },
    );
}

/// Called for the columns of each row.
type Each<'e> = &'e mut dyn FnMut(&[Vec<u8>], &mut RpmDatabase);

impl File<'_> {
    fn page(&self, number: u64) -> Option<Vec<u8>> {
        let offset = number.checked_sub(1)?.checked_mul(self.page_bytes)?;
        let length = usize::try_from(self.page_bytes).ok()?;
        let page = self.source.bytes_at(offset, length).ok()?;
        (page.len() == length).then_some(page)
    }

    /// Visits all leaves of the table that begins on a page.
    fn walk(&mut self, root: u64, limits: &Limits, database: &mut RpmDatabase, each: Each<'_>) {
        let mut open = vec![(root, 0_usize)];
        let mut seen = HashSet::new();
        let mut rows: u64 = 0;
        while let Some((number, depth)) = open.pop() {
            if depth > DEPTH || !seen.insert(number) {
                database.refuse("the pages of a table form a circle");
                continue;
            }
            let Some(page) = self.page(number) else {
                database.refuse("a page lies beyond the end of the database");
                continue;
            };
            let start: usize = if number == 1 { 100 } else { 0 };
            let cells = big(&page, start.saturating_add(3), 2).unwrap_or(0);
            let inner = match page.get(start) {
                Some(5) => true,
                Some(13) => false,
                _ => {
                    database.refuse("a page is none of a table");
                    continue;
                }
            };
            let pointers = start.saturating_add(if inner { 12 } else { 8 });
            let mut children = Vec::new();
            for index in 0..usize::try_from(cells).unwrap_or(0) {
                let at = big(&page, pointers.saturating_add(index.saturating_mul(2)), 2);
                let Some(cell) = at.and_then(|at| page.get(usize::try_from(at).ok()?..)) else {
                    database.refuse("a cell lies outside of its page");
                    break;
                };
                if inner {
                    children.extend(big(cell, 0, 4).map(|child| (child, depth.saturating_add(1))));
                    continue;
                }
                rows = rows.saturating_add(1);
                if rows > limits.members {
                    database.refuse("there are too many rows");
                    return;
                }
                match self.payload(cell).as_deref().and_then(columns) {
                    Some(columns) => each(&columns, database),
                    None => database.refuse("a row could not be read"),
                }
            }
            if inner {
                let last = big(&page, start.saturating_add(8), 4);
                children.extend(last.map(|child| (child, depth.saturating_add(1))));
                open.extend(children.into_iter().rev());
            }
        }
    }

    /// The record of a leaf's cell, what lies on overflow pages included.
    fn payload(&mut self, cell: &[u8]) -> Option<Vec<u8>> {
        let (length, first) = number(cell)?;
        let (_, second) = number(cell.get(first..)?)?;
        let body = cell.get(first.checked_add(second)?..)?;
        if length > self.left {
            return None;
        }
        self.left = self.left.checked_sub(length)?;
        let most = self.usable.checked_sub(35)?;
        if length <= most {
            return body
                .get(..usize::try_from(length).ok()?)
                .map(<[u8]>::to_vec);
        }
        let least = self.usable.checked_sub(12)?.checked_mul(32)? / 255;
        let least = least.checked_sub(23)?;
        let per_page = self.usable.checked_sub(4)?;
        let spare = length.checked_sub(least)?.checked_rem(per_page)?;
        let here = least
            .checked_add(spare)
            .filter(|here| *here <= most)
            .unwrap_or(least);
        let here = usize::try_from(here).ok()?;
        let mut record = body.get(..here)?.to_vec();
        let mut next = big(body, here, 4)?;
        while (record.len() as u64) < length {
            let page = self.page(next)?;
            let wanted = length.checked_sub(record.len() as u64)?.min(per_page);
            let end = usize::try_from(wanted).ok()?.checked_add(4)?;
            record.extend_from_slice(page.get(4..end)?);
            next = big(&page, 0, 4)?;
        }
        Some(record)
    }
}

/// A number of one to nine bytes, seven bits each, and its length.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value: u64 = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            return Some(((value << 8) | u64::from(*byte), 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, index.saturating_add(1)));
        }
    }
    None
}

/// The columns of a record as bytes; numbers most significant byte first.
fn columns(record: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (header, mut at) = number(record)?;
    let header = usize::try_from(header).ok()?;
    let mut body = record.get(header..)?;
    let mut columns = Vec::new();
    while at < header && columns.len() < 64 {
        let (kind, width) = number(record.get(at..header)?)?;
        at = at.checked_add(width)?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            _ => kind.checked_sub(12)? / 2,
        };
        let (column, rest) = body.split_at_checked(usize::try_from(length).ok()?)?;
        // The constants zero and one have no bytes.
        columns.push(if kind == 9 { vec![1] } else { column.to_vec() });
        body = rest;
    }
    Some(columns)
}
