//! See `hidden_member.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-hidden-member",
        summary: "a body in the archive is not listed in its directory, or is listed where there is none",
        page: include_str!("hidden_member.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "do not unpack it: programs that read from the start see other members than those that read the directory",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Zip(facts) = &subject.facts else {
        return;
    };
    let recovered = facts
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::NoEndRecord);
    for problem in &facts.problems {
        match &problem.kind {
            // Without a directory every body is unlisted: that is damage, told by another rule.
            ProblemKind::Unlisted { name } if !recovered => {
                found.add(
                    info,
                    subject,
                    Some(problem.offset),
                    format!("{} is not listed in the directory", quoted(name)),
                );
            }
            ProblemKind::NoLocalHeader { name } => {
                found.add(
                    info,
                    subject,
                    Some(problem.offset),
                    format!("the directory lists {} where no entry stands", quoted(name)),
                );
            }
            ProblemKind::Count {
                declared,
                found: counted,
            } => {
                found.add(
                    info,
                    subject,
                    Some(problem.offset),
                    format!("entries by the end record: {declared}; in the directory: {counted}"),
                );
            }
            _ => {}
        }
    }
}
