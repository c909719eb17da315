use waybill_domain::{Confidence, RuleInfo, Severity};

use super::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unnamed-default-model",
        summary: "A library is asked for a task without naming a model, and chooses one by itself",
        page: include_str!("unnamed-default-model.md"),
        severity: Severity::Low,
        confidence: Confidence::High,
        answers: &["M-M5", "S-M2"],
        help: "Name the model and its revision.",
        incomplete: false,
    },
    // Noted where the call is seen: there is no component to look at.
    check: |_, _, _| {},
};
