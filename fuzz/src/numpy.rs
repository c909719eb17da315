//! Headers of `.npy` arrays.

use waybill_formats::{Limits, numpy};

/// Parses the header.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = numpy::recognises(bytes, bytes.len() as u64);
    let _ = numpy::parse(&source, &Limits::default());
}
