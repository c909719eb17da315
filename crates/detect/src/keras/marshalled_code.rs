//! See `marshalled_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-marshalled-code",
        summary: "the configuration of a Keras model holds compiled Python code",
        page: include_str!("marshalled_code.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502", "CWE-94"],
        help: "do not load it; ask for the model with a registered layer in place of the lambda, and its source",
        incomplete: false,
    },
    check,
};

/// Names that a function over tensors has no need of.
const TELLING: [&str; 34] = [
    "__import__",
    "__builtins__",
    "__globals__",
    "__subclasses__",
    "b64decode",
    "builtins",
    "check_output",
    "compile",
    "connect",
    "ctypes",
    "environ",
    "eval",
    "exec",
    "getattr",
    "globals",
    "importlib",
    "loads",
    "marshal",
    "open",
    "os",
    "pickle",
    "platform",
    "popen",
    "Popen",
    "posix",
    "pty",
    "requests",
    "shutil",
    "socket",
    "spawn",
    "subprocess",
    "system",
    "urllib",
    "urlopen",
];

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for (code, strings) in facts.code.iter().zip(facts.code_strings()) {
        let mut telling: Vec<&str> = Vec::new();
        for text in strings {
            let name = TELLING.iter().find(|name| *name == text);
            if let Some(name) = name.filter(|name| !telling.contains(name)) {
                telling.push(name);
            }
        }
        let names: Vec<String> = telling.iter().map(|name| quoted(name)).collect();
        let place = quoted(&code.spot.path);
        let (message, severity) = if names.is_empty() {
            (format!("{place} is compiled Python code"), info.severity)
        } else {
            let names = names.join(", ");
            let message = format!("{place} is compiled Python code that uses {names}");
            (message, Severity::Critical)
        };
        found.add_with(info, subject, None, message, severity);
        let shown: Vec<&str> = strings.iter().map(String::as_str).take(12).collect();
        found.would(
            subject,
            0,
            format!(
                "run compiled code with the names and texts {}",
                quoted(&shown.join(" "))
            ),
        );
    }
}
