//! The `vulnerabilities` of CycloneDX 1.4 to 1.7 (<https://cyclonedx.org/capabilities/vex/>).

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

use serde_json::{Map, Value};
use waybill_domain::vex::{Justification, StatementNote, VexStatus};

/// Names of properties that keep what the standard has no place for.
const PROPERTY_JUSTIFICATION: &str = "waybill:vex:justification";
const PROPERTY_NOTES: &str = "waybill:vex:notes";
const PROPERTY_IMPACT: &str = "waybill:vex:impact";
const PROPERTY_STATEMENT: &str = "waybill:vex:statement";
const PROPERTY_DOCUMENT: &str = "waybill:vex:document";
const PROPERTY_PART: &str = "waybill:vex:part";

/// The status that a state of analysis means.
fn status(state: &str) -> Option<VexStatus> {
    Some(match state {
        "resolved" | "resolved_with_pedigree" => VexStatus::Fixed,
        "exploitable" => VexStatus::Affected,
        "in_triage" => VexStatus::UnderInvestigation,
        "false_positive" | "not_affected" => VexStatus::NotAffected,
        _ => return None,
    })
}

const fn state(status: VexStatus) -> &'static str {
    match status {
        VexStatus::Fixed => "resolved",
        VexStatus::Affected => "exploitable",
        VexStatus::UnderInvestigation => "in_triage",
        VexStatus::NotAffected => "not_affected",
    }
}

/// What is said of a match, as the analysis of a vulnerability.
pub(super) fn analysis(note: &StatementNote) -> Value {
    let mut out = Map::new();
    out.insert("state".into(), state(note.status).into());
    if let Some(justification) = note.justification {
        out.insert("justification".into(), word(justification).0.into());
    }
    let by = format!("{} ({})", note.author, note.document);
    let detail = match &note.why {
        Some(why) => format!("{why}; says {by}"),
        None => format!("says {by}"),
    };
    out.insert("detail".into(), detail.into());
    out.into()
}

const JUSTIFICATIONS: [(Justification, &str); 9] = [
    (Justification::VulnerableCodeNotPresent, "code_not_present"),
    (
        Justification::VulnerableCodeNotInExecutePath,
        "code_not_reachable",
    ),
    (
        Justification::RequiresConfiguration,
        "requires_configuration",
    ),
    (Justification::RequiresDependency, "requires_dependency"),
    (Justification::RequiresEnvironment, "requires_environment"),
    (Justification::ProtectedByCompiler, "protected_by_compiler"),
    (Justification::ProtectedAtRuntime, "protected_at_runtime"),
    (
        Justification::ProtectedAtPerimeter,
        "protected_at_perimeter",
    ),
    (
        Justification::ProtectedByMitigatingControl,
        "protected_by_mitigating_control",
    ),
];

fn justification(word: &str) -> Option<Justification> {
    JUSTIFICATIONS
        .into_iter()
        .find_map(|(justification, known)| (known == word).then_some(justification))
}

/// The nearest word, and whether it says the same.
fn word(justification: Justification) -> (&'static str, bool) {
    let exact = JUSTIFICATIONS
        .into_iter()
        .find_map(|(known, word)| (known == justification).then_some(word));
    match (exact, justification) {
        (Some(word), _) => (word, true),
        (None, Justification::ComponentNotPresent) => ("code_not_present", false),
        (None, Justification::VulnerableCodeCannotBeControlledByAdversary) => {
            ("code_not_reachable", false)
        }
        (None, _) => ("protected_by_mitigating_control", false),
    }
}
