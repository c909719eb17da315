use waybill_domain::{Confidence, RuleInfo, Severity};

use super::{Rule, hosted_model_retiring};
use crate::draft::Draft;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hosted-model-retired",
        summary: "A hosted model is named that its supplier has shut down",
        page: include_str!("hosted-model-retired.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["S-M7"],
        help: "Move to the model that its supplier names instead, and evaluate it before that.",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, draft: &mut Draft, today: Option<&str>) {
    hosted_model_retiring::judge(info, draft, today, true);
}
