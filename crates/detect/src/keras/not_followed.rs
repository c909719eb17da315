//! See `not_followed.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-not-followed",
        summary: "the configuration of the Keras model could not be followed to its end",
        page: include_str!("not_followed.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1"],
        help: "do not load it; ask its supplier for a model that Keras itself wrote",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for unread in &facts.unread {
        let line = unread
            .line
            .map(|line| format!("line {line}: "))
            .unwrap_or_default();
        found.add(info, subject, None, format!("{line}{}", unread.reason));
    }
    if facts.of_archive && !facts.is_configuration {
        let message = "the archive's configuration describes no model";
        found.add(info, subject, None, message);
    }
}
