//! See `format_damaged.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "format-damaged",
        summary: "the bytes do not keep to the format that they begin as",
        page: include_str!("format_damaged.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-M1", "CWE-1286"],
        help: "get it again from its supplier and compare digests: what stands behind the break was not examined",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Damaged(problems) = &subject.facts else {
        return;
    };
    for (offset, reason) in *problems {
        let message = format!("{} is broken: {reason}", subject.format.name);
        found.add(info, subject, Some(*offset), message);
    }
}
