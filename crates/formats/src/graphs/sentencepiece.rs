//! Tokenizer models of SentencePiece: pieces with their weights, and how they were made.
//!
//! Format: <https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto>.

use super::GLANCE_FIELDS;
use crate::ReadAt;
use crate::protobuf::{Broken, Value, Wire};

/// True if the file is such a model: its first pieces are texts with weights.
#[must_use]
pub fn is_sentencepiece(source: &dyn ReadAt) -> bool {
    let wire = Wire::glance(source, GLANCE_FIELDS);
    let mut pieces = 0_u32;
    for field in wire.fields(wire.whole()) {
        match (field.number, field.value) {
            (1, Value::Range(piece)) => {
                let mut text = false;
                for field in wire.fields(piece) {
                    match (field.number, field.value) {
                        (1, Value::Range(_)) => text = true,
                        (2, Value::Fixed) | (3, Value::Number(1..=6)) => {}
                        _ => return false,
                    }
                }
                // What runs out of the glance has told enough.
                if !text && wire.broken().is_none() {
                    return false;
                }
                pieces = pieces.saturating_add(1);
            }
            (2..=5, Value::Range(_)) if pieces > 0 => {}
            _ => return false,
        }
    }
    pieces >= 3 && matches!(wire.broken(), None | Some(Broken::Limit { .. }))
}
