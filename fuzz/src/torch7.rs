//! Objects of Torch7.

use waybill_formats::{Limits, torch7};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = torch7::parse(&source, &Limits::default());
}
