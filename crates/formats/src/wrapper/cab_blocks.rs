//! The blocks of a folder in a cabinet, read as one stream.

use std::io::{Error, ErrorKind, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::feed::Feed;

/// How far a block looks back, and the most that it unfolds to.
const WINDOW_BYTES: usize = 32 << 10;

/// How the blocks of a folder stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CabBlocks {
    /// How many there are.
    pub blocks: u16,
    /// Bytes behind the header of each that are nobody's.
    pub reserved: u8,
    /// True for MSZIP: each block is deflated and looks back into those before.
    pub zipped: bool,
}

/// Reads the blocks one after the other.
pub(super) struct CabReader<'f, 'a> {
    feed: &'f mut Feed<'a>,
    rest: CabBlocks,
    /// What was read last, as far as blocks look back.
    window: Vec<u8>,
    block: Vec<u8>,
    next: usize,
}

impl<'f, 'a> CabReader<'f, 'a> {
    pub(super) fn new(feed: &'f mut Feed<'a>, blocks: CabBlocks) -> Self {
        Self {
            feed,
            rest: blocks,
            window: Vec::new(),
            block: Vec::new(),
            next: 0,
        }
    }

    fn block(&mut self) -> std::io::Result<()> {
        let mut head = [0; 8];
        self.feed.read_exact(&mut head)?;
        let [_, _, _, _, packed @ .., low, high] = head;
        let packed = usize::from(u16::from_le_bytes(packed));
        let unpacked = usize::from(u16::from_le_bytes([low, high]));
        let mut skipped = vec![0; usize::from(self.rest.reserved)];
        self.feed.read_exact(&mut skipped)?;
        let mut bytes = vec![0; packed];
        self.feed.read_exact(&mut bytes)?;
        if unpacked == 0 {
            return Err(odd("it goes on in another cabinet"));
        }
        self.block = match self.rest.zipped {
            false => bytes,
            true => self.inflated(&bytes, unpacked)?,
        };
        if self.block.len() != unpacked {
            return Err(odd("a block is not as long as it says"));
        }
        if self.rest.zipped {
            let keep = WINDOW_BYTES.saturating_sub(self.block.len());
            let from = self.window.len().saturating_sub(keep);
            self.window.drain(..from);
            self.window.extend(&self.block);
        }
        self.next = 0;
        Ok(())
    }

    fn inflated(&self, bytes: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
        let packed = bytes
            .strip_prefix(b"CK")
            .ok_or_else(|| odd("a block has no mark"))?;
        let mut decoder = Decompress::new(false);
        if !self.window.is_empty() {
            decoder
                .set_dictionary(&self.window)
                .map_err(|_| odd("a block cannot look back"))?;
        }
        let mut out = Vec::with_capacity(length.saturating_add(64));
        let status = decoder
            .decompress_vec(packed, &mut out, FlushDecompress::Finish)
            .map_err(|_| odd("a block is damaged"))?;
        match status {
            Status::StreamEnd => Ok(out),
            _ => Err(odd("a block ends before it is whole")),
        }
    }
}

impl Read for CabReader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.next >= self.block.len() {
            if self.rest.blocks == 0 {
                return Ok(0);
            }
            self.rest.blocks = self.rest.blocks.saturating_sub(1);
            self.block()?;
        }
        let there = self.block.get(self.next..).unwrap_or_default();
        let count = there.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), there.get(..count)) {
            to.copy_from_slice(from);
        }
        self.next = self.next.saturating_add(count);
        Ok(count)
    }
}

fn odd(reason: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, reason)
}
