//! Two models, tensor by tensor: what changed from the first to the second, and what that makes of
//! the whole.
//!
//! Digests are of all elements. Everything else is measured on rows spread evenly over a tensor where
//! it is larger than [`ELEMENTS_COMPARED`], so that memory is bounded whatever the models are.

mod grid;
mod measure;
mod pair;
mod permuted;
mod rank;
mod sample;
mod singular;
mod vectors;
mod verdict;

use sha2::{Digest as _, Sha256};

use crate::{Dtype, Model, TensorsError};

pub(crate) use grid::bits as grid_bits;
pub use measure::{Change, SingularValues};
pub(crate) use measure::{NARROW, PRUNED};
pub use singular::{Leading, SINGULAR_VALUES, leading};
pub(crate) use verdict::KEPT;
pub use verdict::{Relation, Sureness};

/// Elements of a tensor that are compared one by one; of a larger one, rows spread evenly.
pub const ELEMENTS_COMPARED: u64 = 1 << 21;

/// A model and the SHA-256 of the elements of each of its tensors.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The model.
    pub model: &'a Model,
    /// The digests, in the order of its tensors: [`digests`].
    pub digests: &'a [[u8; 32]],
}

/// What became of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Its name in the first model.
    pub name: String,
    /// Its name in the second, if it has another there.
    pub renamed: Option<String>,
    /// Types in the first and the second.
    pub dtypes: (Dtype, Dtype),
    /// Shape in the first.
    pub shape: Vec<u64>,
    /// Shape in the second, if it is another.
    pub reshaped: Option<Vec<u64>>,
    /// What changed.
    pub change: Change,
    /// The cosine of the angle between both as vectors.
    pub cosine: Option<f64>,
    /// Norm of the difference by the norm of the first.
    pub distance: Option<f64>,
    /// True if only some rows were compared.
    pub sampled: bool,
    /// The largest singular values, where asked for; none of a tensor that is equal or no matrix.
    pub singular: Option<SingularValues>,
}

/// What a comparison of two models found.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What the second is to the first.
    pub relation: Relation,
    /// How sure that is.
    pub sureness: Sureness,
    /// Why, as sentences' parts.
    pub reasons: Vec<String>,
    /// Every tensor that both have, in the order of the first.
    pub tensors: Vec<Compared>,
    /// Tensors that only the first has.
    pub only_first: Vec<String>,
    /// Tensors that only the second has.
    pub only_second: Vec<String>,
}

/// The SHA-256 of the elements of each tensor, in row-major order and little-endian.
///
/// # Errors
/// [`TensorsError`] if they cannot be read.
pub fn digests(model: &Model) -> Result<Vec<[u8; 32]>, TensorsError> {
    let of_one = |tensor: &crate::Tensor| {
        let mut digest = Sha256::new();
        tensor.stream(&mut |piece| {
            digest.update(piece);
            Ok(())
        })?;
        Ok(digest.finalize().into())
    };
    model.tensors.iter().map(of_one).collect()
}

/// What is asked besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The files are the same bytes.
    pub same_file: bool,
    /// The largest singular values of every matrix that changed.
    pub singular: bool,
}

/// Compares two models.
///
/// # Errors
/// [`TensorsError`] if tensors cannot be read.
pub fn compare(
    first: Side<'_>,
    second: Side<'_>,
    asked: Asked,
) -> Result<Comparison, TensorsError> {
    let pairs = pair::pair(first, second)?;
    let mut measured = Vec::with_capacity(pairs.both.len());
    for (left, right) in &pairs.both {
        measured.push(measure::measure(left, right, asked.singular)?);
    }
    let names = |side: Side<'_>, places: &[usize]| -> Vec<String> {
        let named = |place: &usize| side.model.tensors.get(*place);
        places
            .iter()
            .filter_map(named)
            .map(|tensor| tensor.name.clone())
            .collect()
    };
    let shifted = pair::elsewhere(&measured, &pairs);
    let only_first = names(first, &pairs.only_first);
    let only_second = names(second, &pairs.only_second);
    let verdict = verdict::judge(&verdict::Seen {
        measured: &measured,
        shifted: &shifted,
        only_first: &only_first,
        only_second: &only_second,
        same_file: asked.same_file,
    });
    Ok(Comparison {
        relation: verdict.relation,
        sureness: verdict.sureness,
        reasons: verdict.reasons,
        tensors: measured.into_iter().map(|one| one.compared).collect(),
        only_first,
        only_second,
    })
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "what is computed here is small"
)]
mod tests;
