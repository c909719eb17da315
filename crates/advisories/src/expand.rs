//! Compressed documents, in memory and bounded.

use std::io::Read as _;

/// Bytes that one document may have.
const DOCUMENT_BYTES: u64 = 512 << 20;

/// A deflated member of an archive, of the length and checksum that the archive states.
///
/// # Errors
/// Why not, as a lowercase fragment: it is damaged, cut short, or not what the archive says.
pub fn inflate(compressed: &[u8], length: u64, crc32: u32) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or(0));
    flate2::read::DeflateDecoder::new(compressed)
        .take(DOCUMENT_BYTES.min(length).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| "it is damaged or cut short")?;
    stated(bytes, length, crc32)
}

/// A member as it stands in an archive, if it has the length and checksum that the archive states.
fn stated(bytes: Vec<u8>, length: u64, crc32: u32) -> Result<Vec<u8>, &'static str> {
    if bytes.len() as u64 != length {
        return Err("it has another length than its archive says");
    }
    if crc32fast::hash(&bytes) != crc32 {
        return Err("it has another checksum than its archive says");
    }
    Ok(bytes)
}

/// A stream of gzip.
///
/// # Errors
/// Why not, as a lowercase fragment.
pub fn gunzip(compressed: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(compressed)
        .take(DOCUMENT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| "it is damaged or cut short")?;
    if bytes.len() as u64 > DOCUMENT_BYTES {
        return Err("it expands to more than 512 MiB");
    }
    Ok(bytes)
}
