//! See `computed_call.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-computed-call",
        summary: "the pickle calls, or sets state on, something that has no name to judge it by",
        page: include_str!("computed_call.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not load it; a pickler calls classes and functions by name",
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
            OddityKind::ComputedCall(shown) => format!("calls a value: {}", quoted(shown)),
            OddityKind::ComputedState(shown) => format!("sets state on a value: {}", quoted(shown)),
            OddityKind::SecondReading(name) => {
                format!(
                    "the bytes of an array import {} for a loader that does not know joblib",
                    quoted(name)
                )
            }
            _ => continue,
        };
        found.add(info, subject, Some(oddity.offset), message);
    }
}
