//! Footers of Parquet files.

use waybill_formats::{Limits, parquet};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = parquet::parse(&source, &Limits::default());
}
