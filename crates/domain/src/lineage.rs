use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ComparedFile, Confidence, LineageClaim, ModelRelation, Sha256, TensorChange, Tool};

/// The version of the shape of [`ModelIndex`].
pub const MODEL_INDEX_SCHEMA: &str = "waybill.model-index/1";
/// The version of the shape of [`Tracing`].
pub const TRACING_SCHEMA: &str = "waybill.tracing/1";

/// Fingerprints of known models, from which it is told where another one comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelIndex {
    /// `waybill.model-index/1`.
    pub schema: String,
    /// The models, by name and revision.
    pub models: Vec<KnownModel>,
}

/// A known model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownModel {
    /// What it is called: `acme/encoder`.
    pub name: String,
    /// Who provides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Which revision of it: a commit, a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Its licence: an SPDX expression, or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The digest of the file that it was added from; of a model in shards, of all of them.
    pub sha256: Sha256,
    /// SHA-256 over the lines `type shape digest`, sorted, of all tensors, each behind its length in bytes
    /// (64 bits, little-endian): the same in every container, and whatever the tensors are called.
    pub root: Sha256,
    /// SHA-256 over the lines `type shape digest name`, likewise.
    pub named_root: Sha256,
    /// How many tensors it has.
    pub tensors: u64,
    /// How many numbers they hold.
    pub numbers: u64,
    /// Some of its matrices, at most 24, chosen by the digests of their names.
    pub matrices: Vec<KnownMatrix>,
}

/// What is kept of a matrix, or of a tensor as one: its first dimension by all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownMatrix {
    /// Its name.
    pub name: String,
    /// The type of its elements, as safetensors names it.
    pub dtype: String,
    /// Its shape.
    pub shape: Vec<u64>,
    /// The first 16 hexadecimal digits of the SHA-256 of its elements.
    pub digest: String,
    /// A sum over all numbers that is the same in every order: 16 hexadecimal digits.
    pub unordered: String,
    /// Its size: the root of the sum of all squares.
    pub norm: f64,
    /// Share of its numbers that are zero.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub zeros: f64,
    /// The narrowest type, or grid of integers, that holds its numbers.
    pub held: String,
    /// 24 sums of its numbers with signs, by their places, relative to its size (16384 is as large): 96
    /// hexadecimal digits.
    pub sketch: String,
    /// Its largest singular values, relative to its size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub singular_values: Vec<f64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes what it asks about by reference"
)]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// Which known model another one comes from, told without their weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tracing {
    /// `waybill.tracing/1`.
    pub schema: String,
    /// What told it.
    pub tool: Tool,
    /// The model.
    pub model: ComparedFile,
    /// The digest over its tensors, as indexes have it.
    pub root: Sha256,
    /// How many known models it was held against.
    pub known: u64,
    /// Those that it has something of, the nearest first.
    pub origins: Vec<TracedOrigin>,
    /// The known model that it was claimed to come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<String>,
    /// Whether it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<LineageClaim>,
}

/// A known model that another one has something of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TracedOrigin {
    /// Its name.
    pub name: String,
    /// Who provides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Which revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Its licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The index that has it, as named.
    pub index: String,
    /// What the model is to it.
    pub relation: ModelRelation,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reasons: Vec<String>,
    /// The mean cosine of the matrices that both have, estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosine: Option<f64>,
    /// The matrices that both have.
    pub matrices: Vec<TracedMatrix>,
    /// Matrices that only the known one has.
    pub missing: Vec<String>,
}

/// A matrix of a known model, found in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TracedMatrix {
    /// Its name in the known model.
    pub name: String,
    /// Its name in the other, if it has another there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_in_model: Option<String>,
    /// What changed.
    pub change: TensorChange,
    /// What is known of the change besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Cosine of the angle between both as vectors, estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosine: Option<f64>,
    /// Norm of the difference by the norm of the known one, estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_difference: Option<f64>,
}
