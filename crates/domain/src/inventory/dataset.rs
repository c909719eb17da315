use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known about a data set, apart from its identity. Texts are the producer's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DatasetFacts {
    /// Media types or formats of its files: `text/csv`, `parquet`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    /// Kinds of content: `text`, `image`, `tabular`, `audio`, `video`, `timeseries`, ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Number of records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// Size of its files in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Names of its fields or columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Splits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<String>,
    /// Languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Tasks that it is meant for, in the hub's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<String>,
    /// What it is meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intended_use: Option<String>,
    /// How it was collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// How it was annotated, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
    /// What was done to it before use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preprocessing: Option<String>,
    /// Personal and sensitive content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<String>,
    /// Known biases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biases: Option<String>,
    /// Known limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limitations: Option<String>,
    /// Effects on society.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_impact: Option<String>,
    /// How it is kept up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<String>,
    /// How it was anonymised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymisation: Option<String>,
    /// How it can be had: `direct-download`, `query`, `registration`, `clickthrough`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<String>,
    /// Date of making, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built: Option<String>,
    /// Terms of use beyond the licence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
}
