//! The vocabulary of VEX (Vulnerability Exploitability eXchange): what somebody says of whether a
//! weakness matters to a product, whatever standard it was written in.
//!
//! The words follow CISA's "Minimum Requirements for Vulnerability Exploitability eXchange"
//! (2023); what only one standard has is kept in a field of its own, so that a document read and
//! written again in its own standard says the same.

mod moment;
mod product;
mod statement;
mod usage;

pub use moment::Moment;
pub use product::{HASH_NAMES, VexProduct};
pub use statement::{Justification, VexStatement, VexStatus, Weakness};
pub use usage::{StatementNote, StatementState, StatementUse};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A standard in which statements are written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum VexFormat {
    /// OpenVEX 0.2.0.
    OpenVex,
    /// The `vulnerabilities` of CycloneDX 1.4 to 1.7.
    CycloneDx,
    /// The VEX profile of CSAF 2.0.
    Csaf,
}

impl VexFormat {
    /// The name that people know.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenVex => "OpenVEX 0.2.0",
            Self::CycloneDx => "CycloneDX",
            Self::Csaf => "CSAF 2.0",
        }
    }
}

/// A document of statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexDocument {
    /// What it was read from.
    pub format: VexFormat,
    /// Its own identifier: an IRI, a serial number, a tracking id.
    pub id: String,
    /// Who says it.
    pub author: String,
    /// The author's role, in the words of the standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// A URL under the author's control, which CSAF asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What it is about, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was issued, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// When it was last changed, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Its version, as written.
    pub version: String,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooling: Option<String>,
    /// In the order of the document.
    pub statements: Vec<VexStatement>,
}

impl VexDocument {
    /// When a statement was last said, by its own time or else the document's.
    #[must_use]
    pub fn said(&self, statement: &VexStatement) -> Option<Moment> {
        [
            &statement.updated,
            &statement.issued,
            &self.updated,
            &self.issued,
        ]
        .into_iter()
        .flatten()
        .find_map(|text| Moment::parse(text))
    }
}
