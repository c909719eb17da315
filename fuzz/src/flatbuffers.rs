//! Models that are flatbuffers.

use waybill_formats::{Limits, flatbuffers};

/// Reads the tables; nothing that was seen reaches beyond the end.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    if let Some(facts) = flatbuffers::tflite(&source, &Limits::default()) {
        assert!(facts.end <= bytes.len() as u64);
    }
    if let Some(facts) = flatbuffers::executorch(&source, &Limits::default()) {
        assert!(facts.end <= bytes.len() as u64);
    }
}
