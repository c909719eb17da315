//! See `not_followed.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

/// Findings of this kind in one file.
const KEPT: usize = 5;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-not-followed",
        summary: "Python code that could not be read whole",
        page: include_str!("not_followed.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-M1", "CWE-506"],
        help: "look at the line; other versions of Python may read it",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Python(judged) = &subject.facts else {
        return;
    };
    for (line, why) in judged.unread.iter().take(KEPT) {
        let message = format!("could not be read whole: {why}");
        match line {
            Some(line) => found.add_at_line(info, subject, *line, message, info.severity),
            None => found.add(info, subject, None, message),
        }
    }
}
