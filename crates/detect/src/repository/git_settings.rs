//! See `git_settings.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-git-settings",
        summary: "settings of Git that run programs or lead elsewhere",
        page: include_str!("git_settings.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["S-R1", "M-R1", "AML.T0010.001", "CWE-829", "CWE-88"],
        help: "do not use the folder with Git; take the files out of it",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Git),
};
