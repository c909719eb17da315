//! See `computed_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-computed-code",
        summary: "Python code runs code that stands elsewhere",
        page: include_str!("computed_code.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-94"],
        help: "read the file or the setting that it runs",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Computed),
};
