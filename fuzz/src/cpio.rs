//! `cpio` archives.

use waybill_formats::{Limits, cpio};

/// Lists the archive.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = cpio::parse(&source, &Limits::default());
}
