//! See `protocol_unknown.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-protocol-unknown",
        summary: "the pickle states a protocol that no loader knows",
        page: include_str!("protocol_unknown.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "find out which program wrote it; loaders refuse it, scanners that stop here miss what follows",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::Protocol(protocol) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!("states protocol {protocol}; the highest is 5"),
            );
        }
    }
}
