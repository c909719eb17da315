//! What the signature of a model says: OpenSSF Model Signing 1.0
//! (<https://github.com/ossf/model-signing-spec/blob/main/spec/v1.0.md>), and what older releases of its
//! reference implementation wrote.

mod name;
mod read;
mod write;

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

pub use name::{is_canonical, is_ignorable};

/// The type of the statement that is written, and of every one since 0.3.
pub const PREDICATE_TYPE: &str = "https://model_signing/signature/v1.0";
/// The type of the statement that 0.2 wrote.
pub const OLD_PREDICATE_TYPE: &str = "https://model_signing/Digests/v0.1";
/// The type of a statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The media type of a statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// What is never signed, at the top of the model.
pub const IGNORED_AT_TOP: [&str; 4] = [".git", ".gitattributes", ".github", ".gitignore"];
/// Under which the subject is annotated with what `--strict` binds.
pub const STRICT_ANNOTATION: &str = "waybill-strict/1";

/// How files are hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileHash {
    /// SHA-256.
    #[default]
    Sha256,
    /// BLAKE2b with 512 bits.
    Blake2b,
    /// BLAKE3 with 256 bits.
    Blake3,
}

impl FileHash {
    /// Its name in the statement.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Blake2b => "blake2b",
            Self::Blake3 => "blake3",
        }
    }

    /// The hash of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Blake2b, Self::Blake3]
            .into_iter()
            .find(|hash| hash.as_str() == name)
    }

    /// Hexadecimal digits of a digest.
    pub(crate) const fn digits(self) -> usize {
        match self {
            Self::Sha256 | Self::Blake3 => 64,
            Self::Blake2b => 128,
        }
    }
}

/// A file, or a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Path below the model, with `/`.
    pub path: String,
    /// First byte, and the one behind the last, where the model is signed in shards.
    pub range: Option<(u64, u64)>,
    /// In hexadecimal digits.
    pub digest: String,
}

impl Resource {
    /// What the statement calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self.range {
            Some((start, end)) => format!("{}:{start}:{end}", self.path),
            None => self.path.clone(),
        }
    }
}

/// What `--strict` binds beside the resources; readers that do not know it pass it over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strict {
    /// Files that may be executed, of all that are listed here or among the resources.
    pub executable: BTreeSet<String>,
    /// Folders without anything in them.
    pub empty_folders: BTreeSet<String>,
    /// Files that the format leaves out: at the top `.git` and its like, ignored paths, and in shards
    /// those without a byte. Always whole files.
    pub others: Vec<Resource>,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The model, for people.
    pub name: String,
    /// Files or shards.
    pub resources: Vec<Resource>,
    /// How files are hashed.
    pub hash: FileHash,
    /// Bytes of a shard, where there are shards.
    pub shard_bytes: Option<u64>,
    /// Links stand for what they lead to.
    pub allow_symlinks: bool,
    /// Paths that are left out, beside those that always are.
    pub ignored: Vec<String>,
    /// What is bound beyond the format.
    pub strict: Option<Strict>,
    /// Written by release 0.2.
    pub old: bool,
}

/// A statement that is no usable signature of a model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// Not the JSON of a statement.
    #[error("read the statement: {0}")]
    Syntax(String),
    /// A statement about something else.
    #[error("use the statement: it is of the type `{0}`, which is no signature of a model")]
    OtherType(String),
    /// A statement of release 0.2.
    #[error(
        "use the statement: it was written by release 0.2 of model-signing, before the format was settled; --legacy reads it all the same"
    )]
    Old,
    /// A path that leads elsewhere, or has two forms.
    #[error("use the statement: `{0}` is no path below the model in its one form")]
    Path(String),
    /// The same resource twice.
    #[error("use the statement: it lists `{0}` twice")]
    Twice(String),
    /// A digest that is none of its algorithm.
    #[error("use the statement: the digest of `{0}` is none of the algorithm that it names")]
    Digest(String),
    /// Shards that do not follow one another.
    #[error("use the statement: the shards of `{0}` have a hole, overlap, or are not of one size")]
    Shards(String),
    /// Resources that are not the ones of the digest over all.
    #[error("use the statement: the digest over all its resources is not the one that it states")]
    Root,
    /// A way that is not known.
    #[error("use the statement: {0}")]
    Unsupported(String),
    /// Nothing is signed.
    #[error("use the statement: it lists no resource")]
    Empty,
}

impl Manifest {
    /// SHA-256 over the digests of all resources in their order: what other statements name the
    /// model by.
    #[must_use]
    pub fn root(&self) -> String {
        let mut digest = Sha256::new();
        for resource in &self.resources {
            digest.update(bytes(&resource.digest));
        }
        crate::key::hex(&digest.finalize())
    }

    /// In the order of the specification: by name, code point by code point.
    pub fn sort(&mut self) {
        self.resources.sort_by_cached_key(Resource::name);
        if let Some(strict) = &mut self.strict {
            strict.others.sort();
        }
    }
}

/// The bytes of hexadecimal digits; what are none is left out.
fn bytes(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
