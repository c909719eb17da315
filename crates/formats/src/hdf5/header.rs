//! Object headers of both versions (HDF5 File Format Specification 3.0, IV.A).

use super::fields::{Address, Fields, Reader};

/// Blocks of one header.
const BLOCKS: usize = 1024;

/// A message of a header.
pub(super) struct Message {
    pub(super) kind: u16,
    /// Bit 1: what it says stands elsewhere.
    pub(super) flags: u8,
    /// Offset of its data in the file.
    pub(super) offset: u64,
    pub(super) data: Vec<u8>,
}

impl Message {
    pub(super) fn is_shared(&self) -> bool {
        self.flags & 2 != 0
    }
}

const CONTINUATION: u16 = 0x10;

/// The messages of the header at `address`, and whether all of them could be read.
pub(super) fn messages(reader: &mut Reader<'_>, address: u64) -> Option<(Vec<Message>, bool)> {
    let head = reader.read(address, 4)?;
    if head == b"OHDR" {
        second(reader, address)
    } else {
        first(reader, address)
    }
}

struct Block {
    address: u64,
    length: u64,
}

/// The messages of a header, block by block.
struct Gathering {
    blocks: Vec<Block>,
    next: usize,
    found: Vec<Message>,
    /// False once something could not be read.
    whole: bool,
}

impl Gathering {
    fn new(address: u64, length: u64) -> Self {
        Self {
            blocks: vec![Block { address, length }],
            next: 0,
            found: Vec::new(),
            whole: true,
        }
    }

    /// The next block that can be read: its number, its offset in the file, its bytes.
    fn block(&mut self, reader: &mut Reader<'_>) -> Option<(usize, u64, Vec<u8>)> {
        while let Some(block) = self.blocks.get(self.next) {
            let number = self.next;
            self.next = self.next.saturating_add(1);
            match reader.read(block.address, block.length) {
                Some(bytes) => return Some((number, reader.position(block.address), bytes)),
                None => self.whole = false,
            }
        }
        None
    }

    /// Takes the data of a message whose head was read; `None` if the block ends before.
    fn message(
        &mut self,
        reader: &Reader<'_>,
        begin: u64,
        (kind, size, flags): (u16, usize, u8),
        fields: &mut Fields<'_>,
    ) -> Option<()> {
        let offset = begin.saturating_add(fields.at as u64);
        let Some(data) = fields.take(size) else {
            self.whole = false;
            return None;
        };
        if kind == CONTINUATION {
            self.whole &= self.continued(reader, data);
        }
        self.found.push(Message {
            kind,
            flags,
            offset,
            data: data.to_vec(),
        });
        Some(())
    }

    fn continued(&mut self, reader: &Reader<'_>, data: &[u8]) -> bool {
        let mut fields = reader.fields(data);
        let (Some(address), Some(length)) =
            (fields.address().and_then(Address::known), fields.length())
        else {
            return false;
        };
        // No block twice.
        let known = self.blocks.iter().any(|block| block.address == address);
        if known || self.blocks.len() >= BLOCKS {
            return false;
        }
        self.blocks.push(Block { address, length });
        true
    }
}

fn first(reader: &mut Reader<'_>, address: u64) -> Option<(Vec<Message>, bool)> {
    let prefix = reader.read(address, 16)?;
    let mut fields = reader.fields(&prefix);
    if fields.u8()? != 1 {
        return None;
    }
    fields.skip(1)?;
    let count = usize::from(fields.u16()?);
    fields.skip(4)?;
    let length = u64::from(fields.u32()?);
    let mut gathering = Gathering::new(address.checked_add(16)?, length);
    while let Some((_, begin, bytes)) = gathering.block(reader) {
        let mut fields = reader.fields(&bytes);
        while gathering.found.len() < count {
            let Some(kind) = fields.u16() else { break };
            let head = (kind, usize::from(fields.u16()?), fields.u8()?);
            fields.skip(3)?;
            if gathering
                .message(reader, begin, head, &mut fields)
                .is_none()
            {
                break;
            }
        }
    }
    Some((gathering.found, gathering.whole))
}

fn second(reader: &mut Reader<'_>, address: u64) -> Option<(Vec<Message>, bool)> {
    // The prefix takes at most 34 bytes; the file may end before.
    let there = reader.source.len().saturating_sub(reader.position(address));
    let prefix = reader.read(address, there.min(34))?;
    let mut fields = reader.fields(&prefix);
    fields.skip(4)?;
    if fields.u8()? != 2 {
        return None;
    }
    let flags = fields.u8()?;
    if flags & 0x20 != 0 {
        fields.skip(16)?;
    }
    if flags & 0x10 != 0 {
        fields.skip(4)?;
    }
    let length = fields.number(1_usize << (flags & 3))?;
    let ordered = flags & 4 != 0;
    let mut gathering = Gathering::new(address.checked_add(fields.at as u64)?, length);
    while let Some((number, mut begin, bytes)) = gathering.block(reader) {
        let mut bytes = bytes.as_slice();
        if number > 0 {
            // `OCHK`, messages, a checksum.
            let Some(inside) = bytes
                .strip_prefix(b"OCHK")
                .and_then(|rest| rest.get(..rest.len().checked_sub(4)?))
            else {
                gathering.whole = false;
                continue;
            };
            bytes = inside;
            begin = begin.saturating_add(4);
        }
        let mut fields = reader.fields(bytes);
        // A gap shorter than a message may stand at the end.
        while fields.rest().len() >= 4 {
            let kind = u16::from(fields.u8()?);
            let head = (kind, usize::from(fields.u16()?), fields.u8()?);
            if ordered && fields.skip(2).is_none() {
                break;
            }
            if gathering
                .message(reader, begin, head, &mut fields)
                .is_none()
            {
                break;
            }
        }
    }
    Some((gathering.found, gathering.whole))
}

/// Where the message that stands elsewhere stands: the header of a committed datatype.
pub(super) fn shared_address(data: &[u8], reader: &Reader<'_>) -> Option<u64> {
    let mut fields = reader.fields(data);
    let version = fields.u8()?;
    let kind = fields.u8()?;
    if version == 1 {
        fields.skip(6)?;
    }
    if version == 3 && kind == 1 {
        return None;
    }
    fields.address()?.known()
}
