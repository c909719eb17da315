//! See `torch_function.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "torch-seven-function",
        summary: "the Torch7 file holds functions as byte code of Lua",
        page: include_str!("torch_function.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "ask its supplier for the weights without functions, in another format",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Torch7(facts) = &subject.facts else {
        return;
    };
    for function in &facts.functions {
        let length = function.length_bytes;
        let (names, severity) = if function.names.is_empty() {
            (String::new(), info.severity)
        } else {
            let names = function.names.join("`, `");
            (format!(", which names `{names}`"), Severity::High)
        };
        let message = format!("a function: {length} bytes of byte code{names}");
        found.add_with(info, subject, Some(function.offset), message, severity);
    }
}
