//! See `remote_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::unit::TieKind;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "repository-remote-code",
        summary: "settings of a model have code run, and what that code does",
        page: include_str!("remote_code.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-829"],
        help: "load the model without trust_remote_code; if its code is needed, read it at one revision and pin that revision",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Tie(tie) = &subject.facts else {
        return;
    };
    if tie.kind != TieKind::RemoteCode {
        return;
    }
    match tie.line {
        Some(line) => found.add_at_line(info, subject, line, tie.message.clone(), tie.severity),
        None => found.add_with(info, subject, None, tie.message.clone(), tie.severity),
    }
}
