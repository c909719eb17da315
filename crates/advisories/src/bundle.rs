//! A bundle for sites without a network: a manifest in one line of JSON, then the feeds as they are held.
//!
//! The manifest names every feed with its length and digest, and the days from which and to which the
//! bundle may be imported. A signature over the manifest's bytes ([`Bundle::manifest_bytes`]) signs all of it.

use serde::{Deserialize, Serialize};
use waybill_domain::Date;
use waybill_domain::advisory::FeedState;

use crate::error::HeldError;

/// Version of the container.
pub const BUNDLE_SCHEMA: &str = "waybill.advisory-bundle/1";
/// The longest manifest, in bytes.
const MANIFEST_BYTES: usize = 4 << 20;

/// A feed in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFeed {
    /// Its state.
    pub state: FeedState,
    /// Length in bytes, as it is held.
    pub bytes: u64,
    /// SHA-256 of those, hexadecimal.
    pub sha256: String,
}

/// What a bundle holds, and how long it may be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleManifest {
    /// [`BUNDLE_SCHEMA`].
    pub schema: String,
    /// Day on which it was made.
    pub created: Date,
    /// The last day on which it may be imported.
    pub valid_until: Date,
    /// In the order in which they follow.
    pub feeds: Vec<BundleFeed>,
}

/// The bytes with which a bundle begins: the manifest and the end of its line. The feeds follow, in
/// the order of the manifest.
#[must_use]
pub fn write_manifest(manifest: &BundleManifest) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(manifest).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// A bundle's beginning, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The manifest.
    pub manifest: BundleManifest,
    /// Its bytes without the end of the line: what a signature is over.
    pub manifest_bytes: Vec<u8>,
    /// Where the first feed begins.
    pub feeds_start: u64,
}

impl Bundle {
    /// Reads the beginning of a bundle out of its first bytes.
    ///
    /// # Errors
    /// [`HeldError::Foreign`] if it is none.
    pub fn read(head: &[u8]) -> Result<Self, HeldError> {
        let end = head
            .iter()
            .take(MANIFEST_BYTES)
            .position(|byte| *byte == b'\n')
            .ok_or(HeldError::Foreign)?;
        let bytes = head.get(..end).ok_or(HeldError::Foreign)?;
        let manifest: BundleManifest =
            serde_json::from_slice(bytes).map_err(|_| HeldError::Foreign)?;
        if manifest.schema != BUNDLE_SCHEMA {
            return Err(HeldError::Foreign);
        }
        Ok(Self {
            manifest,
            manifest_bytes: bytes.to_vec(),
            feeds_start: end as u64 + 1,
        })
    }

    /// True if the first bytes of a file are those of a bundle.
    #[must_use]
    pub fn recognises(head: &[u8]) -> bool {
        head.starts_with(b"{\"schema\":\"waybill.advisory-bundle/")
    }
}
