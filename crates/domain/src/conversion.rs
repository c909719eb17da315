use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Sha256, Tool};

/// The version of the shape of [`Conversion`].
pub const CONVERSION_SCHEMA: &str = "waybill.conversion/1";

/// A model that was written in a form that cannot run anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conversion {
    /// `waybill.conversion/1`.
    pub schema: String,
    /// What converted it.
    pub tool: Tool,
    /// What was read.
    pub source: ConvertedFile,
    /// What was written.
    pub output: ConvertedFile,
    /// Every tensor, by name. Each was read again out of the output, and found equal bit for bit.
    pub tensors: Vec<ConvertedTensor>,
    /// What the source holds besides, and the output does not.
    pub left_behind: Vec<LeftBehind>,
}

/// A file on either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConvertedFile {
    /// Its path, as named.
    pub path: String,
    /// Its format, by content.
    pub format: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// A tensor that is the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConvertedTensor {
    /// Its name.
    pub name: String,
    /// The type of its elements, as safetensors names it.
    pub dtype: String,
    /// Elements in each dimension, as the output has them.
    pub shape: Vec<u64>,
    /// Digest of its elements in row-major order, little-endian.
    pub sha256: Sha256,
    /// The tensor of the source that has the very same elements in memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_with: Option<String>,
}

/// Something that is no tensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftBehind {
    /// Where it stands in the source.
    pub path: String,
    /// What it is.
    pub what: String,
}
