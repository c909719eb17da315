//! See `frame_beyond_end.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::OddityKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-frame-beyond-end",
        summary: "a frame of the pickle reaches beyond the end of the data",
        page: include_str!("frame_beyond_end.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "the writer was interrupted or lied; compare the digest with the supplier's",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for oddity in &facts.oddities {
        if let OddityKind::Frame(length) = &oddity.kind {
            found.add(
                info,
                subject,
                Some(oddity.offset),
                format!("a frame of {length} bytes reaches beyond the end"),
            );
        }
    }
}
