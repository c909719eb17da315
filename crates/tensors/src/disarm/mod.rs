//! A model whose numbers, names and container hold nothing that the function does not need: low bits
//! of mantissas made anew, values rounded to a narrower type, the smallest ones made zero, and the
//! container written the one way that its format leaves.
//!
//! What sits in low bits, in bytes between or behind the tensors, or in metadata is gone afterwards.
//! What is part of the function, as a backdoor is, or is spread over the high bits of many numbers,
//! is not.

mod container;
mod float;
mod prune;
mod write;

use crate::{Dtype, Left, Tensor, TensorsError};

pub use container::{Container, open};
pub use write::disarm;

/// What is done to the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Plan {
    /// Low bits of each type that are made anew.
    pub bits: Bits,
    /// The type that wider or other numbers are rounded to.
    pub cast: Option<Cast>,
    /// What becomes zero.
    pub prune: Option<Prune>,
    /// Decides the new bits, with the name of the tensor and the place of the number.
    pub seed: u64,
}

/// Low bits of the mantissa, by type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Bits {
    /// Of double precision: at most 52.
    pub f64: u32,
    /// Of single precision: at most 23.
    pub f32: u32,
    /// Of half precision: at most 10.
    pub f16: u32,
    /// Of brain floating point: at most 7.
    pub bf16: u32,
}

impl Bits {
    /// So many bits of single precision, and of other types as many as leave the same precision.
    #[must_use]
    pub const fn of_single(bits: u32) -> Self {
        Self {
            f64: match bits {
                0 => 0,
                bits => bits.saturating_add(29),
            },
            f32: bits,
            f16: bits.saturating_sub(13),
            bf16: bits.saturating_sub(16),
        }
    }

    /// Those of a type; 0 for types that have no such bits.
    #[must_use]
    pub const fn of(self, dtype: Dtype) -> u32 {
        match dtype.part() {
            Dtype::F64 => self.f64,
            Dtype::F32 => self.f32,
            Dtype::F16 => self.f16,
            Dtype::Bf16 => self.bf16,
            _ => 0,
        }
    }
}

/// A type to round to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// Half precision.
    F16,
    /// Brain floating point.
    Bf16,
}

impl Cast {
    /// The type.
    #[must_use]
    pub const fn dtype(self) -> Dtype {
        match self {
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::Bf16,
        }
    }
}

/// What of each matrix becomes zero; vectors, as biases and scales, stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prune {
    /// This share of the values, the smallest.
    Values(f64),
    /// This share of the rows, those of the least norm.
    Rows(f64),
}

/// What became of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Disarmed {
    /// Its name.
    pub name: String,
    /// Its type, as the container names it.
    pub dtype: String,
    /// The type that it has now.
    pub into: String,
    /// Elements in each dimension.
    pub shape: Vec<u64>,
    /// Numbers in it; a complex one counts twice.
    pub numbers: u64,
    /// Low bits that were made anew in each number.
    pub bits: u32,
    /// Numbers that became zero because they, or their rows, were the smallest.
    pub zeroed: u64,
    /// Numbers that are others now.
    pub changed: u64,
    /// No number changed by more than this: told by the largest number and the type, before it was done.
    pub bound: f64,
    /// The most that a number did change by.
    pub largest_change: f64,
    /// SHA-256 of the elements as they are now.
    pub sha256: [u8; 32],
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The container, of input and output.
    pub format: &'static str,
    /// Bytes of the file.
    pub bytes: u64,
    /// Every tensor, by name.
    pub tensors: Vec<Disarmed>,
    /// What the input holds and the output does not.
    pub removed: Vec<Left>,
}

/// A tensor in a container: its numbers, and what the container says of them.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its elements; bytes where the type is one that nothing is done to.
    pub(crate) tensor: Tensor,
    /// The type as the container names it.
    pub(crate) dtype: String,
    /// Elements in each dimension.
    pub(crate) shape: Vec<u64>,
    /// The number of its type in GGUF.
    pub(crate) ggml_type: u32,
}

impl Part {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.tensor.name
    }

    /// The SHA-256 of its elements as they are stored.
    ///
    /// # Errors
    /// [`TensorsError`] if they cannot be read.
    pub fn sha256(&self) -> Result<[u8; 32], TensorsError> {
        use sha2::Digest as _;
        let mut digest = sha2::Sha256::new();
        self.tensor.stream(&mut |piece| {
            digest.update(piece);
            Ok(())
        })?;
        Ok(digest.finalize().into())
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "what is computed here is small"
)]
mod tests;
