use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The names of hash algorithms in OpenVEX, which are the names used here.
pub const HASH_NAMES: [&str; 12] = [
    "md5",
    "sha1",
    "sha-256",
    "sha-384",
    "sha-512",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "blake2s-256",
    "blake2b-256",
    "blake2b-512",
];

/// What a statement is about.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct VexProduct {
    /// How the document refers to it: an IRI (often a package URL), a reference, a product id.
    pub id: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The versions that are meant, as a VERS range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_range: Option<String>,
    /// Who supplies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Package URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    /// Common Platform Enumeration 2.2 or 2.3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpe: Option<String>,
    /// Hex digits by algorithm, see [`HASH_NAMES`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hashes: BTreeMap<String, String>,
    /// Name of the file that the hashes are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The parts of it that the statement is about; all of it if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

impl VexProduct {
    /// The package URL: the one given, or the id if that is one.
    #[must_use]
    pub fn package_url(&self) -> Option<&str> {
        let is_purl = |text: &&str| text.starts_with("pkg:");
        self.purl
            .as_deref()
            .or_else(|| Some(self.id.as_str()).filter(is_purl))
    }

    /// How people are told of it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.package_url()
            .or(self.name.as_deref())
            .unwrap_or(&self.id)
    }
}
