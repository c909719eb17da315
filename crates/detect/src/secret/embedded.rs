//! See `embedded.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-embedded",
        summary: "a secret stands in the artifact",
        page: include_str!("embedded.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["S-R1", "I-R1", "AML.T0055", "CWE-798"],
        help: "withdraw the secret where it was issued, then remove it; it is never shown here whole",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Secret),
};
