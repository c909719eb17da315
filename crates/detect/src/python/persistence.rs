//! See `persistence.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-persistence",
        summary: "Python code has something run again later",
        page: include_str!("persistence.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "do not import it; if it ran, look at the files that it names",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Persistence),
};
