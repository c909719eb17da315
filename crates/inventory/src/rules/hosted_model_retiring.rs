use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_knowledge::usage::catalogue;

use super::Rule;
use crate::draft::Draft;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hosted-model-retiring",
        summary: "A hosted model is named that its supplier will shut down on a known date",
        page: include_str!("hosted-model-retiring.md"),
        severity: Severity::Low,
        confidence: Confidence::Medium,
        answers: &["S-M7"],
        help: "Plan the move to the model that its supplier names instead before that date.",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, draft: &mut Draft, today: Option<&str>) {
    judge(info, draft, today, false);
}

/// Notes the hosted models whose date of retirement has passed, or has not. Without a date of the
/// day that of the catalogue is taken.
pub(super) fn judge(info: &RuleInfo, draft: &mut Draft, today: Option<&str>, passed: bool) {
    let today = today.unwrap_or(&catalogue().date);
    let found: Vec<_> = draft
        .components()
        .filter_map(|component| {
            let hosted = component.hosted.as_ref()?;
            let date = hosted.retires.as_deref()?;
            // Dates of this form sort like texts.
            if (date <= today) != passed {
                return None;
            }
            let verb = if passed { "was retired" } else { "retires" };
            let instead = hosted
                .replacement
                .as_ref()
                .map(|name| format!("; its supplier names `{name}` instead"))
                .unwrap_or_default();
            let name = component.full_name();
            let message = format!("the hosted model `{name}` {verb} on {date}{instead}");
            Some((
                component.id.clone(),
                component.occurrences.first().cloned(),
                message,
            ))
        })
        .collect();
    for (id, place, message) in found {
        draft.note(info, Some(id), place, message);
    }
}
