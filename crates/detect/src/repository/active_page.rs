//! See `active_page.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::Rule;
use crate::examine::NotedKind;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-active-page",
        summary: "a page beside a model holds scripts",
        page: include_str!("active_page.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "CWE-79"],
        help: "show it as text, or through a renderer that takes scripts out",
        incomplete: false,
    },
    check: |info, subject, found| found.add_noted(info, subject, NotedKind::Page),
};
