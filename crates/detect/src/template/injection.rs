//! See `injection.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::template::Via;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "template-injection",
        summary: "rendering the template would reach the interpreter behind it",
        page: include_str!("injection.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0011.000", "AML.T0051.001", "CWE-1336"],
        help: "do not load the tokenizer or model with this template; replace the template and report the artifact",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Template { facts, .. } = &subject.facts else {
        return;
    };
    for access in &facts.accesses {
        let Some(name) = access.name() else { continue };
        if is_internal(name) {
            let message = format!("reaches {} of {}", quoted(name), quoted(&access.base));
            found.add(info, subject, Some(access.offset as u64), message);
        } else if access.via == Via::AttrFilter {
            let message = format!(
                "looks {} up with the attr filter, which chat templates have no need of",
                quoted(name)
            );
            found.add_with(
                info,
                subject,
                Some(access.offset as u64),
                message,
                if is_page(subject.name) {
                    Severity::Low
                } else {
                    Severity::Medium
                },
            );
        }
    }
    for call in &facts.calls {
        let last = call.path.rsplit('.').next().unwrap_or_default();
        if EXECUTES.contains(&last) {
            found.add(
                info,
                subject,
                Some(call.offset as u64),
                format!("calls {}", quoted(&call.path)),
            );
            let arguments: Vec<String> = call
                .constant_arguments
                .iter()
                .map(|text| format!("'{text}'"))
                .collect();
            let shown = format!("{}({})", call.path, arguments.join(", "));
            found.would(subject, call.offset as u64, shown);
        }
    }
}

/// True for the name of a page, which programs write from templates of their own.
fn is_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ending = name.strip_suffix(".jinja").unwrap_or(&name);
    (ending.ends_with(".html") || ending.ends_with(".htm")) && !name.contains("chat")
}

/// Functions that run something, under whatever object they are reached.
const EXECUTES: [&str; 9] = [
    "popen",
    "system",
    "eval",
    "exec",
    "__import__",
    "import_module",
    "check_output",
    "Popen",
    "execfile",
];

/// Attributes that lead from any object to the interpreter, besides names between double underscores.
const INTERNALS: [&str; 17] = [
    "mro",
    "gi_frame",
    "gi_code",
    "cr_frame",
    "f_globals",
    "f_builtins",
    "f_locals",
    "f_back",
    "func_globals",
    "func_code",
    "tb_frame",
    "ag_frame",
    "co_consts",
    "_module",
    "_TemplateReference__context",
    "_loader_globals",
    "subclasses",
];

fn is_internal(name: &str) -> bool {
    (name.len() > 4 && name.starts_with("__") && name.ends_with("__")) || INTERNALS.contains(&name)
}
