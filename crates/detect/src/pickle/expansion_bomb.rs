//! See `expansion_bomb.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-expansion-bomb",
        summary: "the pickle's values unfold to billions, or nest so deep that code walking them overflows",
        page: include_str!("expansion_bomb.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0029", "CWE-776"],
        help: "do not load it; printing, copying or comparing the result would not end",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::Expansion(size) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!("unfolds to {size} values or levels"),
            );
        }
    }
}
