//! See `instructions.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::NotedKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

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
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Noted(all) = &subject.facts else {
        return;
    };
    for noted in all
        .iter()
        .filter(|noted| noted.kind == NotedKind::Instructions)
    {
        found.add_at_line(
            info,
            subject,
            noted.line,
            noted.message.clone(),
            noted.severity,
        );
    }
}
