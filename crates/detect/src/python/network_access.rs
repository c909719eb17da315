//! See `network_access.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-network-access",
        summary: "Python code connects to the network without being asked to",
        page: include_str!("network_access.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "find out what it fetches or sends; load the model where it cannot connect",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Network),
};
