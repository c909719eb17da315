//! How what a system is made of comes in: what fixes its bytes, and who attested them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Tool;
use crate::inventory::Unread;

/// The version of [`Retrieval`].
pub const RETRIEVAL_SCHEMA: &str = "waybill.retrieval/1";

/// Whether what is fetched for a system can only be what was meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Retrieval {
    /// `waybill.retrieval/1`.
    pub schema: String,
    /// What looked.
    pub tool: Tool,
    /// The target, as named.
    pub target: String,
    /// True if everything is fixed as firmly as asked, no attestation was refused, and none that is
    /// required is missing.
    pub holds: bool,
    /// The files that say what is fetched, by path.
    pub sources: Vec<RetrievalSource>,
    /// What is not fixed by a strong digest, by file and line.
    pub loose: Vec<LooseComponent>,
    /// Every attestation that was found, by file.
    pub attestations: Vec<PackageAttestation>,
    /// Files of packages that lie in the target, and that neither an entry nor an attestation fixes, by
    /// path: whoever can write there puts other bytes in their place.
    #[serde(default)]
    pub unfixed: Vec<UnfixedFile>,
    /// Package URLs of locked packages that nobody who is trusted attested.
    pub unattested: Vec<String>,
    /// Totals.
    pub summary: RetrievalSummary,
    /// Files that could not be read.
    pub unread: Vec<Unread>,
}

/// Totals of a [`Retrieval`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetrievalSummary {
    /// Entries of all files.
    pub entries: u64,
    /// How they are fixed.
    pub fixed: BTreeMap<Fixing, u64>,
    /// Entries that somebody who is trusted attested.
    pub attested: u64,
    /// Attestations that hold and are about something here.
    pub verified: u64,
    /// Attestations that were refused.
    pub refused: u64,
}

/// How firmly a file fixes what will be fetched.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fixing {
    /// By a strong digest of the content, or a commit.
    Digest,
    /// By a digest that can be forged: MD5 or SHA-1.
    WeakDigest,
    /// By a name that its owner can move: a version without a digest, a tag.
    Name,
    /// Whatever is newest.
    Floating,
}

impl Fixing {
    /// All, the firmest first.
    pub const ALL: [Self; 4] = [Self::Digest, Self::WeakDigest, Self::Name, Self::Floating];

    /// The word used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::WeakDigest => "weak-digest",
            Self::Name => "name",
            Self::Floating => "floating",
        }
    }
}

/// A file that says what is fetched: a lock file, a list of requirements, a recipe, code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetrievalSource {
    /// Path relative to the target.
    pub path: String,
    /// Its entries.
    pub entries: u64,
    /// How they are fixed.
    pub fixed: BTreeMap<Fixing, u64>,
    /// Entries that somebody who is trusted attested.
    pub attested: u64,
}

/// An entry that a strong digest does not fix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LooseComponent {
    /// Path relative to the target.
    pub path: String,
    /// Line from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its package URL, or its id in the inventory.
    pub component: String,
    /// How it is fixed.
    pub fixing: Fixing,
}

/// A file of a package that nothing fixes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnfixedFile {
    /// Path relative to the target.
    pub path: String,
    /// SHA-256 of what is there; absent if it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// An attestation or a registry's signature of one file of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PackageAttestation {
    /// The file that it stands in.
    pub path: String,
    /// What it states: a predicate type; absent where it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// What it is about: the name of a file, or a package URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Package URL or path of what is here with these bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// What it came to.
    pub outcome: AttestationOutcome,
    /// Why it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who signed: an address of mail, or of a workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Who vouched for the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_issuer: Option<String>,
    /// The repository that was built, as the authority saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The key of the registry: SHA-256 over its SubjectPublicKeyInfo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When it was signed, as a log proves: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
}

/// What an attestation came to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AttestationOutcome {
    /// It holds, and is about bytes that are here or that a file here fixes.
    Verified,
    /// It holds, and nothing here has or asks for these bytes.
    Elsewhere,
    /// It proves nothing, or is about other bytes than it should.
    Refused,
}

impl AttestationOutcome {
    /// The word used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Elsewhere => "elsewhere",
            Self::Refused => "refused",
        }
    }
}
