//! See `expansion_bomb.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-expansion-bomb",
        summary: "the pickle takes memory or time out of all proportion to its size when it is loaded or walked",
        page: include_str!("expansion_bomb.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0029", "CWE-776"],
        help: "do not load it; loading, printing or copying the result would exhaust memory or not end",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        let message = match &oddity.kind {
            OddityKind::Expansion(size) => format!("unfolds to {size} values or levels"),
            OddityKind::Allocation(size) => format!("asks for {size} bytes or items at once"),
            OddityKind::Digits(digits) => format!("holds a number of {digits} decimal digits"),
            _ => continue,
        };
        found.add(info, subject, Some(oddity.offset), message);
    }
}
