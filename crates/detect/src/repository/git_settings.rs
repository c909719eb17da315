//! See `git_settings.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::NotedKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

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
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Noted(all) = &subject.facts else {
        return;
    };
    for noted in all.iter().filter(|noted| noted.kind == NotedKind::Git) {
        found.add_at_line(
            info,
            subject,
            noted.line,
            noted.message.clone(),
            noted.severity,
        );
    }
}
