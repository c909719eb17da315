//! Tables, vectors and texts by position, every offset checked.

use std::collections::HashMap;

use super::spans::Spans;
use crate::{Limits, ReadAt};

/// Bytes that are read at a time.
const PAGE_BYTES: u64 = 16 << 10;
/// Pages that are kept.
const PAGES: usize = 512;
/// Longest text that is kept.
const TEXT_BYTES: u64 = 4096;
/// Bytes of one table that are taken to be its fields.
const TABLE_BYTES: u64 = 1024;

pub(super) struct Reader<'a> {
    source: &'a dyn ReadAt,
    pub(super) limits: &'a Limits,
    pages: HashMap<u64, Vec<u8>>,
    /// Reads that may still be made.
    left: u64,
    /// Offset behind the last byte that was read or passed over as part of the model.
    pub(super) end: u64,
    /// All that was read as part of the model, if it is asked for.
    pub(super) spans: Option<Spans>,
}

/// A table: where it stands, and the fields that its own table of fields lists.
#[derive(Clone, Copy)]
pub(super) struct Table {
    pub(super) at: u64,
    fields: u64,
    fields_bytes: u64,
}

/// A vector: where its first element stands, and how many there are.
#[derive(Clone, Copy)]
pub(super) struct Vector {
    pub(super) start: u64,
    pub(super) count: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, limits: &'a Limits) -> Self {
        Self {
            source,
            limits,
            pages: HashMap::new(),
            left: source.len().saturating_mul(4).saturating_add(4096),
            end: 0,
            spans: None,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.source.len()
    }

    pub(super) fn exhausted(&self) -> bool {
        self.left == 0
    }

    pub(super) fn cover(&mut self, end: u64) {
        if end <= self.source.len() {
            self.end = self.end.max(end);
        }
    }

    /// The same for bytes whose beginning is known.
    pub(super) fn hold(&mut self, start: u64, end: u64) {
        self.cover(end);
        if end <= self.source.len()
            && let Some(spans) = &mut self.spans
        {
            spans.add(start, end);
        }
    }

    /// A little-endian number of one, two, four or eight bytes.
    pub(super) fn number(&mut self, at: u64, width: u64) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let end = at.checked_add(width)?;
        if end > self.source.len() {
            return None;
        }
        self.hold(at, end);
        let mut whole = [0; 8];
        for (index, byte) in whole
            .iter_mut()
            .take(usize::try_from(width).ok()?)
            .enumerate()
        {
            *byte = self.byte(at.checked_add(index as u64)?)?;
        }
        Some(u64::from_le_bytes(whole))
    }

    fn byte(&mut self, at: u64) -> Option<u8> {
        let page = at.checked_div(PAGE_BYTES)?;
        if !self.pages.contains_key(&page) {
            if self.pages.len() >= PAGES {
                self.pages.clear();
            }
            let start = page.checked_mul(PAGE_BYTES)?;
            let bytes = self
                .source
                .bytes_at(start, usize::try_from(PAGE_BYTES).ok()?);
            self.pages.insert(page, bytes.ok()?);
        }
        let inside = usize::try_from(at.checked_rem(PAGE_BYTES)?).ok()?;
        self.pages.get(&page)?.get(inside).copied()
    }

    /// The table at the root.
    pub(super) fn root(&mut self) -> Option<Table> {
        let at = self.number(0, 4)?;
        self.table(at)
    }

    pub(super) fn table(&mut self, at: u64) -> Option<Table> {
        let back = self.number(at, 4)?;
        // A signed distance back to the table of fields.
        let back = i64::from(u32::try_from(back).ok()?.cast_signed());
        let fields = u64::try_from(i64::try_from(at).ok()?.checked_sub(back)?).ok()?;
        let fields_bytes = self.number(fields, 2)?;
        let bytes = self.number(fields.checked_add(2)?, 2)?;
        if fields_bytes < 4 || bytes < 4 {
            return None;
        }
        let end = at.checked_add(bytes)?;
        if end > self.source.len() || fields.checked_add(fields_bytes)? > self.source.len() {
            return None;
        }
        self.cover(end);
        self.cover(fields.saturating_add(fields_bytes));
        self.hold(at, at.saturating_add(bytes.min(TABLE_BYTES)));
        let listed = fields_bytes.min(TABLE_BYTES);
        self.hold(fields, fields.saturating_add(listed));
        Some(Table {
            at,
            fields,
            fields_bytes,
        })
    }

    /// Where a field stands; `None` if it is left out.
    pub(super) fn field(&mut self, table: Table, index: u64) -> Option<u64> {
        let slot = index.checked_mul(2)?.checked_add(4)?;
        if slot.checked_add(2)? > table.fields_bytes {
            return None;
        }
        let offset = self.number(table.fields.checked_add(slot)?, 2)?;
        (offset != 0).then(|| table.at.checked_add(offset))?
    }

    /// A number of a table, zero if it is left out.
    pub(super) fn scalar(&mut self, table: Table, index: u64, width: u64) -> u64 {
        let at = self.field(table, index);
        at.and_then(|at| self.number(at, width)).unwrap_or(0)
    }

    /// Where an offset at `at` leads.
    pub(super) fn follow(&mut self, at: u64) -> Option<u64> {
        let offset = self.number(at, 4)?;
        at.checked_add(offset).filter(|_| offset != 0)
    }

    /// A table that a field leads to: nothing if it is left out, `Err` if it is not there.
    pub(super) fn child(&mut self, table: Table, index: u64) -> Result<Option<Table>, ()> {
        match self.field(table, index) {
            None => Ok(None),
            Some(at) => {
                let target = self.follow(at).ok_or(())?;
                self.table(target).map(Some).ok_or(())
            }
        }
    }

    /// A vector of elements of so many bytes that a field leads to.
    pub(super) fn vector(
        &mut self,
        table: Table,
        index: u64,
        width: u64,
    ) -> Result<Option<Vector>, ()> {
        self.vector_of(table, index, width, u64::MAX)
    }

    /// The same, of which so many bytes are read.
    fn vector_of(
        &mut self,
        table: Table,
        index: u64,
        width: u64,
        read: u64,
    ) -> Result<Option<Vector>, ()> {
        match self.field(table, index) {
            None => Ok(None),
            Some(at) => {
                let target = self.follow(at).ok_or(())?;
                let vector = self.vector_at(target, width, read);
                vector.map(Some).ok_or(())
            }
        }
    }

    fn vector_at(&mut self, at: u64, width: u64, read: u64) -> Option<Vector> {
        let count = self.number(at, 4)?;
        let start = at.checked_add(4)?;
        let end = start.checked_add(count.checked_mul(width)?)?;
        if end > self.source.len() {
            return None;
        }
        self.cover(end);
        self.hold(start, end.min(start.saturating_add(read)));
        Some(Vector { start, count })
    }

    /// The tables of a vector of them, as far as they are there; false if some are not.
    pub(super) fn tables(&mut self, table: Table, index: u64) -> (Vec<Table>, bool) {
        let vector = match self.vector(table, index, 4) {
            Ok(None) => return (Vec::new(), true),
            Err(()) => return (Vec::new(), false),
            Ok(Some(vector)) => vector,
        };
        let mut tables = Vec::new();
        let mut whole = vector.count <= self.limits.members;
        for number in 0..vector.count.min(self.limits.members) {
            let at = vector.start.saturating_add(number.saturating_mul(4));
            let found = self.follow(at).and_then(|at| self.table(at));
            whole &= found.is_some();
            tables.extend(found);
            if self.left == 0 {
                return (tables, false);
            }
        }
        (tables, whole)
    }

    /// A text that a field leads to.
    pub(super) fn text(&mut self, table: Table, index: u64) -> Result<Option<String>, ()> {
        let Some(vector) = self.vector_of(table, index, 1, TEXT_BYTES)? else {
            return Ok(None);
        };
        self.left = self.left.saturating_sub(vector.count.wrapping_div(16));
        let length = usize::try_from(vector.count.min(TEXT_BYTES)).map_err(|_| ())?;
        let bytes = self.source.bytes_at(vector.start, length).map_err(|_| ())?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}
