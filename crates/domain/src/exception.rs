use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Date;

/// A named person's dated, expiring permission.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Names it in reports.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// Why it is given.
    pub reason: String,
    /// Who allowed it.
    pub approver: String,
    /// The day it was given.
    pub created: Date,
    /// The last day on which it holds.
    pub expires: Date,
    /// What it is about; all that is given must hold.
    pub scope: ExceptionScope,
}

/// What an exception is about: at least a digest, a rule with a path, a component or an advisory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExceptionScope {
    /// SHA-256 of the artifact, 64 lowercase hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Id of a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Digest of the rule set, as reports state it: the exception ends when the rules change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<String>,
    /// Path of the artifact; a folder and all below it if it ends with `/**`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Id or package URL of a component; without a version it is meant in every version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Id or alias of an advisory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<String>,
}

/// Where an exception stands today.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionState {
    /// It holds, and covered something.
    InForce,
    /// It holds, and there was nothing for it to cover.
    Unused,
    /// What it names is there, but is not what it was: another digest, another rule set.
    Drifted,
    /// Its last day is over.
    Expired,
    /// The day on which it is given is still to come.
    NotYet,
}

impl ExceptionState {
    /// The words used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Unused => "unused",
            Self::Drifted => "drifted",
            Self::Expired => "expired",
            Self::NotYet => "not yet in force",
        }
    }
}

impl std::fmt::Display for ExceptionState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a finding says of the exception that covers it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionNote {
    /// Names it.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// Who allowed it.
    pub approver: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Date,
}

impl From<&Exception> for ExceptionNote {
    fn from(exception: &Exception) -> Self {
        Self {
            id: exception.id.clone(),
            owner: exception.owner.clone(),
            approver: exception.approver.clone(),
            reason: exception.reason.clone(),
            expires: exception.expires,
        }
    }
}

/// An exception as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionUse {
    /// The exception.
    #[serde(flatten)]
    pub exception: Exception,
    /// Where it stands.
    pub state: ExceptionState,
    /// Days until its last day; negative after it.
    pub days_left: i64,
    /// How many findings and matches it covers, or would cover had it not ended.
    pub covers: u64,
}
