//! The verb `compare`: what one model is to another, told by their tensors.

use std::path::{Path, PathBuf};

use thiserror::Error;
use waybill_domain::{
    COMPARISON_SCHEMA, ComparedFile, ComparedTensor, Comparison, Confidence, LineageClaim,
    ModelRelation, Sha256, SingularValues, TensorChange,
};
use waybill_formats::{Bytes, Limits};
use waybill_tensors::compare::{Asked, Change, Compared, Relation, Side, Sureness, digests};
use waybill_tensors::{Model, TensorsError};

use crate::digest::digest;
use crate::rewrite::{RewriteFailure, opened};
use crate::scan::{Silent, tool};
use crate::scratch::InFiles;
use crate::shards::shards;

/// What is compared.
#[derive(Clone, Debug)]
pub struct CompareRequest {
    /// The first model; where a lineage is claimed, the one that the second is said to come from.
    pub first: PathBuf,
    /// The second model.
    pub second: PathBuf,
    /// True if the second is said to come from the first.
    pub is_claimed: bool,
    /// The largest singular values of every matrix that changed are wanted.
    pub singular_values: bool,
    /// How much work and memory it may cost.
    pub limits: Limits,
}

/// Why two models could not be compared.
#[derive(Debug, Error)]
pub enum CompareFailure {
    /// A file cannot be opened.
    #[error(transparent)]
    Open(RewriteFailure),
    /// The tensors of a file cannot be had.
    #[error("compare `{path}`")]
    Tensors {
        /// The path.
        path: String,
        /// Why not.
        #[source]
        error: TensorsError,
    },
    /// It has none.
    #[error("compare `{path}`: it holds no tensors")]
    Nothing {
        /// The path.
        path: String,
    },
}

/// A model, read.
pub(crate) struct Read {
    pub(crate) path: String,
    size_bytes: u64,
    pub(crate) model: Model,
    pub(crate) digests: Vec<[u8; 32]>,
    pub(crate) sha256: Sha256,
}

impl Read {
    pub(crate) fn side(&self) -> Side<'_> {
        Side {
            model: &self.model,
            digests: &self.digests,
        }
    }
}

/// Compares two models.
///
/// # Errors
/// [`CompareFailure`].
pub fn compare(request: &CompareRequest) -> Result<Comparison, CompareFailure> {
    let (first, second) = rayon::join(
        || read(&request.first, &request.limits),
        || read(&request.second, &request.limits),
    );
    let (first, second) = (first?, second?);
    let asked = Asked {
        same_file: first.sha256 == second.sha256,
        singular: request.singular_values,
    };
    let found = waybill_tensors::compare::compare(first.side(), second.side(), asked);
    let found = found.map_err(|error| CompareFailure::Tensors {
        path: format!("{}` and `{}", first.path, second.path),
        error,
    })?;
    let relation = relation(found.relation);
    let claim = request
        .is_claimed
        .then(|| match relation.bears_out_lineage() {
            true => LineageClaim::Holds,
            false => LineageClaim::Fails,
        });
    Ok(Comparison {
        schema: COMPARISON_SCHEMA.to_owned(),
        tool: tool(),
        first: file(first),
        second: file(second),
        relation,
        confidence: confidence(found.sureness),
        reasons: found.reasons,
        claim,
        tensors: found.tensors.into_iter().map(tensor).collect(),
        only_in_first: found.only_first,
        only_in_second: found.only_second,
    })
}

pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Read, CompareFailure> {
    let shown = path.display().to_string();
    let failed = |error: TensorsError| CompareFailure::Tensors {
        path: shown.clone(),
        error,
    };
    let (model, size_bytes, whole_of) = match shards(path).map_err(failed)? {
        Some(shards) => {
            let (model, size, sha256) = shards.read(limits, &whole).map_err(failed)?;
            (model, size, Whole::Known(sha256))
        }
        None => {
            let (bytes, _) = opened(path).map_err(CompareFailure::Open)?;
            let model = waybill_tensors::read(&bytes, limits, &InFiles).map_err(failed)?;
            (model, bytes.len(), Whole::Of(bytes))
        }
    };
    if model.tensors.is_empty() {
        return Err(CompareFailure::Nothing { path: shown });
    }
    let (digests, sha256) = rayon::join(
        || digests(&model),
        || match whole_of {
            Whole::Known(sha256) => Ok(sha256),
            Whole::Of(bytes) => whole(&bytes),
        },
    );
    Ok(Read {
        digests: digests.map_err(failed)?,
        sha256: sha256.map_err(failed)?,
        path: shown,
        size_bytes,
        model,
    })
}

/// The digest of all bytes: known, or still to be taken.
enum Whole {
    Known(Sha256),
    Of(Bytes),
}

fn whole(bytes: &Bytes) -> Result<Sha256, TensorsError> {
    let (digests, length) = digest(bytes.as_ref(), false, &Silent)
        .map_err(|failure| TensorsError::Read(failure.to_string()))?;
    let sha256 = digests.sha256.filter(|_| length == bytes.len());
    sha256.ok_or_else(|| TensorsError::Read("it became shorter".to_owned()))
}

pub(crate) fn file(read: Read) -> ComparedFile {
    ComparedFile {
        path: read.path,
        format: read.model.format.to_owned(),
        size_bytes: read.size_bytes,
        sha256: read.sha256,
        tensors: read.model.tensors.len() as u64,
    }
}

pub(crate) const fn confidence(sureness: Sureness) -> Confidence {
    match sureness {
        Sureness::Low => Confidence::Low,
        Sureness::Medium => Confidence::Medium,
        Sureness::High => Confidence::High,
    }
}

pub(crate) const fn relation(relation: Relation) -> ModelRelation {
    match relation {
        Relation::Identical => ModelRelation::Identical,
        Relation::SameWeights => ModelRelation::SameWeights,
        Relation::Quantised => ModelRelation::Quantised,
        Relation::LowBitsChanged => ModelRelation::LowBitsChanged,
        Relation::Pruned => ModelRelation::Pruned,
        Relation::AdapterMerged => ModelRelation::AdapterMerged,
        Relation::SameFunctionPermuted => ModelRelation::SameFunctionPermuted,
        Relation::FineTuned => ModelRelation::FineTuned,
        Relation::Related => ModelRelation::Related,
        Relation::Unrelated => ModelRelation::Unrelated,
    }
}

fn tensor(compared: Compared) -> ComparedTensor {
    let (dtype, later) = compared.dtypes;
    let (change, detail) = change(&compared.change);
    ComparedTensor {
        name: compared.name,
        name_in_second: compared.renamed,
        dtype: dtype.safetensors().0.to_owned(),
        dtype_in_second: (dtype != later).then(|| later.safetensors().0.to_owned()),
        shape: compared.shape,
        shape_in_second: compared.reshaped,
        change,
        detail,
        cosine: compared.cosine,
        relative_difference: compared.distance,
        sampled: compared.sampled,
        singular_values: compared.singular.map(|values| SingularValues {
            first: values.first,
            second: values.second,
            difference: values.difference,
            difference_rank: values.rank.map(|rank| rank as u64),
        }),
    }
}

pub(crate) fn change(change: &Change) -> (TensorChange, Option<String>) {
    match change {
        Change::Equal => (TensorChange::Equal, None),
        Change::Retyped => (TensorChange::Retyped, None),
        Change::Rounded(name) => (TensorChange::Rounded, Some(name.clone())),
        Change::LowBits(bits) => (TensorChange::LowBits, Some(format!("{bits} bits"))),
        Change::Zeroed { share, smallest } => {
            let which = if *smallest { ", the smallest" } else { "" };
            let detail = format!("{:.1} % of the values{which}", share * 100.0);
            (TensorChange::Zeroed, Some(detail))
        }
        Change::Permuted { rows, columns } => {
            let which = match (rows, columns) {
                (true, true) => "rows and columns",
                (true, false) => "rows",
                _ => "columns",
            };
            (TensorChange::Permuted, Some(which.to_owned()))
        }
        Change::LowRank(rank) => (TensorChange::LowRank, Some(format!("rank {rank}"))),
        Change::Moved => (TensorChange::Moved, None),
        Change::Replaced => (TensorChange::Replaced, None),
        Change::Reshaped => (TensorChange::Reshaped, None),
    }
}
