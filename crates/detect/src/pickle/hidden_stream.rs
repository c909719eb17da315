//! See `hidden_stream.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-hidden-stream",
        summary: "a pickle stream that calls something stands inside other bytes",
        page: include_str!("hidden_stream.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not hand these bytes to a loader; find out why a program hides in them",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::HiddenStream { start } = subject.facts {
        found.add(
            info,
            subject,
            Some(start),
            "a pickle stream that calls something stands here",
        );
    }
}
