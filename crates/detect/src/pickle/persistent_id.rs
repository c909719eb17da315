//! See `persistent_id.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-persistent-id",
        summary: "the pickle asks the loading program for an object by an unusual id",
        page: include_str!("persistent_id.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "what the id means depends on the program that loads it; find out which",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::PersistentId(id) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!("asks for the persistent object {}", quoted(id)),
            );
        }
    }
}
