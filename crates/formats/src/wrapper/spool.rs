use std::sync::Arc;

use crate::{Bytes, ReadFailed};

/// Where long decompressed members are kept while they are examined. The caller decides: memory,
/// or a file that has no name.
pub trait Scratch: Send + Sync {
    /// An empty spool.
    ///
    /// # Errors
    /// [`ReadFailed::Device`] if there is no room.
    fn spool(&self) -> Result<Box<dyn Spool>, ReadFailed>;
}

/// Bytes written once from start to end, then read at any position.
pub trait Spool {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// [`ReadFailed::Device`] if there is no room.
    fn append(&mut self, bytes: &[u8]) -> Result<(), ReadFailed>;

    /// Ends the writing.
    ///
    /// # Errors
    /// [`ReadFailed::Device`] if the bytes cannot be read back.
    fn finish(self: Box<Self>) -> Result<Bytes, ReadFailed>;
}

/// Scratch space in memory, for tests and fuzzing.
pub struct InMemory;

impl Scratch for InMemory {
    fn spool(&self) -> Result<Box<dyn Spool>, ReadFailed> {
        Ok(Box::new(Vec::new()))
    }
}

impl Spool for Vec<u8> {
    fn append(&mut self, bytes: &[u8]) -> Result<(), ReadFailed> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Bytes, ReadFailed> {
        Ok(Arc::new(*self))
    }
}

/// Grows in memory first, then in scratch space.
pub(super) struct Growing<'a> {
    memory: Vec<u8>,
    memory_bytes: u64,
    scratch: &'a dyn Scratch,
    spool: Option<Box<dyn Spool>>,
}

impl<'a> Growing<'a> {
    pub(super) fn new(memory_bytes: u64, scratch: &'a dyn Scratch) -> Self {
        Self {
            memory: Vec::new(),
            memory_bytes,
            scratch,
            spool: None,
        }
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), ReadFailed> {
        if let Some(spool) = self.spool.as_mut() {
            return spool.append(bytes);
        }
        self.memory.extend_from_slice(bytes);
        if self.memory.len() as u64 > self.memory_bytes {
            let mut spool = self.scratch.spool()?;
            spool.append(&self.memory)?;
            self.memory = Vec::new();
            self.spool = Some(spool);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Bytes, ReadFailed> {
        match self.spool {
            Some(spool) => spool.finish(),
            None => Ok(Arc::new(self.memory)),
        }
    }
}
