//! Graphs of CoreML, PaddlePaddle and their like.

use waybill_formats::Limits;
use waybill_formats::graphs::{cntk, coreml, is_sentencepiece, mxnet, paddle};

/// Parses the bytes as each of them.
pub fn run(bytes: &[u8]) {
    let source = bytes.to_vec();
    let limits = Limits::default();
    let _ = cntk::parse(&source, &limits);
    let _ = coreml::parse(&source, &limits);
    let _ = coreml::is_weights(bytes);
    let _ = paddle::parse(&source, &limits);
    if let Some(facts) = paddle::parse_parameters(&source, &limits) {
        for data in facts.tensors {
            assert!(data.end() <= bytes.len() as u64);
        }
    }
    if let Some(facts) = mxnet::parse(&source, &limits) {
        for array in facts.arrays {
            assert!(array.data.end() <= bytes.len() as u64);
        }
    }
    let _ = is_sentencepiece(&source);
}
