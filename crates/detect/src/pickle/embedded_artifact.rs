//! See `embedded_artifact.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-embedded-artifact",
        summary: "a constant of the pickle, or a string of a JSON document, is itself a program or an archive",
        page: include_str!("embedded_artifact.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "AML.T0011.000", "CWE-502"],
        help: "find out what unpacks it; a model's constants are numbers and names",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    if let Facts::Constant { offset, format } = subject.facts {
        let native = matches!(format, "elf" | "pe" | "mach-o" | "dex");
        let severity = if native {
            Severity::High
        } else {
            info.severity
        };
        found.add_with(
            info,
            subject,
            Some(offset),
            format!("carries a constant whose content is {format}"),
            severity,
        );
    }
}
