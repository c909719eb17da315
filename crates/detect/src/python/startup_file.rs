//! See `startup_file.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::moment::Role;
use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-startup-file",
        summary: "a file that Python runs whenever it starts",
        page: include_str!("startup_file.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-506"],
        help: "find out what needs it; keep it out of folders from which Python is started",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Python(judged) = &subject.facts else {
        return;
    };
    if judged.role != Some(Role::Start) {
        return;
    }
    let message = if judged.acts.is_empty() {
        "runs whenever Python starts; what it does by itself was followed".to_owned()
    } else {
        format!(
            "runs whenever Python starts, and does {} things of note",
            judged.acts.len()
        )
    };
    found.add(info, subject, None, message);
}
