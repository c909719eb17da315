//! See `other_digest.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-other-digest",
        summary: "bytes that are named by a digest have another",
        page: include_str!("other_digest.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-345", "CWE-354"],
        help: "fetch it again from where it came from, and compare",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::OtherDigest(digest) = subject.facts {
        let message = format!("its name is a digest, and that of its bytes is {digest}");
        found.add(info, subject, None, message);
    }
}
