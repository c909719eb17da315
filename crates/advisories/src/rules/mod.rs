//! Rules over matches: a match as a finding at the place that names the component. Each has a page;
//! its examples are its test.

use waybill_domain::advisory::{AdvisoryKind, Match, PriorityClass};
use waybill_domain::{Confidence, Finding, Place, RuleInfo, Severity};

/// A component has a known weakness.
const KNOWN_WEAKNESS: RuleInfo = RuleInfo {
    id: "known-weakness",
    summary: "a component has a weakness that an advisory describes",
    page: include_str!("known_weakness.md"),
    severity: Severity::High,
    confidence: Confidence::High,
    answers: &["S-M5", "C-10", "S-R1", "CWE-1395"],
    help: "go to the version that the finding names; if the weakness cannot matter, say so with `waybill vex add`",
    incomplete: false,
};

/// A component was made to do harm.
const MALICIOUS_COMPONENT: RuleInfo = RuleInfo {
    id: "malicious-component",
    summary: "a component is known to have been made to do harm",
    page: include_str!("malicious_component.md"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    answers: &["S-M4", "S-M5", "C-10", "S-R1", "AML.T0010.001", "CWE-506"],
    help: "remove it, and treat every machine that installed or loaded it as compromised",
    incomplete: false,
};

/// A component's supplier has withdrawn it.
const RETIRED_COMPONENT: RuleInfo = RuleInfo {
    id: "retired-component",
    summary: "a component was retired, revoked or given up by its supplier",
    page: include_str!("retired_component.md"),
    severity: Severity::High,
    confidence: Confidence::High,
    answers: &["S-M7", "C-10", "CWE-1104"],
    help: "move to what its supplier names instead, and evaluate that first",
    incomplete: false,
};

/// Every rule over matches, in the order of the reference pages.
pub const RULES: &[RuleInfo] = &[KNOWN_WEAKNESS, MALICIOUS_COMPONENT, RETIRED_COMPONENT];

/// The rule that a match is a finding of.
#[must_use]
pub const fn rule_of(found: &Match) -> &'static RuleInfo {
    match found.kind {
        AdvisoryKind::Malicious => &MALICIOUS_COMPONENT,
        AdvisoryKind::Retired | AdvisoryKind::Revoked | AdvisoryKind::Unmaintained => {
            &RETIRED_COMPONENT
        }
        _ if found.malicious => &MALICIOUS_COMPONENT,
        _ => &KNOWN_WEAKNESS,
    }
}

/// A match as a finding at a place. `upgrade` is the version that fixes all matches of its
/// component, if there is one.
#[must_use]
pub fn finding(found: &Match, place: Place, upgrade: Option<&str>) -> Finding {
    let rule = rule_of(found);
    let mut finding = Finding::new(rule, place, message(found, upgrade));
    finding.severity = found.severity;
    if !found.certain {
        finding.confidence = Confidence::Low;
    }
    for weakness in &found.weaknesses {
        if !finding.answers.contains(weakness) {
            finding.answers.push(weakness.clone());
        }
    }
    finding
}

fn message(found: &Match, upgrade: Option<&str>) -> String {
    let version = found
        .version
        .as_ref()
        .filter(|version| **version != found.name)
        .map_or_else(String::new, |version| format!(" {version}"));
    let mut message = format!("`{}`{version}: {}", found.name, found.advisory);
    if let Some(alias) = found.aliases.iter().find(|alias| alias.starts_with("CVE-")) {
        message.push_str(&format!(" ({alias})"));
    }
    if !found.summary.is_empty() {
        message.push_str(": ");
        message.push_str(&found.summary);
    }
    if !found.certain {
        message.push_str(match found.version {
            None => {
                "; its version is not fixed, and all that its requirement admits may be affected"
            }
            Some(_) => "; the advisory does not say for which release of the distribution it is",
        });
    }
    match (upgrade, &found.upgrade) {
        (all, next) if rule_of(found).id == RETIRED_COMPONENT.id => {
            if let Some(instead) = all.or(next.as_deref()) {
                message.push_str(&format!("; its supplier names {instead} instead"));
            }
        }
        (Some(all), _) => message.push_str(&format!("; {all} has no known weakness")),
        (None, Some(next)) => message.push_str(&format!("; go to {next}")),
        (None, None) => {}
    }
    if found.priority.class >= PriorityClass::Planned && !found.priority.reasons.is_empty() {
        message.push_str(&format!(" [{}]", found.priority.reasons.join("; ")));
    }
    message
}
