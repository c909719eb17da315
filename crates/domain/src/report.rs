use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::advisory::FeedState;
use crate::inventory::Unread;
use crate::vex::StatementUse;
use crate::{Artifact, ExceptionUse, PolicyInfo, Verdict};

/// The version of the report's shape. A change that breaks readers gets a new number.
pub const REPORT_SCHEMA: &str = "waybill.report/1";

/// What looked: the tool and the exact rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Always `waybill`.
    pub name: String,
    /// Semantic version of the program.
    pub version: String,
    /// Digest over all rules, their pages and the embedded knowledge: `sha256:` and 64 digits.
    pub rules: String,
}

/// Totals over all artifacts. Every artifact is in exactly one of `admit`, `quarantine`, `reject`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Number of artifacts.
    pub artifacts: u64,
    /// Sum of their sizes in bytes.
    pub bytes: u64,
    /// Artifacts admitted.
    pub admit: u64,
    /// Artifacts quarantined.
    pub quarantine: u64,
    /// Artifacts rejected.
    pub reject: u64,
    /// Findings shown but not counted (baseline, allowed names, exceptions).
    pub excepted: u64,
    /// Artifacts of which some bytes were not examined.
    pub not_examined: u64,
    /// Paths left out by exclude patterns or the ignore file.
    #[serde(default)]
    pub excluded: u64,
    /// Links that were not followed because they lead out of the target.
    #[serde(default)]
    pub links_not_followed: u64,
    /// Findings left out of the report because an artifact had too many of one rule.
    #[serde(default)]
    pub findings_cut: u64,
    /// Components of the system that were held against advisories.
    #[serde(default)]
    pub components: u64,
    /// Advisories that match one of them.
    #[serde(default)]
    pub matches: u64,
    /// Components that `--since` left out because an earlier bill lists them.
    #[serde(default)]
    pub components_known: u64,
}

/// The result of one `waybill scan`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: String,
    /// What looked.
    pub tool: Tool,
    /// The target as the user named it; several are joined by a space.
    pub target: String,
    /// The worst verdict of all artifacts; absent if there was nothing to examine.
    pub verdict: Option<Verdict>,
    /// False if some bytes of the target were not examined.
    pub complete: bool,
    /// Target by target, each in the order of its paths; standard input last.
    pub artifacts: Vec<Artifact>,
    /// Totals.
    pub summary: Summary,
    /// The policy by which the verdicts were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyInfo>,
    /// The user's exceptions, in the order of their file, and where each stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionUse>,
    /// The feeds that components were held against, and how old each is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<FeedState>,
    /// The statements (VEX) that were to be honoured, and what became of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementUse>,
    /// What should have been read for the components of the system but could not be. Not empty
    /// means that the report is not complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}
