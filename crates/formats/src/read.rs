use std::sync::Arc;

use thiserror::Error;

/// The bytes under examination could not be read, or ended before the parser was done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadFailed {
    /// Fewer bytes are there than the parser needs.
    #[error("read {wanted} bytes at offset {offset}: the data ends before")]
    Ended {
        /// Where the read began.
        offset: u64,
        /// How many bytes were wanted.
        wanted: u64,
    },
    /// The device or the file system refused.
    #[error("read at offset {offset}: {reason}")]
    Device {
        /// Where the read began.
        offset: u64,
        /// What the operating system said.
        reason: String,
    },
}

/// Bytes that can be read at any position. Reads are independent of each other, so several
/// parsers may share one reader.
pub trait ReadAt: Send + Sync {
    /// Length in bytes, fixed when the reader was made.
    fn len(&self) -> u64;

    /// Reads up to `buffer.len()` bytes at `offset` and returns how many were read; fewer than
    /// asked for only at the end of the data.
    ///
    /// # Errors
    /// [`ReadFailed::Device`] if the bytes cannot be read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed>;

    /// True if there is not a single byte.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if the data ends before the buffer is full.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadFailed> {
        let wanted = buffer.len();
        if self.read_at(offset, buffer)? == wanted {
            return Ok(());
        }
        Err(ReadFailed::Ended {
            offset,
            wanted: wanted as u64,
        })
    }

    /// The bytes from `offset`, at most `length`, fewer at the end of the data.
    ///
    /// # Errors
    /// [`ReadFailed::Device`] if the bytes cannot be read.
    fn bytes_at(&self, offset: u64, length: usize) -> Result<Vec<u8>, ReadFailed> {
        let there = self.len().saturating_sub(offset).min(length as u64);
        let mut buffer = vec![0; usize::try_from(there).unwrap_or(length)];
        let read = self.read_at(offset, &mut buffer)?;
        buffer.truncate(read);
        Ok(buffer)
    }
}

impl ReadAt for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        let Some(rest) = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..))
        else {
            return Ok(0);
        };
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// A shared reader: cheap to clone, so that a member can outlive the parser that found it.
pub type Bytes = Arc<dyn ReadAt>;

/// A range of another reader, seen as a reader of its own.
#[derive(Clone)]
pub struct SubRange {
    whole: Bytes,
    start: u64,
    length: u64,
}

impl SubRange {
    /// The range `start..start + length` of `whole`, cut at the end of `whole`.
    #[must_use]
    pub fn new(whole: Bytes, start: u64, length: u64) -> Self {
        let there = whole.len().saturating_sub(start);
        Self {
            whole,
            start,
            length: length.min(there),
        }
    }
}

impl ReadAt for SubRange {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadFailed> {
        let there = self.length.saturating_sub(offset);
        let count = usize::try_from(there)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..count) else {
            return Ok(0);
        };
        self.whole
            .read_at(self.start.saturating_add(offset), buffer)
    }
}

/// Reads forward through a [`ReadAt`] with a buffer; what structure parsers use.
pub struct Cursor<'a> {
    source: &'a dyn ReadAt,
    buffer: Vec<u8>,
    /// Offset of the first byte in `buffer`.
    start: u64,
    /// Index of the next byte in `buffer`.
    next: usize,
}

/// How much a [`Cursor`] reads ahead.
const READ_AHEAD_BYTES: usize = 64 << 10;

impl<'a> Cursor<'a> {
    /// A cursor that stands at `offset`.
    #[must_use]
    pub fn new(source: &'a dyn ReadAt, offset: u64) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: offset,
            next: 0,
        }
    }

    /// Offset of the next byte.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.start.saturating_add(self.next as u64)
    }

    /// How many bytes lie ahead.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.source.len().saturating_sub(self.offset())
    }

    /// Moves forward without reading; standing beyond the end is not an error until a read.
    pub fn skip(&mut self, count: u64) {
        let target = self.offset().saturating_add(count);
        let inside = usize::try_from(target.saturating_sub(self.start)).ok();
        match inside {
            Some(next) if next <= self.buffer.len() => self.next = next,
            _ => {
                self.start = target;
                self.buffer.clear();
                self.next = 0;
            }
        }
    }

    /// Moves to an offset without reading, forward or back.
    pub fn skip_to(&mut self, offset: u64) {
        let inside = offset
            .checked_sub(self.start)
            .and_then(|next| usize::try_from(next).ok())
            .filter(|next| *next <= self.buffer.len());
        match inside {
            Some(next) => self.next = next,
            None => {
                self.start = offset;
                self.buffer.clear();
                self.next = 0;
            }
        }
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if fewer are left; nothing larger than what is there is allocated.
    pub fn take(&mut self, count: usize) -> Result<&[u8], ReadFailed> {
        let buffered = self.buffer.len().saturating_sub(self.next);
        if buffered < count {
            self.fill(count)?;
        }
        let ended = ReadFailed::Ended {
            offset: self.offset(),
            wanted: count as u64,
        };
        let from = self.next;
        self.next = self.next.saturating_add(count);
        self.buffer.get(from..self.next).ok_or(ended)
    }

    fn fill(&mut self, count: usize) -> Result<(), ReadFailed> {
        let offset = self.offset();
        if self.source.len().saturating_sub(offset) < count as u64 {
            return Err(ReadFailed::Ended {
                offset,
                wanted: count as u64,
            });
        }
        self.buffer = self.source.bytes_at(offset, count.max(READ_AHEAD_BYTES))?;
        self.start = offset;
        self.next = 0;
        if self.buffer.len() < count {
            return Err(ReadFailed::Ended {
                offset,
                wanted: count as u64,
            });
        }
        Ok(())
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadFailed> {
        let offset = self.offset();
        self.take(N)?.try_into().map_err(|_| ReadFailed::Ended {
            offset,
            wanted: N as u64,
        })
    }

    /// The next byte.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] at the end of the data.
    pub fn u8(&mut self) -> Result<u8, ReadFailed> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The next two bytes, little-endian.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if fewer are left.
    pub fn u16_le(&mut self) -> Result<u16, ReadFailed> {
        self.array().map(u16::from_le_bytes)
    }

    /// The next four bytes, little-endian.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if fewer are left.
    pub fn u32_le(&mut self) -> Result<u32, ReadFailed> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next eight bytes, little-endian.
    ///
    /// # Errors
    /// [`ReadFailed::Ended`] if fewer are left.
    pub fn u64_le(&mut self) -> Result<u64, ReadFailed> {
        self.array().map(u64::from_le_bytes)
    }
}

impl std::io::Read for Cursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = usize::try_from(self.remaining())
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let count = count.min(READ_AHEAD_BYTES);
        let taken = self.take(count).map_err(std::io::Error::other)?;
        if let Some(target) = buffer.get_mut(..taken.len()) {
            target.copy_from_slice(taken);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_forward_and_says_where_the_data_ends() {
        let data: Vec<u8> = (0..=255).collect();
        let mut cursor = Cursor::new(&data, 250);
        assert_eq!(cursor.u16_le().unwrap(), 0xfbfa);
        cursor.skip(1);
        assert_eq!(cursor.u8().unwrap(), 253);
        assert_eq!(
            cursor.u32_le(),
            Err(ReadFailed::Ended {
                offset: 254,
                wanted: 4
            })
        );
        assert_eq!(cursor.remaining(), 2);
    }

    #[test]
    fn a_huge_request_allocates_nothing() {
        let data = vec![0_u8; 10];
        let mut cursor = Cursor::new(&data, 0);
        assert!(cursor.take(usize::MAX).is_err());
    }

    #[test]
    fn a_range_is_cut_at_the_end_of_the_whole() {
        let whole: Bytes = Arc::new(vec![1_u8, 2, 3, 4]);
        let range = SubRange::new(whole, 2, 10);
        assert_eq!(range.len(), 2);
        assert_eq!(range.bytes_at(0, 10).unwrap(), [3, 4]);
        assert!(range.bytes_at(5, 10).unwrap().is_empty());
    }
}
