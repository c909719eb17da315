//! See `native_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_knowledge::Effect;

use super::harmful;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-native-code",
        summary: "loading the pickle loads native code",
        page: include_str!("native_code.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502", "CWE-114"],
        help: "do not load it; ask its supplier for safetensors weights, and report the artifact",
        incomplete: false,
    },
    check: |info, subject, found| harmful::check(info, subject, found, &[Effect::Native]),
};
