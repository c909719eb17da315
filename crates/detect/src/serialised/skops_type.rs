//! See `skops_type.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_source::document::{SkopsFacts, SkopsNode};

use crate::config::named::{Named, judge};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Context, Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "skops-type",
        summary: "the skops file builds, or takes, something that no estimator is made of",
        page: include_str!("skops_type.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not pass these names as `trusted`; ask its supplier what they are for",
        incomplete: false,
    },
    check,
};

/// A schema with the standing of each of its nodes.
pub(crate) struct JudgedSkops<'a> {
    pub(crate) facts: &'a SkopsFacts,
    judged: Vec<Option<(Severity, String)>>,
}

impl<'a> JudgedSkops<'a> {
    pub(crate) fn new(facts: &'a SkopsFacts, context: &Context<'_>) -> Self {
        Self {
            facts,
            judged: facts
                .nodes
                .iter()
                .map(|node| of_node(node, context))
                .collect(),
        }
    }
}

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Skops(judged) = &subject.facts else {
        return;
    };
    for (node, verdict) in judged.facts.nodes.iter().zip(&judged.judged) {
        let Some((severity, why)) = verdict else {
            continue;
        };
        let name = quoted(&format!("{}.{}", node.module, node.name));
        let message = format!("{} names {name}: {why}", quoted(&node.loader));
        found.add_at_line(info, subject, node.line, message, *severity);
        if *severity >= Severity::High {
            let does = format!("{}.{}", node.module, node.name);
            found.would(subject, 0, format!("{} {does}", node.loader));
        }
    }
    if let Some(stopped) = &judged.facts.stopped {
        let line = stopped.line.unwrap_or(1);
        let message = format!("the schema cannot be read to its end: {}", stopped.reason);
        found.add_at_line(info, subject, line, message, Severity::Medium);
    }
}

fn of_node(node: &SkopsNode, context: &Context<'_>) -> Option<(Severity, String)> {
    let unlike = |what: &str| Some((Severity::High, what.to_owned()));
    match node.loader.as_str() {
        "MethodNode" => {
            let method = node.attribute.as_deref().unwrap_or_default();
            if method.contains('.') || method.starts_with("__") {
                let what = format!("it reaches {} by way of it", quoted(method));
                return Some((Severity::High, what));
            }
        }
        "OperatorFuncNode" if node.module != "operator" && node.module != "_operator" => {
            return unlike("an operator is looked up outside of the module `operator`");
        }
        "OperatorFuncNode" if matches!(node.name.as_str(), "call" | "methodcaller") => {
            return unlike("it calls whatever it is given");
        }
        _ => {}
    }
    // The kind of a node is written like a name.
    if node.module == "builtins" && KINDS.contains(&node.name.as_str()) {
        return known_loader(node);
    }
    match judge(&format!("{}.{}", node.module, node.name), context) {
        Named::Good => known_loader(node),
        Named::Library => known_loader(node),
        Named::Harmful { does, .. } => Some((Severity::Critical, format!("it {does}"))),
        Named::Loader(does) => Some((Severity::Medium, format!("it {does}"))),
        Named::Indirect if node.loader == "PartialNode" || node.module == "operator" => None,
        Named::Indirect => Some((Severity::Medium, "it calls what it is given".to_owned())),
        Named::Unknown if node.loader == "OperatorFuncNode" => None,
        Named::Unknown => Some((Severity::Medium, "nobody has vetted it".to_owned())),
    }
}

/// Loaders of a later version may do anything.
fn known_loader(node: &SkopsNode) -> Option<(Severity, String)> {
    let known = node.loader.ends_with("Node");
    (!known).then(|| (Severity::Medium, "the loader is not known".to_owned()))
}

/// Plain types of Python, which nodes of every kind give as theirs.
const KINDS: [&str; 22] = [
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "function",
    "int",
    "list",
    "method",
    "builtin_function_or_method",
    "NoneType",
    "object",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
    "type",
    "method-wrapper",
    "ellipsis",
];
