//! See `package_install.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-package-install",
        summary: "Python code installs packages without being asked to",
        page: include_str!("package_install.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "S-M2", "AML.T0010.001", "CWE-829"],
        help: "do not import it; install what it needs yourself, pinned",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Install),
};
