//! See `yara_match.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "yara-match",
        summary: "a YARA rule matches: Waybill's own for malware at large, or one of yours",
        page: include_str!("yara_match.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "S-R1", "AML.T0011", "CWE-506"],
        help: "do not use the artifact; read what the rule says of itself, and look at the place that it names",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pattern(pattern) = subject.facts else {
        return;
    };
    let mut message = format!(
        "matches the YARA rule {} of {}",
        quoted(&pattern.pattern),
        quoted(&pattern.set)
    );
    if let Some(description) = &pattern.description {
        message.push_str(": ");
        message.push_str(&quoted(description));
    }
    found.add_with(info, subject, pattern.offset, message, pattern.severity);
}
