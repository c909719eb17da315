use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Confidence, Sha256, Tool};

/// The version of the shape of [`Comparison`].
pub const COMPARISON_SCHEMA: &str = "waybill.comparison/1";

/// Two models, tensor by tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// `waybill.comparison/1`.
    pub schema: String,
    /// What compared them.
    pub tool: Tool,
    /// The first: where a lineage is claimed, the one that the other is said to come from.
    pub first: ComparedFile,
    /// The second.
    pub second: ComparedFile,
    /// What the second is to the first.
    pub relation: ModelRelation,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reasons: Vec<String>,
    /// Whether the second comes from the first, where that was claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<LineageClaim>,
    /// Every tensor that both have, in the order of the first.
    pub tensors: Vec<ComparedTensor>,
    /// Tensors that only the first has.
    pub only_in_first: Vec<String>,
    /// Tensors that only the second has.
    pub only_in_second: Vec<String>,
}

/// A claim that a model comes from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineageClaim {
    /// The tensors bear it out.
    Holds,
    /// They do not.
    Fails,
}

/// What one model is to another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ModelRelation {
    /// The files are the same bytes.
    Identical,
    /// Every tensor is equal; the files are not.
    SameWeights,
    /// The values were rounded to a narrower type.
    Quantised,
    /// Nothing but low bits of mantissas differs.
    LowBitsChanged,
    /// Values became zero, and no others changed.
    Pruned,
    /// Matrices of low rank were added.
    AdapterMerged,
    /// Rows and columns changed places such that the function stays.
    SameFunctionPermuted,
    /// The values moved.
    FineTuned,
    /// Only some parts come from the first.
    Related,
    /// Nothing that could be told.
    Unrelated,
}

impl ModelRelation {
    /// What the second is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::SameWeights => "the same weights in another container",
            Self::Quantised => "quantised",
            Self::LowBitsChanged => "the same but for low bits of its numbers",
            Self::Pruned => "pruned",
            Self::AdapterMerged => "an adapter merged into it",
            Self::SameFunctionPermuted => "the same function, permuted",
            Self::FineTuned => "fine-tuned",
            Self::Related => "related in part",
            Self::Unrelated => "unrelated",
        }
    }

    /// True if a model that is this to another comes from it as a whole.
    #[must_use]
    pub const fn bears_out_lineage(self) -> bool {
        !matches!(self, Self::Related | Self::Unrelated)
    }
}

/// A model that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedFile {
    /// Its path, as named.
    pub path: String,
    /// Its format, by content.
    pub format: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// How many tensors it has.
    pub tensors: u64,
}

/// A tensor that both have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedTensor {
    /// Its name in the first.
    pub name: String,
    /// Its name in the second, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_in_second: Option<String>,
    /// The type of its elements in the first.
    pub dtype: String,
    /// The type in the second, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtype_in_second: Option<String>,
    /// Its shape in the first.
    pub shape: Vec<u64>,
    /// Its shape in the second, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape_in_second: Option<Vec<u64>>,
    /// What changed.
    pub change: TensorChange,
    /// What is known of the change besides: the type it was rounded to, the rank that was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Cosine of the angle between both as vectors; absent if they are equal or a norm is zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosine: Option<f64>,
    /// Norm of the difference by the norm of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_difference: Option<f64>,
    /// True if only rows spread over the tensor were measured; digests are of all elements.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sampled: bool,
    /// The largest singular values; absent of a tensor that is equal, or no matrix of finite numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub singular_values: Option<SingularValues>,
}

/// The largest singular values of a tensor as a matrix (its first dimension by all others): neither
/// another order nor a rotation of rows or columns changes them. Where rows were sampled, those of the
/// whole are estimated from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SingularValues {
    /// In the first model, the largest first.
    pub first: Vec<f64>,
    /// In the second.
    pub second: Vec<f64>,
    /// Of the difference.
    pub difference: Vec<f64>,
    /// How many directions hold all but a thousandth of the difference's energy, which is the rank of
    /// an adapter that was merged; absent if they are more than about a hundred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference_rank: Option<u64>,
}

/// What changed in a tensor.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TensorChange {
    /// Nothing.
    Equal,
    /// How the values are stored: the type, the sign of zeros.
    Retyped,
    /// Each value was rounded.
    Rounded,
    /// Low bits of the mantissas.
    LowBits,
    /// Values became zero, and no others changed.
    Zeroed,
    /// Rows or columns changed places.
    Permuted,
    /// A matrix of low rank was added.
    LowRank,
    /// The values moved.
    Moved,
    /// It has another content.
    Replaced,
    /// It has another shape.
    Reshaped,
}
