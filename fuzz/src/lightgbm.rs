//! LightGBM models.

/// Parses the text.
pub fn run(bytes: &[u8]) {
    let _ = waybill_source::lightgbm::parse(&String::from_utf8_lossy(bytes));
}
