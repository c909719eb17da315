//! See `remote_shell.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "script-remote-shell",
        summary: "a script connects a shell to somebody else",
        page: include_str!("remote_shell.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "do not run it; if it ran, take the machine off the network",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::RemoteShell),
};
