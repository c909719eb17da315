//! What signing and verifying share: the files of a model, and their digests.

mod compared;
mod hashing;
mod tree;

use thiserror::Error;
use waybill_attest::manifest::Manifest;

pub(crate) use compared::{Compared, Comparing, compare};
pub(crate) use hashing::{Hashed, Job, hash};
pub(crate) use tree::{Kept, Obstacle, Tree, Wanted, list};

/// The largest bundle that is read.
pub(crate) const BUNDLE_BYTES: u64 = 64 << 20;

/// A model that was not signed, or whose verification could not run.
#[derive(Debug, Error)]
pub enum SigningError {
    /// The model cannot be opened.
    #[error("open `{path}`: {reason}")]
    Open {
        /// As named.
        path: String,
        /// What stood in the way.
        reason: String,
    },
    /// The signature's file cannot be opened.
    #[error("read the signature `{path}`: {reason}")]
    Signature {
        /// As named.
        path: String,
        /// What stood in the way.
        reason: String,
    },
    /// A part of the model that cannot be signed.
    #[error("sign `{path}`: {reason}")]
    Part {
        /// Below the model.
        path: String,
        /// Why not.
        reason: String,
    },
    /// No file is left to sign.
    #[error("sign `{0}`: there is no file in it to sign")]
    Empty(String),
    /// A path that cannot be left out.
    #[error("ignore `{0}`: name a path below the model as it is written there, not a pattern")]
    Ignored(String),
    /// A request that the format has no answer to.
    #[error("{0}")]
    Request(String),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] waybill_attest::SignError),
    /// The worker threads could not be started.
    #[error("start the worker threads: {0}")]
    Threads(String),
    /// A policy or statement that cannot be used.
    #[error(transparent)]
    Requirements(#[from] crate::requirements::RequirementsError),
    /// What is trusted cannot be used.
    #[error("use `{path}`: {reason}")]
    Trust {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
}

/// Whether a path is left out: at the top what always is, else what was named, with all below it.
pub(crate) fn is_left_out(path: &str, ignored: &[String]) -> bool {
    let below = |entry: &str| {
        path.strip_prefix(entry)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    waybill_attest::manifest::IGNORED_AT_TOP
        .iter()
        .any(|entry| below(entry))
        || ignored.iter().any(|entry| below(entry))
}

/// Paths that are given as they are typed: below the model, or as the working directory sees them.
pub(crate) fn ignored_paths(
    named: &[String],
    model: &std::path::Path,
) -> Result<Vec<String>, SigningError> {
    named
        .iter()
        .map(|named| {
            let trimmed = named.trim_end_matches('/');
            let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
            let below = std::path::Path::new(named)
                .strip_prefix(model)
                .ok()
                .and_then(std::path::Path::to_str)
                .filter(|below| !below.is_empty());
            let path = below.unwrap_or(trimmed);
            if waybill_attest::manifest::is_ignorable(path) {
                Ok(path.to_owned())
            } else {
                Err(SigningError::Ignored(named.clone()))
            }
        })
        .collect()
}

/// How a statement is named if nothing else names it.
pub(crate) fn own_name(model: &std::path::Path) -> String {
    let real = model.canonicalize();
    let name = real.as_deref().unwrap_or(model).file_name();
    name.map_or_else(
        || "model".to_owned(),
        |name| crate::walk::readable(name.as_encoded_bytes()),
    )
}

/// The paths that a manifest is about.
pub(crate) fn listed(manifest: &Manifest) -> std::collections::BTreeSet<&str> {
    manifest
        .resources
        .iter()
        .map(|resource| resource.path.as_str())
        .collect()
}
