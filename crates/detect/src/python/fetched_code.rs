//! See `fetched_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-fetched-code",
        summary: "Python code runs what it fetches from the network",
        page: include_str!("fetched_code.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0010.001", "CWE-494", "CWE-506"],
        help: "do not import it; fetch what it names yourself, and look at it",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Fetched),
};
