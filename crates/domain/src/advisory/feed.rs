use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape of [`StoreStatus`] as it leaves the process.
pub const STORE_SCHEMA: &str = "waybill.advisory-store/1";

/// What the documents of a feed are written in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FeedFormat {
    /// OSV records, JSON or YAML.
    Osv,
    /// CSAF 2.0 documents.
    Csaf,
    /// CISA's catalogue of known exploited vulnerabilities.
    Kev,
    /// FIRST's scores of how probable exploitation is.
    Epss,
    /// Techniques and mitigations of MITRE ATLAS.
    Atlas,
    /// Waybill's own advisories of models, data sets and hosted models.
    Waybill,
    /// What this build of Waybill carries.
    Embedded,
}

impl FeedFormat {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Osv => "osv",
            Self::Csaf => "csaf",
            Self::Kev => "kev",
            Self::Epss => "epss",
            Self::Atlas => "atlas",
            Self::Waybill => "waybill",
            Self::Embedded => "embedded",
        }
    }
}

/// What is known of a feed that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeedState {
    /// Its name; importing under the same name replaces it.
    pub name: String,
    /// What its documents are written in.
    pub format: FeedFormat,
    /// Number of records held.
    pub records: u64,
    /// Of these, how many are withdrawn: they can be shown but never match.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withdrawn: u64,
    /// Records that were left out because the user said so.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// Date of the data: the newest time at which one of its records was modified, or the date
    /// that the feed gives itself. `YYYY-MM-DD`.
    pub date: String,
    /// Day of the import, `YYYY-MM-DD`.
    pub imported: String,
    /// SHA-256 of what was imported.
    pub digest: String,
    /// How many days the data is older than the day on which this was said.
    pub age_days: i64,
    /// True if that is more than the user allows.
    pub stale: bool,
}

/// What the store holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoreStatus {
    /// [`STORE_SCHEMA`].
    pub schema: String,
    /// The age in days past which a feed is stale.
    pub max_age_days: u32,
    /// By name.
    pub feeds: Vec<FeedState>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}
