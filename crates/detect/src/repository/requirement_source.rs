//! See `requirement_source.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-requirement-source",
        summary: "requirements are taken from odd places",
        page: include_str!("requirement_source.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &[
            "S-R1",
            "S-M2",
            "S-M3",
            "AML.T0010.001",
            "CWE-829",
            "CWE-494",
        ],
        help: "install from your own index, pinned by version and digest",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Requirement),
};
