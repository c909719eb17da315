//! See `torchscript_file_access.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "torchscript-file-access",
        summary: "the TorchScript code uses an operator that reads, writes or loads files",
        page: include_str!("torchscript_file_access.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-73"],
        help: "do not load it; an exported model computes on its inputs only",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::TorchScript(text) = subject.facts else {
        return;
    };
    // White space may stand around a dot.
    let text = &joined(text);
    for operator in OPERATORS {
        for (offset, _) in text.match_indices(operator) {
            let after = text
                .get(offset.saturating_add(operator.len())..)
                .unwrap_or_default();
            if after.trim_start().starts_with('(') {
                let line: String = text
                    .get(offset..)
                    .unwrap_or_default()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .take(120)
                    .collect();
                found.add(
                    info,
                    subject,
                    Some(offset as u64),
                    format!("calls {}", quoted(&line)),
                );
                found.would(subject, offset as u64, line);
            }
        }
    }
}

/// Operators of `TorchScript` that touch the file system or load libraries.
const OPERATORS: [&str; 11] = [
    "torch.from_file",
    "aten.from_file",
    "torch.save",
    "aten.save",
    "torch.load",
    "prim.load",
    "load_library",
    "load_class",
    "torch.fbgemm_",
    "prim.CallPythonFunction",
    "torch.ops.load",
];

/// The text with the white space around dots taken away; other white space is kept.
fn joined(text: &str) -> String {
    if !text.contains(" .")
        && !text.contains(". ")
        && !text.contains("\t.")
        && !text.contains(".\t")
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '.' => {
                out.truncate(out.trim_end_matches([' ', '\t']).len());
                out.push('.');
            }
            ' ' | '\t' if out.ends_with('.') => {}
            letter => out.push(letter),
        }
    }
    out
}
