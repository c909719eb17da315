//! See `external_file.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-external-file",
        summary: "loading the Keras model reads a file or address that its configuration names",
        page: include_str!("external_file.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0025", "CWE-73", "CWE-918"],
        help: "do not load it; a vocabulary belongs into the archive of the model, not at a path of the machine",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for file in &facts.files {
        let severity = if leaves(&file.target) {
            info.severity
        } else {
            Severity::Medium
        };
        let message = format!(
            "{} of {} is read from {}",
            quoted(&file.spot.path),
            quoted(&file.class),
            quoted(&file.target)
        );
        found.add_with(info, subject, None, message, severity);
    }
}

/// True for a path that leads out of the folder, and for an address.
fn leaves(target: &str) -> bool {
    target.starts_with(['/', '\\', '~', '$', '%'])
        || target.contains("://")
        || target.as_bytes().get(1) == Some(&b':')
        || target.split(['/', '\\']).any(|part| part == "..")
}
