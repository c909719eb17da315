//! See `zarr_pickle.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{NotedKind, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "zarr-pickled-chunks",
        summary: "the chunks of an array are pickles",
        page: include_str!("zarr_pickle.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "AML.T0011.000", "CWE-502"],
        help: "do not read the array; ask its supplier for numbers, or for texts of variable length",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    found.add_noted(info, subject, NotedKind::Chunks);
}
