use std::io::Write as _;
use std::sync::Arc;

use waybill_formats::wrapper::{Scratch, Spool};
use waybill_formats::{Bytes, ReadFailed};

use crate::bytes::FileBytes;

/// Scratch space in files that have no name: nothing is left behind, whatever happens.
pub struct InFiles;

struct Unnamed {
    file: std::fs::File,
    length: u64,
}

fn failed(offset: u64, error: &std::io::Error) -> ReadFailed {
    ReadFailed::Device {
        offset,
        reason: format!("scratch file: {error}"),
    }
}

impl Scratch for InFiles {
    fn spool(&self) -> Result<Box<dyn Spool>, ReadFailed> {
        let file = tempfile::tempfile().map_err(|error| failed(0, &error))?;
        Ok(Box::new(Unnamed { file, length: 0 }))
    }
}

impl Spool for Unnamed {
    fn append(&mut self, bytes: &[u8]) -> Result<(), ReadFailed> {
        self.file
            .write_all(bytes)
            .map_err(|error| failed(self.length, &error))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Bytes, ReadFailed> {
        Ok(Arc::new(FileBytes::new(self.file, self.length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut spool = InFiles.spool().unwrap();
        spool.append(b"abc").unwrap();
        spool.append(b"def").unwrap();
        let bytes = spool.finish().unwrap();
        assert_eq!(bytes.bytes_at(2, 10).unwrap(), b"cdef");
    }
}
