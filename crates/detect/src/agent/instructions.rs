//! See `instructions.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "agent-instructions",
        summary: "instructions to an agent that work against the one who uses it",
        page: include_str!("instructions.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0051.001", "CWE-1427"],
        help: "do not let an agent read it; look at it with an editor that shows hidden characters",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Instructions),
};
