//! See `trailing_bytes.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "trailing-bytes",
        summary: "bytes stand behind the end of the format",
        page: include_str!("trailing_bytes.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "CWE-434"],
        help: "find out what they are; a loader ignores them, another program may not",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Trailing { start, what } = subject.facts {
        found.add(
            info,
            subject,
            Some(start),
            format!("{} {what}", subject.length.saturating_sub(start)),
        );
    }
}
