//! Models that are flatbuffers: `TensorFlow` Lite (`TFL3`), `ExecuTorch` (`ET12`), and the graphs inside of
//! models of Rockchip (`RKNN`).
//!
//! Format: <https://flatbuffers.dev/internals/>; the tables by `tflite/converter/schema/schema.fbs` of
//! `LiteRT` and `schema/program.fbs` of `ExecuTorch`; those of Rockchip by what public readers know of them,
//! and by models that Rockchip publishes. Only the tables that say what is called and where
//! data stand are read, by position, each offset checked before it is followed.

mod executorch;
mod facts;
mod problem;
mod reader;
mod rknn;
mod spans;
#[cfg(test)]
mod tests;
mod tflite;

pub use facts::{
    Buffer, Delegate, ExecutorchFacts, Extent, OperatorCode, RknnGraph, Segment, Tensor,
    TfliteFacts,
};
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

/// True if the head is that of a graph of Rockchip.
#[must_use]
pub fn recognises_rknn(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"RKNN")
}

/// Reads a graph of Rockchip; `None` if it is none.
#[must_use]
pub fn rknn(source: &dyn ReadAt, limits: &Limits) -> Option<RknnGraph> {
    recognises_rknn(&source.bytes_at(0, 8).ok()?).then(|| rknn::read(source, limits))
}
