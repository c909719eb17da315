//! See `bomb.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::wrapper::Ended;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-bomb",
        summary: "compressed data unfolds out of all proportion",
        page: include_str!("bomb.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "AML.T0029", "CWE-409"],
        help: "do not unpack it; ask what it is for",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Wrapper {
        ended: Ended::Bomb { produced, ratio },
    } = subject.facts
    {
        found.add(
            info,
            subject,
            None,
            format!(
                "unfolds to {ratio} times its size: {} MiB were counted before stopping",
                produced >> 20
            ),
        );
    }
}
