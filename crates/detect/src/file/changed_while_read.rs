//! See `changed_while_read.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "changed-while-read",
        summary: "the artifact changed while it was read: the digest and the findings may be of different bytes",
        page: include_str!("changed_while_read.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-M5", "CWE-367"],
        help: "stop whatever writes to it and scan again",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Changed(how) = subject.facts {
        found.add(
            info,
            subject,
            None,
            format!("changed while it was read: {how}"),
        );
    }
}
