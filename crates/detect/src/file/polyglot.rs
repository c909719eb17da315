//! See `polyglot.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Class, Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "polyglot",
        summary: "the bytes are two formats at once: programs differ in which they load",
        page: include_str!("polyglot.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "CWE-434", "CWE-436"],
        help: "do not use it; no honest tool writes such a file",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Identity(formats) = &subject.facts else {
        return;
    };
    if let [first, others @ ..] = formats
        && let Some(second) = others.first()
        && first.class != Class::Unknown
    {
        found.add(
            info,
            subject,
            Some(0),
            format!("begins as {} and ends as {}", first.name, second.name),
        );
    }
}
