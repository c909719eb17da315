//! See `interpreter_tampering.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-interpreter-tampering",
        summary: "Python code replaces parts of the interpreter or of loaders",
        page: include_str!("interpreter_tampering.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "find out why it replaces them; they are what other code relies on",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Tampering),
};
