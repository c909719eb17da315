//! See `missing_part.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::unit::TieKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-missing-part",
        summary: "a file names parts of its repository that are not here",
        page: include_str!("missing_part.md"),
        severity: Severity::Low,
        confidence: Confidence::High,
        answers: &["M-M1", "S-M1", "CWE-345"],
        help: "fetch the missing parts at the same revision and examine all of them together",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Tie(tie) = &subject.facts
        && tie.kind == TieKind::Missing
    {
        found.add_with(info, subject, None, tie.message.clone(), tie.severity);
    }
}
