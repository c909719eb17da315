//! See `modelfile_path.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "modelfile-path",
        summary: "the Modelfile takes a model or an adapter from outside of its folder",
        page: include_str!("modelfile_path.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "CWE-22"],
        help: "do not create a model from it; put what it needs beside it",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Text(text) = &subject.facts else {
        return;
    };
    if subject.format.name != "modelfile" {
        return;
    }
    for (number, line) in (1_u32..).zip(text.lines()) {
        let Some((word, argument)) = line.trim().split_once(char::is_whitespace) else {
            continue;
        };
        let word = word.to_ascii_uppercase();
        if word != "FROM" && word != "ADAPTER" {
            continue;
        }
        let path = argument.trim().trim_matches(['"', '\'']);
        let climbs = path.split(['/', '\\']).any(|part| part == "..");
        let severity = if climbs || path.starts_with(['/', '\\', '~']) {
            info.severity
        } else if path.contains("://") {
            Severity::Medium
        } else {
            continue;
        };
        let message = format!("{word} takes {}", quoted(path));
        found.add_at_line(info, subject, number, message, severity);
    }
}
