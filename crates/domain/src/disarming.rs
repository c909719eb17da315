use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConvertedFile, LeftBehind, Sha256, Tool};

/// The version of the shape of [`Disarming`].
pub const DISARMING_SCHEMA: &str = "waybill.disarming/1";

/// A model that was written again without what its function does not need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Disarming {
    /// `waybill.disarming/1`.
    pub schema: String,
    /// What did it.
    pub tool: Tool,
    /// What was read.
    pub source: ConvertedFile,
    /// What was written.
    pub output: ConvertedFile,
    /// What was to be done.
    pub method: DisarmingMethod,
    /// Bits of the numbers that were made anew, rounded away or set to zero, of all tensors together.
    pub bits_cleared: u64,
    /// Every tensor, by name. Each was read again out of the output.
    pub tensors: Vec<DisarmedTensor>,
    /// What the source holds besides, and the output does not.
    pub removed: Vec<LeftBehind>,
    /// What may still be in it, as sentences.
    pub not_removed: Vec<String>,
}

/// What was to be done. The same source, method and version give the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisarmingMethod {
    /// Low bits of the mantissa to make anew, by type.
    pub bits: DisarmingBits,
    /// The type to round to: `f16` or `bf16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cast: Option<String>,
    /// Share of the values of each matrix to set to zero, the smallest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prune_values: Option<f64>,
    /// Share of the rows of each matrix to set to zero, those of the least norm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prune_rows: Option<f64>,
    /// What decides the new bits.
    pub seed: u64,
    /// Names of metadata to keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
}

/// Low bits of the mantissa, by type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisarmingBits {
    /// Of 52 in double precision.
    pub f64: u32,
    /// Of 23 in single precision.
    pub f32: u32,
    /// Of 10 in half precision.
    pub f16: u32,
    /// Of 7 in brain floating point.
    pub bf16: u32,
}

/// What became of a tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DisarmedTensor {
    /// Its name.
    pub name: String,
    /// The type of its elements, as the container names it.
    pub dtype: String,
    /// Their type in the output, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtype_in_output: Option<String>,
    /// Elements in each dimension.
    pub shape: Vec<u64>,
    /// Low bits of each number that were made anew.
    pub bits: u32,
    /// Numbers that were set to zero because they, or their rows, were the smallest.
    pub zeroed: u64,
    /// Numbers that are others now.
    pub changed: u64,
    /// No number changed by more than this, told by the largest number and the type.
    pub bound: f64,
    /// The most that a number did change by.
    pub largest_change: f64,
    /// Digest of its elements in the output, row-major, little-endian.
    pub sha256: Sha256,
}
