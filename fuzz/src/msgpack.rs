//! MessagePack.

use waybill_formats::{Limits, msgpack};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = msgpack::recognises(bytes, bytes.len() as u64);
    let _ = msgpack::parse(&source, &Limits::default());
}
