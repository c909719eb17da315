//! See `embedded.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::NotedKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

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
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Noted(all) = &subject.facts else {
        return;
    };
    for noted in all.iter().filter(|noted| noted.kind == NotedKind::Secret) {
        found.add_at_line(
            info,
            subject,
            noted.line,
            noted.message.clone(),
            noted.severity,
        );
    }
}
