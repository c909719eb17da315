//! Both tables of GGUF.

use waybill_formats::{Limits, gguf};

/// Parses the tables.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = gguf::parse(&source, &Limits::default());
}
