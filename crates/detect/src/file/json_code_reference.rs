//! See `json_code_reference.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "json-code-reference",
        summary: "the JSON document names code or commands that a program would run; they were not examined",
        page: include_str!("json_code_reference.md"),
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-829"],
        help: "read the code it names; load models with trust_remote_code off",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Json(facts) = &subject.facts else {
        return;
    };
    for named in facts
        .named_code
        .iter()
        .filter(|named| counts(&named.key, &named.value))
    {
        let leaves = named.key == "weight_map";
        let what = if leaves {
            "names a shard outside its folder"
        } else {
            "names code"
        };
        let severity = if leaves {
            Severity::High
        } else {
            info.severity
        };
        let message = format!("{} {what}: {}", quoted(&named.path), quoted(&named.value));
        found.add_with(info, subject, Some(named.offset as u64), message, severity);
    }
}

/// Keys under which programs look for code or commands to run. Class names of a library's own
/// layers stand under other keys and are no code.
const KEYS: [&str; 9] = [
    "loader_module",
    "py_module",
    "python_model",
    "model_code_path",
    "code_paths",
    "entry_point",
    "postinstall",
    "preinstall",
    "weight_map",
];

fn counts(key: &str, value: &str) -> bool {
    KEYS.contains(&key) && !matches!(value, "false" | "null" | "")
}
