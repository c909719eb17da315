//! Decompression: every codec, within small limits.

use std::sync::Arc;
use waybill_formats::{
    Bytes, Limits,
    wrapper::{Budget, Codec, InMemory, expand},
};

/// Codecs without a mark of their own, tried on anything else.
const UNMARKED: [Codec; 4] = [Codec::Deflate, Codec::ZipLzma, Codec::Lzma, Codec::Zlib];

/// Expands the bytes as what they look like; the length decides where they look like nothing.
pub fn run(bytes: &[u8]) {
    let Some(codec) =
        Codec::recognises(bytes).or_else(|| UNMARKED.get(bytes.len() % UNMARKED.len()).copied())
    else {
        return;
    };
    let limits = Limits {
        expanded_bytes: 4 << 20,
        bomb_bytes: 1 << 20,
        spool_memory_bytes: 64 << 10,
        ..Limits::default()
    };
    let input: Bytes = Arc::new(bytes.to_vec());
    let expanded = expand(
        codec,
        &input,
        &limits,
        &Budget::new(bytes.len() as u64),
        &InMemory,
    );
    assert!(expanded.used <= bytes.len() as u64);
}
