//! See `foreign_member.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Format, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-foreign-member",
        summary: "the archive of a Keras model holds a member that Keras does not write",
        page: include_str!("foreign_member.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "CWE-434"],
        help: "find out what put it there; code beside a model is not needed to load it",
        incomplete: false,
    },
    check,
};

/// Endings of code; Keras keeps vocabularies and the like below `assets/`.
const CODE: [&str; 22] = [
    ".py", ".pyc", ".pyd", ".pyw", ".pth", ".so", ".dll", ".dylib", ".exe", ".sh", ".bash", ".bat",
    ".cmd", ".ps1", ".js", ".jar", ".class", ".whl", ".egg", ".pkl", ".pickle", ".joblib",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Zip(facts) = &subject.facts else {
        return;
    };
    if subject.format != Format::KERAS {
        return;
    }
    for entry in &facts.entries {
        let lower = entry.name.to_ascii_lowercase();
        let code = CODE.iter().any(|ending| lower.ends_with(ending));
        if code || !is_own(&entry.name) {
            let what = if code {
                "is code"
            } else {
                "is nothing that Keras writes"
            };
            found.add(
                info,
                subject,
                entry.data_start,
                format!("the member {} {what}", quoted(&entry.name)),
            );
        }
    }
}

fn is_own(name: &str) -> bool {
    let weights = name
        .strip_prefix("model")
        .is_some_and(|rest| rest.contains(".weights") && !rest.contains('/'));
    weights
        || matches!(name, "config.json" | "metadata.json" | "variables.h5")
        || name.ends_with('/')
        || ["assets/", "_assets/", "variables/"]
            .iter()
            .any(|folder| name.starts_with(folder))
}
