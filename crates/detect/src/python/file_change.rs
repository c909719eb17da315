//! See `file_change.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-file-change",
        summary: "Python code changes files of the system or of the user without being asked to",
        page: include_str!("file_change.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-73", "CWE-506"],
        help: "do not import it; if it ran, restore the files that it names",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::FileChange),
};
