//! Getting hold of an artifact's bytes.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use waybill_formats::Bytes;

use crate::InFiles;
use crate::bytes::{FileBytes, Stamp, open_at_once};

/// Artifacts up to this size are read once, into memory.
const SMALL_BYTES: u64 = 1 << 20;
/// Standard input beyond this size goes to scratch space.
const STDIN_MEMORY_BYTES: u64 = 16 << 20;

/// Opens a regular file: small ones are read whole. Says why it cannot.
pub(crate) fn open(path: &Path) -> Result<(Bytes, Stamp), String> {
    let file = open_at_once(path).map_err(|error| error.to_string())?;
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a regular file".into());
    }
    let length = metadata.len();
    let bytes: Bytes = if length <= SMALL_BYTES {
        let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        // A byte more than there should be shows that the length is not the truth.
        file.take(length + 1)
            .read_to_end(&mut content)
            .map_err(|error| error.to_string())?;
        Arc::new(content)
    } else {
        Arc::new(FileBytes::new(file, length))
    };
    Ok((bytes, Stamp::of(&metadata)))
}

/// Everything that a stream gives.
pub(crate) fn read_all(mut input: impl std::io::Read) -> Result<Bytes, String> {
    use waybill_formats::wrapper::Scratch as _;
    let mut memory = Vec::new();
    let said = |error: std::io::Error| error.to_string();
    input
        .by_ref()
        .take(STDIN_MEMORY_BYTES)
        .read_to_end(&mut memory)
        .map_err(said)?;
    if (memory.len() as u64) < STDIN_MEMORY_BYTES {
        return Ok(Arc::new(memory));
    }
    let mut spool = InFiles.spool().map_err(|failure| failure.to_string())?;
    spool
        .append(&memory)
        .map_err(|failure| failure.to_string())?;
    loop {
        let count = input.read(&mut memory).map_err(said)?;
        if count == 0 {
            return spool.finish().map_err(|failure| failure.to_string());
        }
        spool
            .append(&memory[..count])
            .map_err(|failure| failure.to_string())?;
    }
}
