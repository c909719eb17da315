use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ComponentId;

/// Which way data flows, seen from the service.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FlowDirection {
    /// Into the service.
    Inbound,
    /// Out of the service.
    Outbound,
    /// Both ways.
    BiDirectional,
    /// Not known.
    Unknown,
}

/// Data that flows to or from a service.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct DataFlow {
    /// Which way.
    pub direction: FlowDirection,
    /// What: `prompts and completions`, `embeddings`, `files`.
    pub what: String,
    /// How sensitive; `unclassified by its owner` where nobody said.
    pub classification: String,
}

/// What is known about a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ServiceFacts {
    /// URLs, without user name, password or query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// Host that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Region, where it can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// True if it is used with a credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticated: Option<bool>,
    /// True if it lies outside of the system's own machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<bool>,
    /// How it is started, for a tool that runs on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What flows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<DataFlow>,
}

/// What is known about a model that somebody else runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HostedFacts {
    /// The service that answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ComponentId>,
    /// Host of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Region, where it can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Name in the catalogue of hosted models, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue_name: Option<String>,
    /// Date of retirement, RFC 3339, if the catalogue knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retires: Option<String>,
    /// What its supplier names as replacement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Date of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue_date: Option<String>,
}
