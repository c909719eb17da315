//! See `process_start.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-process-start",
        summary: "Python code starts a program without being asked to",
        page: include_str!("process_start.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-78", "CWE-506"],
        help: "do not import it; find out what the command is for, and load the model without its code",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Process),
};
