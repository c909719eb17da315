use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Justification, VexStatus};

/// What became of a statement when findings and matches were compared with it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum StatementState {
    /// It says something of what was found.
    Applied,
    /// Nothing that was found is what it is about.
    Unused,
    /// It was about what was found, but that has changed: another digest, another version of the
    /// rule. It no longer applies.
    Outdated,
    /// A later statement about the same replaces it.
    Replaced,
    /// It says that it is made on a day that is still to come.
    NotYet,
    /// It settles one of several weaknesses that a match stands for, and the others are left.
    Partial,
}

impl StatementState {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unused => "unused",
            Self::Outdated => "outdated",
            Self::Replaced => "replaced",
            Self::NotYet => "not yet",
            Self::Partial => "not enough",
        }
    }
}

/// What a finding says of the statement about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct StatementNote {
    /// The file it stands in, as named.
    pub document: String,
    /// Who says it.
    pub author: String,
    /// What is said.
    pub status: VexStatus,
    /// Why, by the standard's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Justification>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A statement as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementUse {
    /// The file it stands in, as named.
    pub document: String,
    /// Who says it.
    pub author: String,
    /// The weakness: id of an advisory, or of a rule with its version.
    pub weakness: String,
    /// The products, for people.
    pub products: Vec<String>,
    /// What is said.
    pub status: VexStatus,
    /// Why, by the standard's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Justification>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What became of it.
    pub state: StatementState,
    /// Why it does not apply, if it is outdated, replaced, of a day to come or about a part only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many findings and matches it says something of.
    pub covers: u64,
}
