//! Tar archives, header to header.

use waybill_formats::{Limits, tar};

/// Parses the archive.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = tar::parse(&source, &Limits::default());
}
