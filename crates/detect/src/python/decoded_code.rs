//! See `decoded_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-decoded-code",
        summary: "Python code runs what stands in it encoded",
        page: include_str!("decoded_code.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506", "CWE-94"],
        help: "do not import it; nobody encodes code that may be read",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Decoded),
};
