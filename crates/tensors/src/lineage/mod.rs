//! Fingerprints of models: small enough for an index of many, and enough to tell from which of them
//! another model comes, without having their weights.
//!
//! Of a model a digest over the content of all tensors is kept, whatever their names, order and
//! container are; and of a few matrices, chosen by their names alone: a digest, a sum over all numbers
//! that no order changes, a sketch (sums of numbers with signs by place: those of two matrices are as
//! near each other as the matrices), how many numbers are zero, what type could hold them, and the
//! largest singular values.

mod fingerprint;
mod trace;

pub use fingerprint::{Content, Fingerprint, MATRICES, SKETCH};
pub use trace::{Known, Traced, TracedMatrix, trace};

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "what is computed here is small"
)]
mod tests;
