use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Epss, Exploited};
use crate::Severity;

/// Version of the shape of [`Shown`] as it leaves the process.
pub const ADVISORY_SCHEMA: &str = "waybill.advisory/1";

/// What an advisory says of what it affects.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AdvisoryKind {
    /// It has a weakness.
    #[default]
    Vulnerable,
    /// It was made to do harm.
    Malicious,
    /// Its owner took it back.
    Revoked,
    /// It is not served any more, or will not be.
    Retired,
    /// Nobody looks after it.
    Unmaintained,
    /// Not about a component: a technique of attackers.
    Technique,
    /// Not about a component: what helps against techniques.
    Mitigation,
}

impl AdvisoryKind {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vulnerable => "vulnerable",
            Self::Malicious => "malicious",
            Self::Revoked => "revoked",
            Self::Retired => "retired",
            Self::Unmaintained => "unmaintained",
            Self::Technique => "technique",
            Self::Mitigation => "mitigation",
        }
    }
}

/// A score by the Common Vulnerability Scoring System.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cvss {
    /// `2.0`, `3.0`, `3.1` or `4.0`.
    pub version: String,
    /// The vector as written.
    pub vector: String,
    /// From 0 to 10.
    pub score: f64,
}

/// A change along a range of versions, as OSV writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RangeEvent {
    /// From here on affected; `0` is before every version.
    Introduced(String),
    /// From here on not affected.
    Fixed(String),
    /// The last that is affected.
    LastAffected(String),
    /// Where the range ends.
    Limit(String),
}

/// A range of versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedRange {
    /// `SEMVER`, `ECOSYSTEM` or `GIT`.
    pub kind: String,
    /// In the order of the record.
    pub events: Vec<RangeEvent>,
}

/// A package that an advisory affects, and in which versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedPackage {
    /// Ecosystem as OSV writes it, a release behind a colon: `PyPI`, `Debian:12`.
    pub ecosystem: String,
    /// Name in that ecosystem.
    pub name: String,
    /// Ranges; a version in any of them is affected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<AffectedRange>,
    /// Versions that are affected whatever the ranges say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Digests of bytes that are affected, `sha256:` and hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<String>,
}

/// A published weakness, or another fact that speaks against a component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Advisory {
    /// Its id.
    pub id: String,
    /// What it says.
    pub kind: AdvisoryKind,
    /// Other ids of the same weakness.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Ids of others that have to do with it, the document that holds it among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// When it was published, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was last changed, RFC 3339.
    pub modified: String,
    /// Since when it does not hold any more, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// In one line.
    pub summary: String,
    /// At length, as its author wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// Vectors of CVSS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vectors: Vec<String>,
    /// The severity that its author names in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Weaknesses by their CWE ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaknesses: Vec<String>,
    /// What to use instead, if its author says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// What it affects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<AffectedPackage>,
    /// Links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

/// All that the store knows under an id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shown {
    /// [`ADVISORY_SCHEMA`].
    pub schema: String,
    /// The id that was asked for.
    pub asked: String,
    /// The records, each with the name of the feed that holds it.
    pub records: Vec<(String, Advisory)>,
    /// The scores of their vectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Cvss>,
    /// That it is exploited, if CISA says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploited: Option<Exploited>,
    /// How probable exploitation is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<Epss>,
}
