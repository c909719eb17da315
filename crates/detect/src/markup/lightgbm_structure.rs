//! See `lightgbm_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::tensors::payload::payload;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "lightgbm-structure",
        summary: "a LightGBM model contradicts itself or holds what its format does not know",
        page: include_str!("lightgbm_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20", "CWE-125"],
        help: "ask its supplier for the model as LightGBM writes it; do not load this one",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::LightGbm(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        let at = Some(problem.offset as u64);
        found.add(info, subject, at, problem.what.clone());
    }
    if facts.problems_left_out > 0 {
        let more = facts.problems_left_out;
        found.add(info, subject, None, format!("{more} more of these"));
    }
    for name in &facts.names {
        if payload(name).is_some() {
            let message = format!("a feature is named {}, which is code", quoted(name));
            found.add(info, subject, None, message);
            break;
        }
    }
}
