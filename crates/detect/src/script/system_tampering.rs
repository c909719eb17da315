//! See `system_tampering.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-system-tampering",
        summary: "a script switches guards off or gives rights away",
        page: include_str!("system_tampering.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "CWE-506"],
        help: "do not run it unless you know why it does that",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Tampering),
};
