//! Engines of TensorRT.

use waybill_formats::tensorrt;

/// Reads the header and looks for names.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    if let Some(facts) = tensorrt::parse(&source) {
        assert!(facts.end.is_none_or(|end| end <= bytes.len() as u64));
    }
}
