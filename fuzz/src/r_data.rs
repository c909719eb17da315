//! Objects serialised by R.

use waybill_formats::{Limits, r_data};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = r_data::parse(&source, &Limits::default());
}
