use std::sync::Arc;

use thiserror::Error;
use waybill_formats::{Bytes, ReadFailed};

use crate::Dtype;
use crate::gather;

/// A model whose tensors cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TensorsError {
    /// The file is none of the formats that tensors are read from.
    #[error("find tensors: {0}")]
    Format(String),
    /// It breaks off, or lies about itself.
    #[error("read the tensors: {0}")]
    Broken(String),
    /// A tensor that cannot be had without loss, or without running something.
    #[error("read the tensor `{name}`: {reason}")]
    Tensor {
        /// Its name.
        name: String,
        /// Why not, and what can be done.
        reason: String,
    },
    /// The file could not be read.
    #[error("read the file: {0}")]
    Read(String),
    /// The output could not be written.
    #[error("write: {0}")]
    Write(String),
}

impl From<ReadFailed> for TensorsError {
    fn from(failure: ReadFailed) -> Self {
        Self::Read(failure.to_string())
    }
}

/// Something in a model that is no tensor, or none that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// Where it stands: names joined by dots.
    pub path: String,
    /// What it is.
    pub what: String,
}

/// A tensor: where its elements stand.
#[derive(Clone)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Elements in each dimension; none for a single number.
    pub shape: Vec<u64>,
    /// The bytes that it is a view of.
    pub(crate) source: Bytes,
    /// Offset of the first element, in bytes.
    pub(crate) offset: u64,
    /// Elements from one index to the next in each dimension; `None` if they stand in row-major order.
    pub(crate) strides: Option<Vec<u64>>,
    /// True if the bytes of each number stand the other way round.
    pub(crate) big_endian: bool,
}

impl std::fmt::Debug for Tensor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, dtype, shape) = (&self.name, self.dtype, &self.shape);
        write!(formatter, "{name}: {dtype:?}{shape:?} at {}", self.offset)
    }
}

impl Tensor {
    /// How many elements.
    ///
    /// # Errors
    /// [`TensorsError::Tensor`] if they are more than any machine holds.
    pub fn elements(&self) -> Result<u64, TensorsError> {
        let count = self
            .shape
            .iter()
            .try_fold(1_u64, |all, extent| all.checked_mul(*extent));
        count.ok_or_else(|| self.wrong("it has more than 2^64 elements"))
    }

    /// How many bytes its elements take.
    ///
    /// # Errors
    /// As [`Tensor::elements`].
    pub fn bytes(&self) -> Result<u64, TensorsError> {
        let bytes = self.elements()?.checked_mul(self.dtype.bytes());
        bytes.ok_or_else(|| self.wrong("it has more than 2^64 bytes"))
    }

    /// Gives the elements in row-major order, little-endian, in pieces of at most some MiB that hold
    /// whole elements.
    ///
    /// # Errors
    /// What `take` fails with, or [`TensorsError`] if its bytes cannot be read.
    pub fn stream(
        &self,
        take: &mut dyn FnMut(&[u8]) -> Result<(), TensorsError>,
    ) -> Result<(), TensorsError> {
        gather::stream(self, take)
    }

    /// SHA-256 of the elements of `written`, which safetensors holds, if they are the elements of this
    /// tensor: the same type, shape and bytes, compared one by one.
    ///
    /// # Errors
    /// [`TensorsError`] if the bytes of either cannot be read.
    pub fn written_as(&self, written: &Self) -> Result<Option<[u8; 32]>, TensorsError> {
        crate::write::written_as(self, written)
    }

    pub(crate) fn wrong(&self, reason: impl Into<String>) -> TensorsError {
        TensorsError::Tensor {
            name: self.name.clone(),
            reason: reason.into(),
        }
    }
}

/// What was found in a file.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The format that it was read from.
    pub format: &'static str,
    /// The tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
    /// What is no tensor.
    pub left: Vec<Left>,
    /// Names of tensors that are the same bytes as another, with that one's name.
    pub shared: Vec<(String, String)>,
    /// Texts that the format holds about the model.
    pub metadata: Vec<(String, String)>,
}

impl Model {
    /// Adds a tensor under a name that no other has.
    pub(crate) fn add(&mut self, mut tensor: Tensor) {
        let taken = |name: &str, model: &Self| model.tensors.iter().any(|known| known.name == name);
        if self.tensors.len() < NAMES_COMPARED && taken(&tensor.name, self) {
            let mut number = 2_u64;
            let mut name = format!("{}#{number}", tensor.name);
            while taken(&name, self) {
                number = number.saturating_add(1);
                name = format!("{}#{number}", tensor.name);
            }
            self.leave(
                &tensor.name,
                format!("a second tensor of this name: it is `{name}` now"),
            );
            tensor.name = name;
        }
        self.tensors.push(tensor);
    }

    pub(crate) fn leave(&mut self, path: &str, what: impl Into<String>) {
        if self.left.len() < LEFT_KEPT {
            self.left.push(Left {
                path: path.to_owned(),
                what: what.into(),
            });
        }
    }

    /// Finds tensors that are views of the same elements.
    pub(crate) fn find_shared(&mut self) {
        let mut seen = std::collections::HashMap::new();
        for tensor in &self.tensors {
            let place = (
                Arc::as_ptr(&tensor.source).cast::<()>() as usize,
                tensor.offset,
                tensor.shape.clone(),
                tensor.strides.clone(),
                tensor.dtype,
            );
            match seen.get(&place) {
                Some(first) => self
                    .shared
                    .push((tensor.name.clone(), String::clone(first))),
                None => {
                    seen.insert(place, tensor.name.clone());
                }
            }
        }
    }
}

/// Tensors among which names are compared one by one; checkpoints have a few thousand.
const NAMES_COMPARED: usize = 100_000;
/// Things left behind that are listed.
const LEFT_KEPT: usize = 100_000;
