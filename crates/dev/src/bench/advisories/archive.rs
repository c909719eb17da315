//! A zip archive written member by member, with the 64-bit records that many members need.

use std::io::Write;

use anyhow::Result;

pub(super) struct Archive<W> {
    out: W,
    offset: u64,
    directory: Vec<u8>,
    members: u64,
}

impl<W: Write> Archive<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            offset: 0,
            directory: Vec::new(),
            members: 0,
        }
    }

    pub(super) fn member(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes)?;
        let packed = encoder.finish()?;
        let mut fields = Vec::new();
        fields.extend_from_slice(&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        fields.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
        fields.extend_from_slice(&u32::try_from(packed.len())?.to_le_bytes());
        fields.extend_from_slice(&u32::try_from(bytes.len())?.to_le_bytes());
        fields.extend_from_slice(&u16::try_from(name.len())?.to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        self.directory.extend_from_slice(&fields);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory
            .extend_from_slice(&u32::try_from(self.offset)?.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.put(b"PK\x03\x04")?;
        self.put(&fields)?;
        self.put(name.as_bytes())?;
        self.put(&packed)?;
        self.members += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        let start = self.offset;
        let directory = std::mem::take(&mut self.directory);
        self.put(&directory)?;
        let end = self.offset;
        let mut tail = Vec::new();
        tail.extend_from_slice(b"PK\x06\x06");
        tail.extend_from_slice(&44_u64.to_le_bytes());
        tail.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for figure in [self.members, self.members, end - start, start] {
            tail.extend_from_slice(&figure.to_le_bytes());
        }
        tail.extend_from_slice(b"PK\x06\x07\0\0\0\0");
        tail.extend_from_slice(&end.to_le_bytes());
        tail.extend_from_slice(&1_u32.to_le_bytes());
        tail.extend_from_slice(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff");
        tail.extend_from_slice(&[0xff; 8]);
        tail.extend_from_slice(&[0, 0]);
        self.put(&tail)?;
        self.out.flush()?;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }
}
