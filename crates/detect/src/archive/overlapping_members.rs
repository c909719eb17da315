//! See `overlapping_members.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-overlapping-members",
        summary: "entries of the archive share bytes, or reach beyond its end",
        page: include_str!("overlapping_members.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-409"],
        help: "do not unpack it: overlapping entries are how archives unfold to a thousand times their size",
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
            ProblemKind::Overlap { first, second } => {
                found.add(
                    info,
                    subject,
                    Some(problem.offset),
                    format!("{} and {} share bytes", quoted(first), quoted(second)),
                );
            }
            ProblemKind::Beyond { name } => {
                found.add(
                    info,
                    subject,
                    Some(problem.offset),
                    format!(
                        "{} reaches into the directory or beyond the end",
                        quoted(name)
                    ),
                );
            }
            _ => {}
        }
    }
}
