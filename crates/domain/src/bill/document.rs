use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The format of a bill.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum BillFormat {
    /// CycloneDX in JSON.
    CyclonedxJson,
    /// CycloneDX in XML.
    CyclonedxXml,
    /// SPDX 2 in JSON.
    SpdxJson,
    /// SPDX 2 as tags and values.
    SpdxTagValue,
    /// SPDX 3 in JSON-LD.
    SpdxJsonLd,
}

impl BillFormat {
    /// Its name as people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CyclonedxJson => "CycloneDX JSON",
            Self::CyclonedxXml => "CycloneDX XML",
            Self::SpdxJson => "SPDX JSON",
            Self::SpdxTagValue => "SPDX tag-value",
            Self::SpdxJsonLd => "SPDX JSON-LD",
        }
    }

    /// The name of the standard.
    #[must_use]
    pub const fn standard(self) -> &'static str {
        match self {
            Self::CyclonedxJson | Self::CyclonedxXml => "CycloneDX",
            Self::SpdxJson | Self::SpdxTagValue | Self::SpdxJsonLd => "SPDX",
        }
    }
}

/// What a bill says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentFacts {
    /// Its format.
    pub format: BillFormat,
    /// Version of the standard.
    pub version: String,
    /// What identifies the document: a serial number, a namespace, an IRI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Number of its revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// When it was made, as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Who made it: people and organisations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The tools that made it, by name, with their version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolNamed>,
    /// When in the life of the system it was made: `pre-build`, `build`, `post-build`, ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// True if the document carries a signature; whether it holds is not judged here.
    pub signed: bool,
}

/// A tool that made a bill.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct ToolNamed {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Fields of a bill that have no place elsewhere: JSON pointers in which `*` stands for any index,
/// with how often each occurs.
pub type Unmapped = BTreeMap<String, u64>;
