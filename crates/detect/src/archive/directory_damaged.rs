//! See `directory_damaged.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::zip::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "archive-directory-damaged",
        summary: "the directory of the archive is missing or damaged; entries were found without it",
        page: include_str!("directory_damaged.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "D-M2", "CWE-436"],
        help: "fetch it again and compare digests; a program that repairs archives reads what stands there",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Zip(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        let message = match &problem.kind {
            ProblemKind::NoEndRecord => {
                "there is no end record: entries were found by their own headers"
            }
            ProblemKind::DirectoryBroken => "the directory cannot be read to its end",
            _ => continue,
        };
        found.add(info, subject, Some(problem.offset), message);
    }
}
