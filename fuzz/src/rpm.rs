//! Databases of RPM packages.

use waybill_formats::{Limits, rpm};

/// Reads the database.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = rpm::read(&source, &Limits::default());
}
