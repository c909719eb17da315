//! See `header_disagreement.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-header-disagreement",
        summary: "the two headers of an archive entry say different things",
        page: include_str!("header_disagreement.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "do not unpack it: programs differ in which header they believe; ask for an archive written by an ordinary tool",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Zip(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        if let ProblemKind::Disagreement {
            name,
            field,
            central,
            local,
        } = &problem.kind
        {
            let message = format!(
                "{}: {field} {} in the directory, {} in the local header",
                quoted(name),
                quoted(central),
                quoted(local)
            );
            // Text encoding and compression hints are set carelessly by honest writers.
            let severity = if *field == "flags" && !changes_reading(central, local) {
                Severity::Low
            } else {
                info.severity
            };
            found.add_with(info, subject, Some(problem.offset), message, severity);
        }
    }
}

/// True if the flags differ in a bit that changes how the body is read: encryption, patches,
/// strong encryption, masked headers.
fn changes_reading(central: &str, local: &str) -> bool {
    let flags = |text: &str| u16::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or(0);
    (flags(central) ^ flags(local)) & (0x1 | 0x20 | 0x40 | 0x2000) != 0
}
