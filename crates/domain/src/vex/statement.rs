use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VexProduct;

/// Whether a weakness matters to a product.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum VexStatus {
    /// No action is needed.
    NotAffected,
    /// This version has the remedy.
    Fixed,
    /// Not known yet.
    UnderInvestigation,
    /// Action is recommended.
    Affected,
}

impl VexStatus {
    /// Every status, the mildest first.
    pub const ALL: [Self; 4] = [
        Self::NotAffected,
        Self::Fixed,
        Self::UnderInvestigation,
        Self::Affected,
    ];

    /// The word of OpenVEX.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// True if a match of which this is said needs no action.
    #[must_use]
    pub const fn settles(self) -> bool {
        matches!(self, Self::NotAffected | Self::Fixed)
    }
}

impl std::fmt::Display for VexStatus {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Why a product is not affected: the five reasons of CISA's "Vulnerability Exploitability
/// eXchange Status Justifications", and those that only CycloneDX has.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Justification {
    /// The weak component is not in the product.
    ComponentNotPresent,
    /// The component is, but not its weak code.
    VulnerableCodeNotPresent,
    /// The weak code is never run.
    VulnerableCodeNotInExecutePath,
    /// An attacker cannot reach it.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Built-in protections prevent exploitation.
    InlineMitigationsAlreadyExist,
    /// CycloneDX: only with a configuration that is not used.
    RequiresConfiguration,
    /// CycloneDX: only with a dependency that is not there.
    RequiresDependency,
    /// CycloneDX: only in an environment that is not this one.
    RequiresEnvironment,
    /// CycloneDX: a compiler's protection.
    ProtectedByCompiler,
    /// CycloneDX: a protection while it runs.
    ProtectedAtRuntime,
    /// CycloneDX: a protection at the perimeter.
    ProtectedAtPerimeter,
    /// CycloneDX: another control.
    ProtectedByMitigatingControl,
}

impl Justification {
    /// Every justification; the first five are in every standard.
    pub const ALL: [Self; 12] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
        Self::RequiresConfiguration,
        Self::RequiresDependency,
        Self::RequiresEnvironment,
        Self::ProtectedByCompiler,
        Self::ProtectedAtRuntime,
        Self::ProtectedAtPerimeter,
        Self::ProtectedByMitigatingControl,
    ];

    /// The word of the standard: OpenVEX's and CSAF's where they have one, else CycloneDX's.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
            Self::RequiresConfiguration => "requires_configuration",
            Self::RequiresDependency => "requires_dependency",
            Self::RequiresEnvironment => "requires_environment",
            Self::ProtectedByCompiler => "protected_by_compiler",
            Self::ProtectedAtRuntime => "protected_at_runtime",
            Self::ProtectedAtPerimeter => "protected_at_perimeter",
            Self::ProtectedByMitigatingControl => "protected_by_mitigating_control",
        }
    }

    /// The justification of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The nearest of the five that OpenVEX and CSAF have.
    #[must_use]
    pub const fn in_open_vex(self) -> Self {
        match self {
            Self::RequiresConfiguration | Self::RequiresDependency | Self::RequiresEnvironment => {
                Self::VulnerableCodeNotInExecutePath
            }
            Self::ProtectedByCompiler
            | Self::ProtectedAtRuntime
            | Self::ProtectedAtPerimeter
            | Self::ProtectedByMitigatingControl => Self::InlineMitigationsAlreadyExist,
            plain => plain,
        }
    }
}

impl std::fmt::Display for Justification {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The weakness that a statement is about: an advisory, or a rule of Waybill with its version
/// (`waybill:RULE@VERSION`).
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Weakness {
    /// The name by which it is known: `CVE-2024-1`, `GHSA-...`, `waybill:pickle-shell-command@...`.
    pub name: String,
    /// An IRI of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

const RULE_PREFIX: &str = "waybill:";

impl Weakness {
    /// A rule in a version, as a weakness.
    #[must_use]
    pub fn of_rule(rule: &str, version: &str) -> Self {
        Self {
            name: format!("{RULE_PREFIX}{rule}@{version}"),
            ..Self::default()
        }
    }

    /// The rule and its version, if it is a rule of Waybill.
    #[must_use]
    pub fn rule(&self) -> Option<(&str, &str)> {
        self.name.strip_prefix(RULE_PREFIX)?.split_once('@')
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// What somebody says of one weakness and some products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VexStatement {
    /// Its own identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its own version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The weakness.
    pub weakness: Weakness,
    /// The products; OpenVEX allows none, and then nothing can be told to be meant.
    pub products: Vec<VexProduct>,
    /// What is said.
    pub status: VexStatus,
    /// CycloneDX: the state as written, where it says more than the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why the products are not affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Justification>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<String>,
    /// How the status was determined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// When that was said, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_issued: Option<String>,
    /// The sort of response, in the words of the standard: `update`, `workaround`, `will_not_fix`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<String>,
    /// Who supplies the products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// When it was first said, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// When it was last changed, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
}

impl VexStatement {
    /// Something said of a weakness and products, and nothing else yet.
    #[must_use]
    pub const fn new(weakness: Weakness, products: Vec<VexProduct>, status: VexStatus) -> Self {
        Self {
            id: None,
            version: None,
            weakness,
            products,
            status,
            state: None,
            justification: None,
            impact: None,
            notes: None,
            action: None,
            action_issued: None,
            responses: Vec::new(),
            supplier: None,
            issued: None,
            updated: None,
        }
    }

    /// In words why: the impact, else the notes.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.impact.as_deref().or(self.notes.as_deref())
    }
}
