//! See `code_in_model.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "code-in-model",
        summary: "a text inside a model of numbers is code or a command",
        page: include_str!("code_in_model.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-506"],
        help: "find out which program reads the text; do not load the model before that",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::ModelText { offset, text } = subject.facts else {
        return;
    };
    if let Some(path) = library(text) {
        let message = format!("it names a native library: {}", quoted(path));
        found.add(info, subject, Some(offset), message);
        return;
    }
    if let Some(at) = MARKS.iter().filter_map(|mark| text.find(mark)).min() {
        let shown: String = text
            .get(at..)
            .unwrap_or_default()
            .chars()
            .take(80)
            .collect();
        let place = offset.saturating_add(at as u64);
        let message = format!("a text in it is code: {}", quoted(&shown));
        found.add(info, subject, Some(place), message);
    }
}

/// The path of a native library that the text is.
fn library(text: &str) -> Option<&str> {
    let ends = text.ends_with(".so") || text.contains(".so.") || text.ends_with(".dll");
    let path = text.split_ascii_whitespace().find(|word| {
        (word.ends_with(".so") || word.ends_with(".dll") || word.contains(".so."))
            && word.contains(['/', '\\'])
    });
    path.filter(|_| ends || text.contains(".so "))
}

/// What no name, parameter or label of a model says.
pub(crate) const MARKS: [&str; 22] = [
    "__import__(",
    "import os",
    "import subprocess",
    "import socket",
    "os.system(",
    "os.popen(",
    "os.execute(",
    "io.popen(",
    "subprocess.",
    "exec(",
    "eval(compile(",
    "builtins.eval",
    "eval(__",
    "pty.spawn(",
    "Runtime.getRuntime(",
    "child_process",
    "/bin/sh -",
    "/bin/bash -",
    "powershell -",
    "| sh",
    "|sh",
    "| bash",
];
