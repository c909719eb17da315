//! See `notebook_output.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "notebook-active-output",
        summary: "what a notebook shows runs code of its own",
        page: include_str!("notebook_output.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-79", "CWE-506"],
        help: "open the notebook with all outputs cleared: `jupyter nbconvert --clear-output --inplace`",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Shown),
};
