use std::io::{BufRead, Read};

use crate::ReadAt;

const FEED_BYTES: usize = 256 << 10;

/// The compressed bytes as a stream that knows how many of them were used.
pub(super) struct Feed<'a> {
    source: &'a dyn ReadAt,
    buffer: Vec<u8>,
    start: u64,
    next: usize,
}

impl<'a> Feed<'a> {
    pub(super) fn new(source: &'a dyn ReadAt) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            next: 0,
        }
    }

    pub(super) fn used(&self) -> u64 {
        self.start.saturating_add(self.next as u64)
    }

    /// True if a word of zeros, the end mark of an LZ4 frame, was used last, a checksum aside.
    pub(super) fn ends_with_zero_word(&self) -> bool {
        [4, 8].into_iter().any(|distance| {
            let word = self
                .used()
                .checked_sub(distance)
                .and_then(|at| self.source.bytes_at(at, 4).ok());
            word.is_some_and(|word| word == [0; 4])
        })
    }

    /// The next bytes without using them.
    pub(super) fn peek(&self, count: usize) -> Vec<u8> {
        self.source.bytes_at(self.used(), count).unwrap_or_default()
    }
}

impl BufRead for Feed<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.next >= self.buffer.len() {
            let offset = self.used();
            self.buffer = self
                .source
                .bytes_at(offset, FEED_BYTES)
                .map_err(std::io::Error::other)?;
            self.start = offset;
            self.next = 0;
        }
        Ok(self.buffer.get(self.next..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.next = self.next.saturating_add(amount).min(self.buffer.len());
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let there = self.fill_buf()?;
        let count = there.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), there.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}
