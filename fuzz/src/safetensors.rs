//! Safetensors headers.

use waybill_formats::{Limits, safetensors};

/// Parses the header; tensors never end before they begin.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = safetensors::recognises(bytes, bytes.len() as u64);
    let Some(facts) = safetensors::parse(&source, &Limits::default()) else {
        return;
    };
    assert!(
        facts
            .trailing_start
            .is_none_or(|start| start < bytes.len() as u64)
    );
}
