//! See `parquet_file.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "parquet-other-file",
        summary: "the Parquet file says that a column stands in another file",
        page: include_str!("parquet_file.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "CWE-73"],
        help: "look at where the path leads; an ordinary data set has all columns in one file",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Parquet(facts) = &subject.facts else {
        return;
    };
    for path in &facts.files {
        let leaves = path.starts_with(['/', '\\', '~'])
            || path.contains(':')
            || path.split(['/', '\\']).any(|part| part == "..");
        let severity = if leaves {
            Severity::High
        } else {
            Severity::Low
        };
        let message = format!("a column is said to stand in {}", quoted(path));
        found.add_with(info, subject, None, message, severity);
    }
}
