use crate::{ReadAt, ReadFailed};

/// How much of the stream is buffered.
const WINDOW_BYTES: usize = 256 << 10;
/// Longest text line that is read; longer ones break the stream.
pub(super) const LINE_BYTES: usize = 8 << 20;
/// Longest line with a name, and longest line of a trial.
pub(super) const SHORT_LINE_BYTES: usize = 64 << 10;

/// The stream read forward through a window.
pub(super) struct Input<'a> {
    source: &'a dyn ReadAt,
    length: u64,
    /// Bytes read ahead at the next refill: little at first, since most trials end soon.
    ahead: usize,
    window: Vec<u8>,
    start: u64,
    next: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, offset: u64) -> Self {
        Self {
            source,
            length: source.len(),
            ahead: 512,
            window: Vec::new(),
            start: offset,
            next: 0,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.start.saturating_add(self.next as u64)
    }

    pub(super) fn remaining(&self) -> u64 {
        self.length.saturating_sub(self.offset())
    }

    fn refill(&mut self, count: usize) -> Result<(), ReadFailed> {
        let offset = self.offset();
        if self.remaining() < count as u64 {
            return Err(ReadFailed::Ended {
                offset,
                wanted: count as u64,
            });
        }
        let wanted = usize::try_from(self.remaining())
            .unwrap_or(usize::MAX)
            .min(count.max(self.ahead));
        self.ahead = self.ahead.saturating_mul(4).min(WINDOW_BYTES);
        self.window.resize(wanted, 0);
        let read = self.source.read_at(offset, &mut self.window)?;
        self.window.truncate(read);
        self.start = offset;
        self.next = 0;
        if read < count {
            return Err(ReadFailed::Ended {
                offset,
                wanted: count as u64,
            });
        }
        Ok(())
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, ReadFailed> {
        if let Some(byte) = self.window.get(self.next) {
            self.next = self.next.wrapping_add(1);
            return Ok(*byte);
        }
        self.refill(1)?;
        self.next = 1;
        self.window.first().copied().ok_or(ReadFailed::Ended {
            offset: self.start,
            wanted: 1,
        })
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Result<&[u8], ReadFailed> {
        if self.window.len().saturating_sub(self.next) < count {
            self.refill(count)?;
        }
        let from = self.next;
        self.next = from.saturating_add(count);
        self.window.get(from..self.next).ok_or(ReadFailed::Ended {
            offset: self.start,
            wanted: count as u64,
        })
    }

    /// A little-endian unsigned number of `width` bytes.
    #[inline]
    pub(super) fn unsigned(&mut self, width: u8) -> Result<u64, ReadFailed> {
        let bytes = self.take(usize::from(width))?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// Skips `count` bytes and returns the first few of them.
    #[inline]
    pub(super) fn skip(&mut self, count: u64, preview: usize) -> Result<&[u8], ReadFailed> {
        let offset = self.offset();
        if self.remaining() < count {
            return Err(ReadFailed::Ended {
                offset,
                wanted: count,
            });
        }
        let seen = usize::try_from(count).unwrap_or(usize::MAX).min(preview);
        if self.window.len().saturating_sub(self.next) < seen {
            self.refill(seen)?;
        }
        let from = self.next;
        let behind = usize::try_from(count)
            .ok()
            .and_then(|count| from.checked_add(count));
        match behind {
            Some(behind) if behind <= self.window.len() => {
                self.next = behind;
                Ok(self
                    .window
                    .get(from..from.saturating_add(seen))
                    .unwrap_or_default())
            }
            _ => {
                let head = from..from.saturating_add(seen);
                self.window.copy_within(head, 0);
                self.window.truncate(seen);
                // The window now ends before the next byte; `start` is set so that the next read
                // refills there.
                self.start = offset.saturating_add(count).saturating_sub(seen as u64);
                self.next = seen;
                Ok(&self.window)
            }
        }
    }

    pub(super) fn seek(&mut self, offset: u64) {
        self.window.clear();
        self.start = offset;
        self.next = 0;
    }

    /// One text line without its newline, at most about `most` bytes.
    pub(super) fn line(&mut self, most: usize) -> Result<&[u8], ReadFailed> {
        let offset = self.offset();
        let mut wanted = 256_usize;
        loop {
            let there = usize::try_from(self.remaining())
                .unwrap_or(usize::MAX)
                .min(wanted);
            let found = memchr::memchr(b'\n', self.peek(there)?);
            if let Some(length) = found {
                let from = self.next;
                self.next = from.saturating_add(length).saturating_add(1);
                return Ok(self
                    .window
                    .get(from..from.saturating_add(length))
                    .unwrap_or_default());
            }
            if there < wanted || wanted > most {
                return Err(ReadFailed::Ended {
                    offset,
                    wanted: wanted as u64,
                });
            }
            wanted = wanted.saturating_mul(8);
        }
    }

    /// Passes over one text line, however long, and returns its first and last byte that are not
    /// blank (zero for an empty line).
    pub(super) fn skip_line(&mut self, most: u64) -> Result<(u8, u8), ReadFailed> {
        let start = self.offset();
        let (mut first, mut last) = (0, 0);
        loop {
            let wanted = usize::try_from(self.remaining())
                .unwrap_or(usize::MAX)
                .min(WINDOW_BYTES);
            if wanted == 0 || self.offset().saturating_sub(start) > most {
                return Err(ReadFailed::Ended {
                    offset: start,
                    wanted: 1,
                });
            }
            let piece = self.peek(wanted.min(self.ahead.max(256)))?;
            let end = memchr::memchr(b'\n', piece);
            let content = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            let trimmed = content.trim_ascii();
            if first == 0 {
                first = trimmed.first().copied().unwrap_or(0);
            }
            last = trimmed.last().copied().unwrap_or(last);
            let passed = content.len().saturating_add(usize::from(end.is_some()));
            self.next = self.next.saturating_add(passed);
            if end.is_some() {
                // A quote alone is no quoted string.
                let single = self.offset().saturating_sub(start) <= 2;
                return Ok(if single { (0, 1) } else { (first, last) });
            }
        }
    }

    /// The next bytes, without moving.
    pub(super) fn peek(&mut self, count: usize) -> Result<&[u8], ReadFailed> {
        if self.window.len().saturating_sub(self.next) < count {
            self.refill(count)?;
        }
        self.window
            .get(self.next..self.next.saturating_add(count))
            .ok_or(ReadFailed::Ended {
                offset: self.start,
                wanted: count as u64,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipping_beyond_the_window_shows_the_head_and_lands_behind() {
        let data: Vec<u8> = (0..1_000_000_u32)
            .map(|index| (index % 251) as u8)
            .collect();
        let mut input = Input::new(&data, 0);
        assert_eq!(input.byte().unwrap(), 0);
        assert_eq!(input.skip(700_000, 4).unwrap(), [1, 2, 3, 4]);
        assert_eq!(input.offset(), 700_001);
        assert_eq!(input.byte().unwrap(), (700_001_u32 % 251) as u8);
        assert!(input.skip(1_000_000, 4).is_err());
        assert_eq!(
            input.unsigned(2).unwrap(),
            u64::from(data[700_002]) | u64::from(data[700_003]) << 8
        );
    }

    #[test]
    fn a_line_longer_than_the_window() {
        let mut data = vec![b'a'; 600_000];
        data.extend(b"\nb\n");
        let mut input = Input::new(&data, 0);
        assert_eq!(input.line(LINE_BYTES).unwrap().len(), 600_000);
        assert_eq!(input.line(LINE_BYTES).unwrap(), b"b");
        assert!(input.line(LINE_BYTES).is_err());
    }
}
