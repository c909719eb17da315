//! See `package_install.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "package-install-script",
        summary: "a package runs a script when it is installed",
        page: include_str!("package_install.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0010.001", "CWE-506"],
        help: "install with scripts switched off (`npm install --ignore-scripts`), or read the script first",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Install),
};
