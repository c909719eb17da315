//! See `unreadable.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unreadable",
        summary: "the bytes could not be read",
        page: include_str!("unreadable.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1"],
        help: "check permissions and the disk, then scan again",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Unreadable(reason) = subject.facts {
        found.add(info, subject, None, format!("could not be read: {reason}"));
    }
}
