//! See `command.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "agent-command",
        summary: "settings of agents and editors start programs",
        page: include_str!("command.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0010.001", "CWE-829", "CWE-78"],
        help: "do not open the folder with that program before you have read the command",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Command),
};
