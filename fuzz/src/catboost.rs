//! CatBoost models.

use waybill_formats::{Limits, catboost};

/// Reads the whole.
pub fn run(bytes: &[u8]) {
    let source: waybill_formats::Bytes = std::sync::Arc::new(bytes.to_vec());
    let _ = catboost::parse(&source, &Limits::default());
}
