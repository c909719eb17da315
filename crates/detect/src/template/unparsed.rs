//! See `unparsed.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-unparsed",
        summary: "the template could not be read to its end",
        page: include_str!("unparsed.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0011.000", "AML.T0051.001", "CWE-1336"],
        help: "render it nowhere until it reads as Jinja; compare it with the one its model was released with",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for error in &facts.errors {
        found.add(
            info,
            subject,
            Some(error.offset as u64),
            format!("is not Jinja here: {}", error.message),
        );
    }
    for limit in &facts.limits_reached {
        found.add(
            info,
            subject,
            Some(limit.offset as u64),
            format!("a limit was reached: {:?}", limit.limit),
        );
    }
}
