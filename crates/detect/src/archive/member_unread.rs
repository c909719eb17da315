//! See `member_unread.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-member-unread",
        summary: "a member of the archive could not be read and was not examined",
        page: include_str!("member_unread.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2"],
        help: "unpack it with a tool that can, scan what comes out, or ask for another form",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Unread(reason) = subject.facts {
        found.add(info, subject, None, format!("not examined: {reason}"));
    }
}
