//! The tensors of models, without what runs: read out of checkpoints of PyTorch (zip and legacy),
//! `TorchScript`, joblib, NumPy, Keras HDF5, GGUF and safetensors, as views into the bytes of the file,
//! and written as safetensors.
//!
//! Nothing is loaded: pickles are taken apart by `formats::pickle::tree`, and what their calls would
//! build is told from the names of the few functions that build tensors. What is no tensor is listed
//! as left behind. A tensor keeps its place in the file, its strides and its byte order; its elements
//! are given in row-major order and little-endian, in pieces, however large it is.
#![warn(missing_docs)]
#![warn(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "hostile input must not panic"
)]

pub mod compare;
pub mod disarm;
mod dtype;
mod gather;
pub mod lineage;
mod model;
mod numbers;
mod read;
mod write;

pub use dtype::Dtype;
pub use model::{Left, Model, Tensor, TensorsError};
pub use read::read;
pub use write::write;
