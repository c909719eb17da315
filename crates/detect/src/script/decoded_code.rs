//! See `decoded_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-decoded-code",
        summary: "a script runs what stands in it encoded",
        page: include_str!("decoded_code.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "CWE-506", "CWE-95"],
        help: "do not run it; decode what stands there without running it, and look at it",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Decoded),
};
