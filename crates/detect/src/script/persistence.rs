//! See `persistence.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-persistence",
        summary: "a script has something run again later",
        page: include_str!("persistence.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "CWE-506"],
        help: "do not run it; if it ran, look at the file or timer that is named",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Persistence),
};
