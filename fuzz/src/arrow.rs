//! Arrow files and streams.

use waybill_formats::{Limits, arrow};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source: waybill_formats::Bytes = std::sync::Arc::new(bytes.to_vec());
    let _ = arrow::parse(&source, &Limits::default());
}
