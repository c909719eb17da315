use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Tool;

/// The version of the shape of [`Reproduction`].
pub const REPRODUCTION_SCHEMA: &str = "waybill.reproduction/1";

/// What came of making something again as a statement says it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reproduction {
    /// `waybill.reproduction/1`.
    pub schema: String,
    /// What did it.
    pub tool: Tool,
    /// The statement's file.
    pub statement: String,
    /// Who signed it, if that was looked at: a key by its digest, a name or an identity with who vouches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// How it says that it was made.
    pub recipe: Recipe,
    /// What went in.
    pub inputs: Vec<ReproductionInput>,
    /// What came out, and whether it came out again.
    pub products: Vec<ReproducedProduct>,
    /// What it came to.
    pub outcome: ReproductionOutcome,
    /// What a reader has to know besides.
    pub notes: Vec<String>,
}

/// How something was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipe {
    /// Waybill's verb, if it is a step of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// The version of Waybill that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The command with its arguments, if it is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// Environment variables that are stated with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
}

/// Something that went in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReproductionInput {
    /// As the statement names it.
    pub name: String,
    /// Its SHA-256, as stated.
    pub sha256: String,
    /// Where it stands here; absent if it was not found, or is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Something that came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReproducedProduct {
    /// As the statement names it.
    pub name: String,
    /// Its SHA-256, as stated.
    pub sha256: String,
    /// The SHA-256 of what came out now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256_now: Option<String>,
    /// The first difference, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<FirstDifference>,
}

/// Where two makings part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FirstDifference {
    /// Of what kind it is.
    pub kind: DifferenceKind,
    /// Where it is and what it is.
    pub what: String,
}

/// Kinds of differences between two makings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The same things stand in another order.
    Order,
    /// Only times are others.
    Timestamp,
    /// Numbers are others by what rounding makes of them.
    FloatNoise,
    /// Anything else.
    Content,
    /// It did not come out at all.
    Missing,
    /// What came out then is not here to be held against.
    Unknown,
}

impl DifferenceKind {
    /// What it is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Order => "another order",
            Self::Timestamp => "other times",
            Self::FloatNoise => "rounding of numbers",
            Self::Content => "another content",
            Self::Missing => "nothing came out",
            Self::Unknown => "not told, the first making is not here",
        }
    }
}

/// What making something again came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReproductionOutcome {
    /// All products came out byte for byte.
    Equal,
    /// Some did not.
    Different,
    /// The command was printed, not run.
    NotRun,
}
