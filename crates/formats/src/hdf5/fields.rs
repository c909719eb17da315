//! Reading fields whose widths the file itself states.

use std::collections::HashSet;

use crate::{Limits, ReadAt};

/// Bytes that are read for each byte of the file before the structure is called endless.
const READ_PER_BYTE: u64 = 8;
/// Bytes that are read of any file.
const READ_AT_LEAST: u64 = 1 << 20;
/// Bytes of structure that are read of the largest files.
const READ_AT_MOST: u64 = 1 << 30;

/// Reads structure by address, within bounds of work.
pub(super) struct Reader<'a> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) limits: &'a Limits,
    /// Where addresses count from.
    pub(super) base: u64,
    /// Bytes of an address.
    pub(super) address_bytes: usize,
    /// Bytes of a length.
    pub(super) length_bytes: usize,
    left: u64,
    /// Addresses of nodes of trees and continuations that were read: none is read twice.
    nodes: HashSet<u64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, limits: &'a Limits) -> Self {
        let left = source.len().saturating_mul(READ_PER_BYTE);
        Self {
            source,
            limits,
            base: 0,
            address_bytes: 8,
            length_bytes: 8,
            left: left.clamp(READ_AT_LEAST, READ_AT_MOST),
            nodes: HashSet::new(),
        }
    }

    /// The position of an address in the file.
    pub(super) fn position(&self, address: u64) -> u64 {
        self.base.saturating_add(address)
    }

    /// Exactly so many bytes at an address; `None` beyond the end, and when all work is done.
    pub(super) fn read(&mut self, address: u64, length: u64) -> Option<Vec<u8>> {
        let start = self.base.checked_add(address)?;
        let end = start.checked_add(length)?;
        if end > self.source.len() {
            return None;
        }
        // A read costs more than its bytes.
        self.left = self.left.checked_sub(length.saturating_add(16))?;
        let bytes = self
            .source
            .bytes_at(start, usize::try_from(length).ok()?)
            .ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    }

    /// True if the budget of work is used up.
    pub(super) fn exhausted(&self) -> bool {
        self.left < 16
    }

    /// True the first time that a node is met.
    pub(super) fn first_visit(&mut self, address: u64) -> bool {
        self.nodes.insert(address)
    }

    /// Fields in `bytes`, with the widths of this file.
    pub(super) fn fields<'b>(&self, bytes: &'b [u8]) -> Fields<'b> {
        Fields {
            bytes,
            at: 0,
            address_bytes: self.address_bytes,
            length_bytes: self.length_bytes,
        }
    }
}

/// A position in bytes that were read.
#[derive(Clone)]
pub(super) struct Fields<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    address_bytes: usize,
    length_bytes: usize,
}

impl<'b> Fields<'b> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A little-endian number of up to eight bytes.
    pub(super) fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = self.take(width)?;
        let low = bytes.get(..width.min(8))?;
        let mut whole = [0; 8];
        whole.get_mut(..low.len())?.copy_from_slice(low);
        Some(u64::from_le_bytes(whole))
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.number(2).and_then(|number| u16::try_from(number).ok())
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.number(4).and_then(|number| u32::try_from(number).ok())
    }

    /// A length.
    pub(super) fn length(&mut self) -> Option<u64> {
        self.number(self.length_bytes)
    }

    /// An address; all ones mean that there is none.
    pub(super) fn address(&mut self) -> Option<Address> {
        let bytes = self.take(self.address_bytes)?;
        if bytes.iter().all(|byte| *byte == 0xff) {
            return Some(Address::None);
        }
        let mut whole = [0; 8];
        let low = bytes.get(..bytes.len().min(8))?;
        whole.get_mut(..low.len())?.copy_from_slice(low);
        Some(Address::At(u64::from_le_bytes(whole)))
    }

    /// Text up to the next zero byte, which is passed over.
    pub(super) fn text(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| *byte == 0)?;
        let text = String::from_utf8_lossy(rest.get(..length)?).into_owned();
        self.skip(length.checked_add(1)?)?;
        Some(text)
    }
}

/// An address, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    None,
    At(u64),
}

impl Address {
    pub(super) fn known(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::At(address) => Some(address),
        }
    }
}

/// Text that ends at its first zero byte, or with its field.
pub(super) fn padded_text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let text = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

/// Bytes that are needed to write numbers up to `limit`.
pub(super) fn width_of(limit: u64) -> usize {
    let bits = 64_u32.saturating_sub(limit.leading_zeros());
    usize::try_from(bits.saturating_sub(1).wrapping_div(8).saturating_add(1)).unwrap_or(8)
}
