//! Universal Binary JSON.

use waybill_formats::{Limits, ubjson};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = ubjson::parse(&source, &Limits::default());
}
