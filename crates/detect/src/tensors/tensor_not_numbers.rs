//! See `tensor_not_numbers.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "tensor-not-numbers",
        summary: "the data of a tensor begins like an archive or a pickle",
        page: include_str!("tensor_not_numbers.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R3", "AML.T0018.002", "CWE-506"],
        help: "find out what it is: weights do not begin like that, but a program can be carried in them",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::TensorHead(head) = subject.facts {
        found.add(
            info,
            subject,
            Some(head.start),
            format!(
                "the data of {} begins like {}",
                quoted(head.tensor),
                head.other
            ),
        );
    }
}
