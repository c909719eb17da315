use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the policy says about an artifact or a whole target. Ordered: the later one is worse.
///
/// Nothing is ever called safe: `admit` means that the named rule set found nothing against it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing stands against using it.
    Admit,
    /// Not vetted, merely risky, or not examined: a person or a later rule has to look.
    Quarantine,
    /// Malicious code or structure.
    Reject,
}

impl Verdict {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}
