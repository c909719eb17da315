//! See `hidden_name.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-hidden-name",
        summary: "Python code reaches a dangerous function without writing its name",
        page: include_str!("hidden_name.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "do not import it; nobody hides a name that may be read",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::HiddenName),
};
