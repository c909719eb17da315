//! See `r_hook.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "r-hook",
        summary: "the R workspace brings a function that R or the user calls unknowingly",
        page: include_str!("r_hook.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "AML.T0011.000", "CWE-506"],
        help: "load it into an environment of its own, and read the function first",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::R(facts) = &subject.facts else {
        return;
    };
    for (name, offset) in &facts.functions {
        let hook = HOOKS.contains(&name.as_str());
        if !hook && !EVERYDAY.contains(&name.as_str()) {
            continue;
        }
        let (what, severity) = if hook {
            ("which R calls by itself", info.severity)
        } else {
            ("which takes the place of R's own", Severity::Medium)
        };
        let message = format!("defines the function {}, {what}", quoted(name));
        found.add_with(info, subject, Some(*offset), message, severity);
    }
}

/// Functions that R calls when it starts, ends, or attaches a package.
const HOOKS: [&str; 8] = [
    ".First",
    ".First.sys",
    ".Last",
    ".Last.lib",
    ".onLoad",
    ".onAttach",
    ".onUnload",
    ".onDetach",
];

/// Functions of R that everybody calls.
const EVERYDAY: [&str; 26] = [
    "print",
    "library",
    "require",
    "c",
    "q",
    "quit",
    "cat",
    "ls",
    "rm",
    "mean",
    "summary",
    "predict",
    "plot",
    "length",
    "list",
    "readRDS",
    "load",
    "get",
    "paste",
    "return",
    "head",
    "names",
    "str",
    "lapply",
    "sapply",
    "data.frame",
];
