//! See `unsafe_load.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-unsafe-load",
        summary: "Python code loads objects that may call anything, without being asked to",
        page: include_str!("unsafe_load.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "scan the file that it loads; ask for a format without code",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::UnsafeLoad),
};
