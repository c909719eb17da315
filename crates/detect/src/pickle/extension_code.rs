//! See `extension_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-extension-code",
        summary: "the pickle imports through a numeric code of the extension registry",
        page: include_str!("extension_code.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "what the code means depends on the program that loads it; ask for a file without extension codes",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::Extension(code) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!("imports whatever is registered under extension code {code}"),
            );
        }
    }
}
