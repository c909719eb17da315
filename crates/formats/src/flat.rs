//! Tables of FlatBuffers, read by position (<https://flatbuffers.dev/internals/>): every offset is checked before it
//! is followed.

use crate::ReadAt;

/// A table.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    source: &'a dyn ReadAt,
    at: u64,
    fields: u64,
    fields_bytes: u64,
}

fn word(source: &dyn ReadAt, at: u64) -> Option<u32> {
    let bytes = source.bytes_at(at, 4).ok()?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn half(source: &dyn ReadAt, at: u64) -> Option<u16> {
    let bytes = source.bytes_at(at, 2).ok()?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

impl<'a> Table<'a> {
    /// The table that the offset at `at` leads to.
    pub(crate) fn root(source: &'a dyn ReadAt, at: u64) -> Option<Self> {
        let offset = word(source, at)?;
        Self::new(source, at.checked_add(u64::from(offset))?)
    }

    fn new(source: &'a dyn ReadAt, at: u64) -> Option<Self> {
        let back = word(source, at)?.to_le_bytes();
        let back = i64::from(i32::from_le_bytes(back));
        let fields = i64::try_from(at).ok()?.checked_sub(back)?;
        let fields = u64::try_from(fields).ok()?;
        let fields_bytes = u64::from(half(source, fields)?);
        let there = fields.checked_add(fields_bytes)? <= source.len();
        (fields_bytes >= 4 && there).then_some(Self {
            source,
            at,
            fields,
            fields_bytes,
        })
    }

    /// Where a field stands; `None` if it has its default.
    fn field(&self, id: u64) -> Option<u64> {
        let entry = id.checked_mul(2)?.checked_add(4)?;
        if entry.checked_add(2)? > self.fields_bytes {
            return None;
        }
        let offset = half(self.source, self.fields.checked_add(entry)?)?;
        (offset != 0).then(|| self.at.saturating_add(u64::from(offset)))
    }

    fn pointed(&self, id: u64) -> Option<u64> {
        let field = self.field(id)?;
        field.checked_add(u64::from(word(self.source, field)?))
    }

    /// A number of one byte.
    pub(crate) fn byte(&self, id: u64) -> Option<u8> {
        self.source
            .bytes_at(self.field(id)?, 1)
            .ok()?
            .first()
            .copied()
    }

    /// A number of eight bytes.
    pub(crate) fn long(&self, id: u64) -> Option<i64> {
        let bytes = self.source.bytes_at(self.field(id)?, 8).ok()?;
        Some(i64::from_le_bytes(bytes.try_into().ok()?))
    }

    pub(crate) fn table(&self, id: u64) -> Option<Self> {
        Self::new(self.source, self.pointed(id)?)
    }

    /// A text, cut to `most` bytes.
    pub(crate) fn text(&self, id: u64, most: usize) -> Option<String> {
        text(self.source, self.pointed(id)?, most)
    }

    /// The tables in a list of them, at most `most`; with how many there are.
    pub(crate) fn tables(&self, id: u64, most: usize) -> (u64, Vec<Self>) {
        let Some(start) = self.pointed(id) else {
            return (0, Vec::new());
        };
        let count = u64::from(word(self.source, start).unwrap_or(0));
        let fits = count.saturating_mul(4) <= self.source.len().saturating_sub(start);
        let kept = if fits { count.min(most as u64) } else { 0 };
        let tables = (0..kept).filter_map(|index| {
            let at = start.checked_add(4)?.checked_add(index.checked_mul(4)?)?;
            Self::new(
                self.source,
                at.checked_add(u64::from(word(self.source, at)?))?,
            )
        });
        (count, tables.collect())
    }

    /// Where the elements of a list of structures stand, and how many they are.
    pub(crate) fn list(&self, id: u64) -> Option<(u64, u64)> {
        let start = self.pointed(id)?;
        Some((start.checked_add(4)?, u64::from(word(self.source, start)?)))
    }
}

fn text(source: &dyn ReadAt, at: u64, most: usize) -> Option<String> {
    let length = word(source, at)?;
    let start = at.checked_add(4)?;
    if u64::from(length) > source.len().saturating_sub(start) {
        return None;
    }
    let kept = usize::try_from(length).ok()?.min(most);
    let bytes = source.bytes_at(start, kept).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
