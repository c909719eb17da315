//! See `mixed_precision.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "mixed-precision",
        summary: "blocks of one tensor were narrower before, others were not: low bits were added, or part was trained further",
        page: include_str!("mixed_precision.md"),
        severity: Severity::Low,
        confidence: Confidence::Low,
        answers: &["M-R3", "AML.T0018.002"],
        help: "compare with the supplier's narrower release; evidence, and no verdict",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::PartlyNarrow(partly) = subject.facts {
        let message = format!(
            "{} of the blocks of {} hold nothing that {} precision would not hold, {} do",
            partly.narrow_blocks,
            quoted(partly.tensor),
            partly.format,
            partly.wide_blocks
        );
        found.add(info, subject, Some(partly.first_wide), message);
    }
}
