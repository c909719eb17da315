//! Models for NPUs of Rockchip.

use waybill_formats::{Limits, rknn};

/// Reads the whole; nothing that was seen reaches beyond the end.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    if let Some(facts) = rknn::parse(&source, &Limits::default()) {
        assert!(facts.end <= bytes.len() as u64);
    }
}
