//! See `command.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::NotedKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

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
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Noted(all) = &subject.facts else {
        return;
    };
    for noted in all.iter().filter(|noted| noted.kind == NotedKind::Command) {
        found.add_at_line(
            info,
            subject,
            noted.line,
            noted.message.clone(),
            noted.severity,
        );
    }
}
