//! See `duplicate_name.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-duplicate-name",
        summary: "two entries of the archive have the same name",
        page: include_str!("duplicate_name.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "do not unpack it: one program reads the first, another the last",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::Zip(facts) => {
            for problem in &facts.problems {
                if let ProblemKind::DuplicateName { name } = &problem.kind {
                    found.add(
                        info,
                        subject,
                        Some(problem.offset),
                        format!("{} stands twice", quoted(name)),
                    );
                }
            }
        }
        Facts::Tar(facts) => {
            for problem in &facts.problems {
                if let waybill_formats::tar::ProblemKind::DuplicatePath { path } = &problem.kind {
                    // Later entries replacing earlier ones is how tar updates work.
                    found.add_with(
                        info,
                        subject,
                        Some(problem.offset),
                        format!("{} stands twice", quoted(path)),
                        Severity::Medium,
                    );
                }
            }
        }
        _ => {}
    }
}
