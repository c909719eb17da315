//! See `json_duplicate_key.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "json-duplicate-key",
        summary: "a key stands twice in one object of the JSON document",
        page: include_str!("json_duplicate_key.md"),
        severity: Severity::Low,
        confidence: Confidence::High,
        answers: &["M-R1", "CWE-436"],
        help: "programs differ in which they take; ask for a document that says one thing",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Json(facts) = &subject.facts else {
        return;
    };
    for key in &facts.duplicate_keys {
        found.add(
            info,
            subject,
            Some(key.offset as u64),
            format!("{} stands twice", quoted(&key.path)),
        );
    }
}
