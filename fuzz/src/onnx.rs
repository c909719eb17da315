//! Descriptions of ONNX models.

use waybill_formats::{Limits, onnx};

/// Parses the description.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = onnx::recognises(bytes, bytes.len() as u64);
    if let Some(facts) = onnx::parse(&source, &Limits::default()) {
        for data in facts.tensors.iter().filter_map(|tensor| tensor.data) {
            assert!(data.end() <= bytes.len() as u64);
        }
    }
    let _ = onnx::is_tensor(&source);
}
