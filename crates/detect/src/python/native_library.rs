//! See `native_library.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::judged::Kind;
use super::told;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "python-native-library",
        summary: "Python code loads native code without being asked to",
        page: include_str!("native_library.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-426", "CWE-506"],
        help: "do not import it; native code does whatever it likes the moment it is loaded",
        incomplete: false,
    },
    check: |info, subject, found| told::check(info, subject, found, Kind::Native),
};
