//! See `call_target.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::named::Named;
use crate::examine::{Facts, NotedKind, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "config-call-target",
        summary: "the settings name something to import and call that is no part of a model library",
        page: include_str!("call_target.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &[
            "M-R1",
            "M-M1",
            "S-R1",
            "AML.T0011.000",
            "CWE-470",
            "CWE-829",
        ],
        help: "do not let a program instantiate these settings before the name is read and admitted",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    found.add_noted(info, subject, NotedKind::Target);
    let Facts::Yaml(facts) = &subject.facts else {
        return;
    };
    for (named, standing) in facts.objects.named.iter().zip(&facts.named) {
        let Some((severity, why)) = judge(&named.key, &named.value, standing) else {
            continue;
        };
        let message = format!(
            "{} names {}: {why}",
            quoted(&named.path),
            quoted(&named.value)
        );
        if severity >= Severity::High {
            found.would(subject, 0, format!("{}(...)", named.value));
        }
        found.add_at_line(info, subject, named.line, message, severity);
    }
}

/// How bad it is that a value stands under such a key.
pub(crate) fn judge(key: &str, value: &str, standing: &Named) -> Option<(Severity, String)> {
    // Under these keys stands code and nothing else.
    let certain = key.starts_with('_') || matches!(key, "class_path" | "loader_module");
    if !certain && !value.contains('.') {
        return None;
    }
    match standing {
        Named::Good | Named::Library => None,
        Named::Harmful { does, leads } => {
            let why = match leads {
                Some(name) => format!("it leads to {}, which {does}", quoted(name)),
                None => format!("it is called and {does}"),
            };
            Some((Severity::Critical, why))
        }
        // An interpolation is judged where it leads.
        _ if value.starts_with("${") || value.contains("???") => None,
        Named::Loader(does) if certain => {
            Some((Severity::Medium, format!("it is called and {does}")))
        }
        Named::Indirect if certain => Some((
            Severity::Medium,
            "it calls what its arguments name, or reaches into the interpreter".to_owned(),
        )),
        Named::Unknown if certain => Some((
            Severity::Medium,
            "it is imported and called, and nobody has vetted it".to_owned(),
        )),
        Named::Loader(_) | Named::Indirect | Named::Unknown => None,
    }
}
