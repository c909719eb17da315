//! See `npy_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::numpy::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "npy-structure",
        summary: "the header of a NumPy array is no plain literal, or lies about the data",
        page: include_str!("npy_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20"],
        help: "do not load it: older readers evaluate the header; ask for the array as its library writes it",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Numpy(facts) = &subject.facts else {
        return;
    };
    for problem in &facts.problems {
        if !matches!(problem.kind, ProblemKind::BytesAfterData { .. }) {
            found.add(
                info,
                subject,
                Some(problem.offset),
                problem.kind.to_string(),
            );
        }
    }
}
