//! Databases of RPM packages, and package files.

use waybill_formats::{Limits, rpm};

/// Reads the database.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = rpm::read(&source, &Limits::default());
    let _ = rpm::file::parse(&source, &Limits::default());
}
