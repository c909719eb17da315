//! See `unexplained_bytes.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject, Unclaimed, UnclaimedKind};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unexplained-bytes",
        summary: "the file with the tensors of a model holds something else as well",
        page: include_str!("unexplained_bytes.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R3", "M-R1", "AML.T0018.002"],
        help: "get the model and its data from the same place again; if the bytes are still there, have its maker say what they are",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Unclaimed(Unclaimed { by, kind }) = &subject.facts else {
        return;
    };
    let by = quoted(by);
    let (offset, message) = match kind {
        UnclaimedKind::Gap(range) => {
            let bytes = range.end.saturating_sub(range.start);
            let message = format!("{bytes} bytes here belong to no tensor of {by}");
            (range.start, message)
        }
        UnclaimedKind::Beyond { tensor, end } => {
            let tensor = quoted(tensor);
            let message = format!("the tensor {tensor} of {by} ends at {end}, the file before");
            (subject.length, message)
        }
    };
    found.add(info, subject, Some(offset), message);
}
