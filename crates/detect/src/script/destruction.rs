//! See `destruction.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-destruction",
        summary: "a script destroys what is on the machine",
        page: include_str!("destruction.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "CWE-506"],
        help: "do not run it",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Destruction),
};
