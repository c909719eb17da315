use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is if the finding is true. Ordered: the later one is worse.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes no verdict.
    Info,
    /// Unusual but harmless by itself; changes no verdict.
    Low,
    /// Not vetted or risky: quarantine.
    Medium,
    /// Malicious structure: reject.
    High,
    /// Malicious code: reject.
    Critical,
}

impl Severity {
    /// All severities, worst first: the order in which reports group findings.
    pub const WORST_FIRST: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
    ];

    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How sure the rule is that what it saw is what it says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint: never more than quarantine.
    Low,
    /// Probable.
    Medium,
    /// The bytes say so.
    High,
}

impl Confidence {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a rule says about itself. One list of these feeds the command line, the documentation,
/// SARIF `rules[]` and the coverage of the guidance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Permanent kebab-case id that reads well after "allow".
    pub id: &'static str,
    /// One line: what the rule sees.
    pub summary: &'static str,
    /// The reference page in Markdown, which is also the rule's test.
    pub page: &'static str,
    /// How bad a finding of this rule is, unless the finding says otherwise.
    pub severity: Severity,
    /// How sure the rule is, unless the finding says otherwise.
    pub confidence: Confidence,
    /// Ids that the rule answers: guidance (`M-R1`), ATLAS (`AML.T0011.000`), `CWE-502`.
    pub answers: &'static [&'static str],
    /// What the reader should do, in one sentence.
    pub help: &'static str,
    /// True for rules that say that bytes were not examined: the artifact is then not complete.
    pub incomplete: bool,
}
