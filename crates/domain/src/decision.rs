use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Verdict;

/// Version of the shape of [`Decision`] as it leaves the process.
pub const DECISION_SCHEMA: &str = "waybill.decision/1";

/// A place where something may be let in or held back.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// An artifact that was examined.
    Scan,
    /// A bill that was handed over.
    Bill,
    /// A signature that was verified, or is missing.
    Signature,
    /// Components that were matched against advisories.
    Advisory,
    /// A supplier.
    Supplier,
    /// A data set.
    Data,
    /// A workload.
    Deployment,
}

impl Gate {
    /// Every gate, in the order of the reference.
    pub const ALL: [Self; 7] = [
        Self::Scan,
        Self::Bill,
        Self::Signature,
        Self::Advisory,
        Self::Supplier,
        Self::Data,
        Self::Deployment,
    ];

    /// The word used in every output and in policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Bill => "bill",
            Self::Signature => "signature",
            Self::Advisory => "advisory",
            Self::Supplier => "supplier",
            Self::Data => "data",
            Self::Deployment => "deployment",
        }
    }

    /// The gate of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.as_str() == name)
    }
}

impl std::fmt::Display for Gate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Why a decision is what it is: a rule of a policy, and what it applied to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Name of the policy that the rule stands in.
    pub policy: String,
    /// Id of the rule.
    pub rule: String,
    /// What the rule says.
    pub verdict: Verdict,
    /// The rule's message about the first of the subjects.
    pub message: String,
    /// What it applied to: ids of findings' rules, advisories, components; the first few, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// How often it applied.
    pub count: u64,
    /// Controls of the guidance that the rule answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
}

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The gate.
    pub gate: Gate,
    /// The worst verdict of the reasons; `admit` if there are none.
    pub verdict: Verdict,
    /// Worst first, then in the order of the policy.
    pub reasons: Vec<Reason>,
}

/// The policy that was in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyInfo {
    /// Its name; several are joined by `+`.
    pub name: String,
    /// Digest over all its rules: `sha256:` and 64 digits.
    pub digest: String,
    /// Rules that it does without although what it extends has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<OverriddenRule>,
}

/// A rule that another one stands in for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OverriddenRule {
    /// The policy whose rule no longer applies.
    pub policy: String,
    /// That rule.
    pub rule: String,
    /// The rule that stands in for it, as `policy/rule`.
    pub by: String,
}
