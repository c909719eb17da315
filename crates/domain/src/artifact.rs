use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::advisory::Match;
use crate::{Digests, Excepted, Finding, Reason, Verdict};

/// One concrete thing with bytes and a digest: a regular file of the target, or standard input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// Path relative to the target, with `/`. Bytes that are not UTF-8 are written as `\xNN`.
    pub path: String,
    /// What the bytes are, by content; more than one, joined by `+`, for a polyglot.
    pub format: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Digests over all bytes.
    pub digests: Digests,
    /// The policy's verdict.
    pub verdict: Verdict,
    /// False if some bytes were not examined.
    pub complete: bool,
    /// Worst first.
    pub findings: Vec<Finding>,
    /// What loading the artifact would do, in order, at most a few dozen entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loading: Vec<Effect>,
    /// Names that the user's `waybill.toml` admitted in this artifact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<AllowedGlobal>,
    /// What was looked at in part only, where a whole look would cost too much. Everything else was
    /// examined to the last byte.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sampled: Vec<String>,
    /// Why the verdict is what it is: the rules of the policy that applied, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Advisories that match components which this artifact names first, most urgent first. Each
    /// is a finding too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<ArtifactMatch>,
}

/// A match, and why it does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactMatch {
    /// The match.
    #[serde(flatten)]
    pub found: Match,
    /// The last day of a hosted model, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// Why it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excepted: Option<Excepted>,
}

/// One step of what loading an artifact would do, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// The member in which the step lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Offset in bytes within the member.
    pub offset: u64,
    /// The step as pseudo-Python, for instance `os.system('echo pwned')`.
    pub does: String,
}

/// A global name that the user admitted by exact name, and who decided it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct AllowedGlobal {
    /// The dotted name, for instance `acme.layers.Gate`.
    pub name: String,
    /// The reason given in `waybill.toml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
