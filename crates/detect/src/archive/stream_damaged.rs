//! See `stream_damaged.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::wrapper::Ended;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-stream-damaged",
        summary: "compressed data is cut or damaged: what follows was not examined",
        page: include_str!("stream_damaged.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "fetch it again and compare digests",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Wrapper {
        ended: Ended::Broken(reason),
    } = &subject.facts
    {
        found.add(
            info,
            subject,
            None,
            format!("the compressed data breaks: {reason}"),
        );
    }
}
