//! See `not_followed.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;
use crate::examine::Facts;

/// Findings of parts that could not be read, in one file.
const KEPT: usize = 5;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-not-followed",
        summary: "a script of which cannot be told before what it runs",
        page: include_str!("not_followed.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-M1", "CWE-506"],
        help: "look at the line, and at what it gets before it runs",
        incomplete: true,
    },
    check: |info, subject, found| {
        told::check(info, subject, found, Kind::NotFollowed);
        let Facts::Commands(judged) = &subject.facts else {
            return;
        };
        for (line, why) in judged.unread.iter().take(KEPT) {
            let message = format!("could not be read whole: {why}");
            match line {
                Some(line) => found.add_at_line(info, subject, *line, message, info.severity),
                None => found.add(info, subject, None, message),
            }
        }
    },
};
