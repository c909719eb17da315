//! See `tensor_text.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "tensor-text",
        summary: "a tensor of numbers with fractions holds readable text",
        page: include_str!("tensor_text.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R3", "AML.T0018.002", "CWE-506"],
        help: "read it: weights do not spell words, but code and addresses can be carried in them",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::TensorText { tensor, offset } = subject.facts {
        let message = format!("the data of {} holds readable text", quoted(tensor));
        found.add(info, subject, Some(offset), message);
    }
}
