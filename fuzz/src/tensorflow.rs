//! Graphs of TensorFlow.

use waybill_formats::{Limits, tensorflow};

/// Parses the graphs, the configurations of Keras beside them, and the table of a checkpoint.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let limits = Limits::default();
    if let Some(facts) = tensorflow::parse(&source, &limits) {
        for tensor in &facts.tensors {
            assert!(tensor.data.end() <= bytes.len() as u64);
        }
    }
    let _ = tensorflow::parse_keras_metadata(&source, &limits);
    let _ = tensorflow::parse_text(&source, &limits);
    let _ = tensorflow::parse_index(&source, &limits);
}
