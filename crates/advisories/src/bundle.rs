//! A bundle for sites without a network: one line of JSON, then the feeds as they are held.
//!
//! The line is a manifest, or a signed statement that holds one (a DSSE envelope, which `engine`
//! opens). The manifest names every feed with its length and digest, and the days from which and to
//! which the bundle may be imported: who signs it signs all of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use waybill_domain::Date;
use waybill_domain::advisory::FeedState;

use crate::error::HeldError;

/// Version of the container.
pub const BUNDLE_SCHEMA: &str = "waybill.advisory-bundle/1";
/// What a signed statement about a bundle holds: the manifest.
pub const BUNDLE_PAYLOAD_TYPE: &str = "application/vnd.waybill.advisory-bundle+json";
/// The longest first line, in bytes.
pub const BUNDLE_LINE_BYTES: usize = 8 << 20;

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

impl BundleManifest {
    /// As one line of JSON, without its end.
    #[must_use]
    pub fn to_line(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`HeldError::Foreign`] if it is none, or names two feeds alike.
    pub fn read(line: &[u8]) -> Result<Self, HeldError> {
        let manifest: Self = serde_json::from_slice(line).map_err(|_| HeldError::Foreign)?;
        let mut names = BTreeSet::new();
        let apart = manifest
            .feeds
            .iter()
            .all(|feed| names.insert(feed.state.name.as_str()));
        if manifest.schema != BUNDLE_SCHEMA || !apart {
            return Err(HeldError::Foreign);
        }
        Ok(manifest)
    }

    /// True for the first line of a bundle that nobody signed.
    #[must_use]
    pub fn recognises(line: &[u8]) -> bool {
        line.starts_with(b"{\"schema\":\"waybill.advisory-bundle/")
    }
}

/// The first line of a bundle, without its end; `None` if it does not end within
/// [`BUNDLE_LINE_BYTES`].
#[must_use]
pub fn bundle_line(head: &[u8]) -> Option<&[u8]> {
    let mut bytes = head.iter().take(BUNDLE_LINE_BYTES);
    head.get(..bytes.position(|byte| *byte == b'\n')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> BundleManifest {
        BundleManifest {
            schema: BUNDLE_SCHEMA.to_owned(),
            created: Date::from_days(20_000),
            valid_until: Date::from_days(20_014),
            feeds: Vec::new(),
        }
    }

    #[test]
    fn a_manifest_is_one_line_and_comes_back() {
        let line = manifest().to_line();
        assert!(BundleManifest::recognises(&line));
        let mut bundle = line.clone();
        bundle.extend_from_slice(b"\nfeed\nfeed");
        assert_eq!(bundle_line(&bundle), Some(line.as_slice()));
        assert_eq!(BundleManifest::read(&line), Ok(manifest()));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        assert_eq!(bundle_line(b"no end"), None);
        assert_eq!(bundle_line(&vec![b' '; BUNDLE_LINE_BYTES + 9]), None);
        let other = BundleManifest {
            schema: "waybill.advisory-bundle/9".to_owned(),
            ..manifest()
        };
        for line in [other.to_line(), b"{}".to_vec(), b"[[[[".to_vec(), vec![]] {
            assert_eq!(BundleManifest::read(&line), Err(HeldError::Foreign));
        }
    }
}
