use waybill_domain::{Confidence, RuleInfo, Severity};

use super::Rule;
use crate::draft::Draft;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "remote-code-trusted",
        summary: "A model or data set is loaded with leave to run code that comes with it",
        page: include_str!("remote-code-trusted.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "CWE-829"],
        help: "Load it without remote code, or read that code, copy it, and pin the commit.",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, draft: &mut Draft, _today: Option<&str>) {
    let found: Vec<_> = draft
        .components()
        .filter(|component| component.remote_code == Some(true))
        .map(|component| {
            (
                component.id.clone(),
                component.occurrences.first().cloned(),
                format!(
                    "the {} `{}` may run code of its own repository when it is loaded",
                    component.role.as_str(),
                    component.full_name()
                ),
            )
        })
        .collect();
    for (id, place, message) in found {
        draft.note(info, Some(id), place, message);
    }
}
