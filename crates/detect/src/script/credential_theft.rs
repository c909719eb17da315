//! See `credential_theft.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-credential-theft",
        summary: "a script reads secrets and sends them away",
        page: include_str!("credential_theft.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0055", "CWE-200", "CWE-506"],
        help: "do not run it; if it ran, exchange every credential that lies on the machine",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Theft),
};
