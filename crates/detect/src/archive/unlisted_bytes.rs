//! See `unlisted_bytes.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-unlisted-bytes",
        summary: "bytes stand before, between or after the entries of the archive",
        page: include_str!("unlisted_bytes.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "find out what they are; an ordinary tool leaves none",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Zip(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        match &problem.kind {
            ProblemKind::Prefix { bytes } => found.add(
                info,
                subject,
                Some(0),
                format!("{bytes} bytes stand before the archive"),
            ),
            // Alignment padding is short; anything that could hold code is not.
            ProblemKind::Gap { bytes } => {
                let severity = if *bytes < 64 {
                    Severity::Low
                } else {
                    info.severity
                };
                found.add_with(
                    info,
                    subject,
                    Some(problem.offset),
                    format!("{bytes} bytes belong to no entry"),
                    severity,
                );
            }
            _ => {}
        }
    }
}
