use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vex::StatementNote;
use crate::{Confidence, ExceptionNote, RuleInfo, Severity};

/// Where in an artifact something was seen.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    /// The member inside the artifact; nested members are joined by `!/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Line of a text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Offset in bytes from the start of the member, or of the artifact where there is no member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let within = match (self.line, self.offset) {
            (Some(line), _) => Some(format!("line {line}")),
            (None, Some(offset)) => Some(format!("byte {offset}")),
            (None, None) => None,
        };
        match (&self.member, within) {
            (Some(member), Some(within)) => write!(formatter, "{member} at {within}"),
            (Some(member), None) => formatter.write_str(member),
            (None, within) => formatter.write_str(&within.unwrap_or_default()),
        }
    }
}

/// Why a finding does not count against its artifact although it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Excepted {
    /// It was in the baseline that the user passed.
    Baseline,
    /// The user's `waybill.toml` allows it by exact name.
    Allowed,
    /// A dated exception covers it.
    Exception(Box<ExceptionNote>),
    /// A statement (VEX) says that it does not matter.
    Statement(Box<StatementNote>),
}

/// What one rule saw, at a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// How bad if true.
    pub severity: Severity,
    /// How bad its rule says that it is, where the configuration says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_of_rule: Option<Severity>,
    /// How sure.
    pub confidence: Confidence,
    /// What was seen, as a lowercase fragment; names from the artifact stand in backticks.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Ids that the rule answers.
    pub answers: Vec<String>,
    /// What to do.
    pub help: String,
    /// True if this finding says that bytes were not examined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// Set if the finding is shown but does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excepted: Option<Excepted>,
    /// The advisory whose match this is: the policy judges the match, which says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<String>,
    /// Stable across runs and across edits elsewhere in the target: digest of rule, artifact
    /// path, member and message; never of the offset. Hexadecimal, 32 digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
}

impl Finding {
    /// A finding with the severity, confidence, answers and help of its rule.
    #[must_use]
    pub fn new(rule: &RuleInfo, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule: rule.id.to_owned(),
            severity: rule.severity,
            severity_of_rule: None,
            confidence: rule.confidence,
            message: message.into(),
            place,
            answers: rule.answers.iter().map(|id| (*id).to_owned()).collect(),
            help: rule.help.to_owned(),
            incomplete: rule.incomplete,
            excepted: None,
            advisory: None,
            fingerprint: String::new(),
        }
    }
}
