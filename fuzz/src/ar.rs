//! `ar` archives.

use waybill_formats::{Limits, ar};

/// Lists the archive.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = ar::parse(&source, &Limits::default());
}
