//! See `interpolation.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::named::Named;
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "config-interpolation",
        summary: "a value of the settings is computed by code that stands in it",
        page: include_str!("interpolation.md"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-95"],
        help: "write the value out; do not register a resolver that evaluates text",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Yaml(facts) = &subject.facts else {
        return;
    };
    for (one, standing) in facts.objects.interpolations.iter().zip(&facts.arguments) {
        let evaluates = EVALUATING.contains(&one.resolver.as_str());
        let code = CODE.iter().any(|word| one.argument.contains(word));
        let harmful = matches!(standing, Named::Harmful { .. }) && one.argument.contains('.');
        let severity = match (evaluates, code, harmful) {
            (true, true, _) => info.severity,
            (_, _, true) if one.resolver.starts_with("get_") => info.severity,
            (false, true, _) if one.argument.contains("__import__") => Severity::Medium,
            _ => continue,
        };
        let shown = quoted(&format!("${{{}:{}}}", one.resolver, one.argument));
        let message = format!("{} is computed: {shown}", quoted(&one.path));
        found.add_at_line(info, subject, one.line, message, severity);
    }
}

/// Names under which resolvers that evaluate text are registered.
const EVALUATING: [&str; 8] = [
    "eval", "exec", "python", "py", "lambda", "code", "oc.eval", "expr",
];

/// What arithmetic has no need of.
const CODE: [&str; 11] = [
    "__",
    "import",
    "open(",
    "exec(",
    "eval(",
    "compile(",
    "getattr(",
    "os.",
    "subprocess",
    "system(",
    "popen",
];
