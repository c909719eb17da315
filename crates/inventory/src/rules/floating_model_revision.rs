use waybill_domain::{
    Confidence, RuleInfo, Severity,
    inventory::{Component, Pin, Role},
};

use super::Rule;
use crate::draft::Draft;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "floating-model-revision",
        summary: "A model is used by a name that its owner can point elsewhere at any time",
        page: include_str!("floating-model-revision.md"),
        severity: Severity::Low,
        confidence: Confidence::High,
        answers: &["M-M5", "S-M2"],
        help: "Name a commit id (or, for a hosted model, a dated snapshot) where the model is loaded.",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, draft: &mut Draft, _today: Option<&str>) {
    let found: Vec<_> = draft
        .components()
        .filter(|component| {
            component.pin == Some(Pin::Floating)
                && matches!(
                    component.role,
                    Role::Model | Role::Adapter | Role::HostedModel
                )
        })
        .map(|component| {
            (
                component.id.clone(),
                component.occurrences.first().cloned(),
                message(component),
            )
        })
        .collect();
    for (id, place, message) in found {
        draft.note(info, Some(id), place, message);
    }
}

fn message(component: &Component) -> String {
    let name = component.full_name();
    match (component.role, &component.requirement) {
        (Role::HostedModel, _) => {
            format!("the hosted model `{name}` is named without a snapshot")
        }
        (role, Some(asked)) => {
            format!(
                "the {} `{name}` is asked for at `{asked}`, which moves",
                role.as_str()
            )
        }
        (role, None) => format!(
            "the {} `{name}` is asked for without a revision",
            role.as_str()
        ),
    }
}
