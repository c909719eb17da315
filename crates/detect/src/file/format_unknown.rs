//! See `format_unknown.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Class, Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "format-unknown",
        summary: "the bytes are no format that is known here: nothing was examined",
        page: include_str!("format_unknown.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-M1"],
        help: "find out what writes such bytes; until then treat them as a program",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Identity([only]) = &subject.facts
        && only.class == Class::Unknown
    {
        found.add(
            info,
            subject,
            None,
            format!("{} bytes of no known format", subject.length),
        );
    }
}
