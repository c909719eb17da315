//! See `computed_name.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-computed-name",
        summary: "the pickle puts together the name that it imports",
        page: include_str!("computed_name.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not load it; a pickler writes names out",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::ComputedName(operands) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!(
                    "imports a name put together at load time: {}",
                    quoted(operands)
                ),
            );
        }
    }
}
