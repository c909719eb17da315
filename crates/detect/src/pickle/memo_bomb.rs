//! See `memo_bomb.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-memo-bomb",
        summary: "the pickle names a memo slot so far out that a loader may allocate memory for all before it",
        page: include_str!("memo_bomb.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0029", "CWE-770"],
        help: "do not load it; a pickler numbers its memo from zero",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::MemoIndex(index) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!(
                    "writes memo slot {index}: some loaders allocate {} for it",
                    bytes(index.saturating_add(1).saturating_mul(16))
                ),
            );
        }
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..=0x3fff_ffff => format!("{} MiB", count >> 20),
        _ => format!("{} GiB", count >> 30),
    }
}
