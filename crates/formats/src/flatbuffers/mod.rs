//! Models that are flatbuffers: `TensorFlow` Lite (`TFL3`) and `ExecuTorch` (`ET12`).
//!
//! Format: <https://flatbuffers.dev/internals/>; the tables by `tflite/converter/schema/schema.fbs` of
//! `LiteRT` and `schema/program.fbs` of `ExecuTorch`. Only the tables that say what is called and where
//! data stand are read, by position, each offset checked before it is followed.

mod executorch;
mod facts;
mod problem;
mod reader;
#[cfg(test)]
mod tests;
mod tflite;

pub use facts::{Delegate, ExecutorchFacts, Extent, OperatorCode, Segment, Tensor, TfliteFacts};
pub use problem::{Problem, ProblemKind};

use crate::{Limits, ReadAt};

/// True if the head is that of a `TensorFlow` Lite model.
#[must_use]
pub fn recognises_tflite(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"TFL3")
}

/// True if the head is that of an `ExecuTorch` program.
#[must_use]
pub fn recognises_executorch(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ET12")
}

/// Reads a `TensorFlow` Lite model; `None` if it is none.
#[must_use]
pub fn tflite(source: &dyn ReadAt, limits: &Limits) -> Option<TfliteFacts> {
    recognises_tflite(&source.bytes_at(0, 8).ok()?).then(|| tflite::read(source, limits))
}

/// Reads an `ExecuTorch` program; `None` if it is none.
#[must_use]
pub fn executorch(source: &dyn ReadAt, limits: &Limits) -> Option<ExecutorchFacts> {
    recognises_executorch(&source.bytes_at(0, 8).ok()?).then(|| executorch::read(source, limits))
}
