//! See `torchscript_endless_loop.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "torchscript-endless-loop",
        summary: "the TorchScript code has a loop without an end",
        page: include_str!("torchscript_endless_loop.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "AML.T0029", "CWE-835"],
        help: "run it with a limit on time only, or ask its supplier why it loops",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::TorchScript(text) = subject.facts else {
        return;
    };
    for (offset, _) in text.match_indices("while True:") {
        let rest = text.get(offset..).unwrap_or_default();
        let indent = text
            .get(..offset)
            .and_then(|before| before.rsplit('\n').next())
            .map_or(0, str::len);
        let body = rest.lines().skip(1).take_while(|line| {
            line.trim().is_empty() || line.len().saturating_sub(line.trim_start().len()) > indent
        });
        if !body.clone().any(|line| {
            line.trim_start().starts_with("break") || line.trim_start().starts_with("return")
        }) {
            found.add(info, subject, Some(offset as u64), "loops without an end");
        }
    }
}
