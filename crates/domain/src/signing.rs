//! What the verification of a model's signature came to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of [`Verification`].
pub const VERIFICATION_SCHEMA: &str = "waybill.verification/1";

/// Whether a model is what somebody signed, and who that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// `waybill.verification/1`.
    pub schema: String,
    /// The model, as named.
    pub target: String,
    /// The file with the signature, as named.
    pub signature: String,
    /// True if somebody who is trusted signed exactly this.
    pub holds: bool,
    /// True if also what the format leaves out was held against the signature.
    pub strict: bool,
    /// Why the signature proves nothing; then nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Who signed, once that is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<ModelSigner>,
    /// What was signed, once that is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedModel>,
    /// How the model differs from what was signed, by path.
    pub differences: Vec<Difference>,
    /// Which statements a policy requires, and whether they are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<RequiredStatement>,
    /// What a reader should know that is no difference.
    pub notes: Vec<String>,
    /// Files that were compared.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Who signed a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelSigner {
    /// `key`, `certificate` or `identity`.
    pub method: String,
    /// The key: SHA-256 over its SubjectPublicKeyInfo, in hexadecimal digits.
    pub key: String,
    /// What the key signs with: `p256`, `p384` or `p521`.
    pub algorithm: String,
    /// Subject of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The certificate: SHA-256, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// Subject of the trusted certificate that vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Who signed without a key of their own: an address of mail or of a workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Who vouched for the identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_issuer: Option<String>,
    /// When, as a log or a time stamp proves, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedModel {
    /// What the signer called it.
    pub name: String,
    /// SHA-256 over the digests of all files: what other statements name the model by.
    pub root: String,
    /// How files are hashed: `sha256`, `blake2b` or `blake3`.
    pub hash: String,
    /// Bytes of a shard, where files are hashed in shards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_bytes: Option<u64>,
    /// Paths that the signer left out.
    pub ignored: Vec<String>,
    /// True if the signer bound what the format leaves out.
    pub strict: bool,
}

/// One way in which a model is not what was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Path below the model, with `/`.
    pub path: String,
    /// How it differs.
    pub kind: DifferenceKind,
    /// What was signed: a digest, a size, or the path before it was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// A statement that a policy requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequiredStatement {
    /// What the policy calls it: `scan`, `provenance`, or a predicate type.
    pub statement: String,
    /// True if enough of them are there.
    pub met: bool,
    /// Who signed those that count: a key by SHA-256 over its SubjectPublicKeyInfo, the name of a
    /// certificate with the authority's, or an identity with its issuer.
    pub signed_by: Vec<String>,
    /// Why others do not count.
    pub reasons: Vec<String>,
}

/// How one path differs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Other content.
    Changed,
    /// Not there.
    Missing,
    /// There, and not signed.
    Added,
    /// The content of a file that is missing, under another path.
    Renamed,
    /// May be executed, and might not when it was signed.
    MadeExecutable,
    /// May not be executed any more.
    MadeNotExecutable,
    /// An empty folder that was not there.
    FolderAdded,
    /// An empty folder that is gone, or is not empty any more.
    FolderMissing,
    /// A link, which the signature does not allow.
    Link,
    /// Could not be read whole, or is no file.
    Unread,
}

impl DifferenceKind {
    /// The word used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Renamed => "renamed",
            Self::MadeExecutable => "made-executable",
            Self::MadeNotExecutable => "made-not-executable",
            Self::FolderAdded => "folder-added",
            Self::FolderMissing => "folder-missing",
            Self::Link => "link",
            Self::Unread => "unread",
        }
    }
}
