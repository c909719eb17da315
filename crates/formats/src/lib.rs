//! Bytes to typed facts: parsers of hostile artifacts.
//!
//! Input is a [`ReadAt`]: a slice, a range of another reader, or whatever the caller opened; never a
//! path. Every entry takes [`Limits`]; reaching one is a fact, not a failure. A parser says what the
//! bytes are and where they lie about themselves; it never says that something is dangerous.
//! "Not this format" is a value (`None`), "broken" is a fact with an offset, and what was read
//! before the break is kept.
#![warn(missing_docs)]
#![warn(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "hostile input must not panic"
)]

pub mod ar;
pub mod arrow;
pub mod cab;
pub mod catboost;
pub mod cpio;
pub mod executable;
mod flat;
pub mod flatbuffers;
pub mod gguf;
pub mod git;
pub mod graphs;
pub mod hdf5;
mod limits;
pub mod marshal;
pub mod msgpack;
pub mod numpy;
pub mod onnx;
pub mod parquet;
pub mod pickle;
pub mod planes;
mod problems;
mod protobuf;
mod quote;
pub mod r_data;
mod read;
pub mod rknn;
pub mod rpm;
pub mod safetensors;
pub mod seven_zip;
pub mod tar;
pub mod tensorflow;
pub mod tensorrt;
pub mod torch7;
pub mod ubjson;
pub mod wrapper;
pub mod zip;

pub use limits::Limits;
pub use protobuf::{Broken, Extent};
pub use read::{Bytes, Cursor, ReadAt, ReadFailed, SubRange};
