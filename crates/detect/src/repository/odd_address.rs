//! See `odd_address.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-odd-address",
        summary: "settings name an address that says something by itself",
        page: include_str!("odd_address.md"),
        severity: Severity::Low,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-912"],
        help: "find out what reads the setting, and what it would send there",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Address),
};
