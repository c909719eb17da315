//! See `tar_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::tar::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-tar-structure",
        summary: "the headers of a tar archive contradict themselves or each other",
        page: include_str!("tar_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "do not unpack it: programs differ in which header they believe",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Tar(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        if !matches!(problem.kind, ProblemKind::DuplicatePath { .. }) {
            found.add(
                info,
                subject,
                Some(problem.offset),
                problem.kind.to_string(),
            );
        }
    }
}
