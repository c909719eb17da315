//! The objects of the standard that are written, under the standard's names.

use serde::Serialize;
use waybill_domain::advisory::FeedState;
use waybill_domain::vex::StatementUse;
use waybill_domain::{Confidence, ExceptionUse, Severity, Summary, Verdict};

use crate::neutral::neutral;

#[derive(Serialize)]
pub(crate) struct Log<'report> {
    #[serde(rename = "$schema")]
    pub(crate) schema: &'static str,
    pub(crate) version: &'static str,
    pub(crate) runs: [Run<'report>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run<'report> {
    pub(crate) tool: Tool<'report>,
    pub(crate) invocations: [Invocation; 1],
    pub(crate) original_uri_base_ids: Bases,
    pub(crate) artifacts: Vec<Content<'report>>,
    pub(crate) results: Vec<SarifResult<'report>>,
    pub(crate) column_kind: &'static str,
    pub(crate) properties: RunProperties<'report>,
}

#[derive(Serialize)]
pub(crate) struct RunProperties<'report> {
    pub(crate) verdict: &'static str,
    pub(crate) complete: bool,
    pub(crate) rules: &'report str,
    pub(crate) summary: &'report Summary,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) feeds: &'report [FeedState],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) statements: &'report [StatementUse],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) exceptions: &'report [ExceptionUse],
}

#[derive(Serialize)]
pub(crate) struct Tool<'report> {
    pub(crate) driver: Driver<'report>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Driver<'report> {
    pub(crate) name: &'report str,
    pub(crate) semantic_version: &'report str,
    pub(crate) rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) id: &'static str,
    pub(crate) name: String,
    pub(crate) short_description: Message,
    pub(crate) full_description: Message,
    pub(crate) help: Message,
    pub(crate) default_configuration: Configuration,
    pub(crate) properties: DescriptorProperties,
}

#[derive(Serialize)]
pub(crate) struct Configuration {
    pub(crate) level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DescriptorProperties {
    pub(crate) tags: Vec<String>,
    pub(crate) precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) security_severity: Option<&'static str>,
}

/// A `message` or `multiformatMessageString` object.
#[derive(Serialize)]
pub(crate) struct Message {
    pub(crate) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) markdown: Option<&'static str>,
}

impl Message {
    /// A text that may hold words of an artifact. Braces would be placeholders (§3.11.5), brackets
    /// would be links (§3.11.6).
    pub(crate) fn plain(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for character in neutral(text).chars() {
            match character {
                '{' | '}' => escaped.push(character),
                '[' | ']' | '\\' => escaped.push('\\'),
                _ => {}
            }
            escaped.push(character);
        }
        Self {
            text: escaped,
            markdown: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invocation {
    pub(crate) execution_successful: bool,
    pub(crate) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification {
    pub(crate) level: &'static str,
    pub(crate) message: Message,
    pub(crate) locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) associated_rule: Option<RuleReference>,
}

#[derive(Serialize)]
pub(crate) struct RuleReference {
    pub(crate) id: &'static str,
    pub(crate) index: usize,
}

#[derive(Serialize)]
pub(crate) struct Bases {
    #[serde(rename = "TARGET")]
    pub(crate) target: Base,
}

#[derive(Serialize)]
pub(crate) struct Base {
    pub(crate) description: Message,
}

/// An `artifact` object.
#[derive(Serialize)]
pub(crate) struct Content<'report> {
    pub(crate) location: ArtifactLocation,
    pub(crate) length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hashes: Option<Hashes<'report>>,
    pub(crate) properties: ContentProperties<'report>,
}

#[derive(Serialize)]
pub(crate) struct Hashes<'report> {
    #[serde(rename = "sha-256")]
    pub(crate) sha_256: &'report str,
}

#[derive(Serialize)]
pub(crate) struct ContentProperties<'report> {
    pub(crate) format: &'report str,
    pub(crate) verdict: Verdict,
    pub(crate) complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SarifResult<'report> {
    pub(crate) rule_id: &'report str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule_index: Option<usize>,
    pub(crate) level: &'static str,
    pub(crate) message: Message,
    pub(crate) locations: [Location; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partial_fingerprints: Option<Fingerprints<'report>>,
    /// Always there: a result without the property says that nobody knows (§3.27.23).
    pub(crate) suppressions: Vec<Suppression>,
    pub(crate) properties: ResultProperties<'report>,
}

#[derive(Serialize)]
pub(crate) struct Fingerprints<'report> {
    #[serde(rename = "waybill/v1")]
    pub(crate) waybill: &'report str,
}

#[derive(Serialize)]
pub(crate) struct Suppression {
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) justification: String,
}

#[derive(Serialize)]
pub(crate) struct ResultProperties<'report> {
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) answers: &'report [String],
    pub(crate) help: &'report str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<&'report str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub(crate) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalLocation {
    pub(crate) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactLocation {
    pub(crate) uri: String,
    pub(crate) uri_base_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) byte_offset: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogicalLocation {
    pub(crate) name: String,
    pub(crate) fully_qualified_name: String,
    pub(crate) kind: &'static str,
}
