//! Zip directories, central and local, and what they disagree about.

use waybill_formats::{Limits, zip};

/// Parses the archive.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = zip::recognises(bytes);
    let _ = zip::ends_like_zip(&source);
    let _ = zip::parse(&source, &Limits::default());
}
