//! 7z archives.

use waybill_formats::{Limits, seven_zip};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source: waybill_formats::Bytes = std::sync::Arc::new(bytes.to_vec());
    let limits = Limits {
        header_bytes: 1 << 20,
        bomb_bytes: 1 << 20,
        ..Limits::default()
    };
    let _ = seven_zip::parse(&source, &limits);
}
