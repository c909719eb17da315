//! See `remote_shell.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-remote-shell",
        summary: "Python code hands a connection to a shell",
        page: include_str!("remote_shell.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506", "CWE-78"],
        help: "do not import it, and tell its supplier; if it ran, treat the machine as taken over",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::RemoteShell),
};
