//! Descriptions of ONNX models.

use waybill_formats::{Limits, onnx};

/// Parses the description.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let _ = onnx::recognises(bytes, bytes.len() as u64);
    let _ = onnx::parse(&source, &Limits::default());
}
