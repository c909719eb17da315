//! See `operator_runs_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::graphs::GraphFacts;
use waybill_formats::tensorflow::TensorFlowFacts;
use waybill_knowledge::{
    Framework, OperatorEffect, is_onnx_operator, is_tensorflow_operator, operator_effect,
};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "operator-runs-code",
        summary: "the graph holds an operator that calls Python, runs a command or loads compiled code",
        page: include_str!("operator_runs_code.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-94", "CWE-78"],
        help: "do not run it; ask for the model with standard operators only, and for the Python code that it called",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let facts = match &subject.facts {
        Facts::Onnx(facts) => facts,
        Facts::TensorFlow(facts) => return tensorflow(info, subject, facts, found),
        Facts::Paddle(facts) => return paddle(info, subject, facts, found),
        _ => return,
    };
    for (operator, used) in &facts.operators {
        let name = operator.name.as_str();
        let known = is_onnx_operator(&operator.domain, name);
        let Some((severity, does)) = runs(Framework::Onnx, name, known) else {
            continue;
        };
        let message = format!("operator {} {does}", quoted(name));
        found.add_with(info, subject, Some(used.offset), message, severity);
        found.would(subject, used.offset, format!("{does}: {}", quoted(name)));
    }
}

fn tensorflow(info: &RuleInfo, subject: &Subject<'_>, facts: &TensorFlowFacts, found: &mut Found) {
    for (name, used) in &facts.operators {
        let known = is_tensorflow_operator(name) || facts.functions.contains(name);
        let Some((severity, does)) = runs(Framework::TensorFlow, name, known) else {
            continue;
        };
        let message = format!("operator {} {does}", quoted(name));
        found.add_with(info, subject, Some(used.offset), message, severity);
        found.would(subject, used.offset, format!("{does}: {}", quoted(name)));
    }
    for text in &facts.keras {
        if has_lambda(&text.text) {
            let message = format!(
                "{} is a Lambda layer: Keras runs the bytecode in it when it loads the model",
                quoted(&text.name)
            );
            found.add_with(info, subject, Some(text.offset), message, Severity::High);
        }
    }
}

fn paddle(info: &RuleInfo, subject: &Subject<'_>, facts: &GraphFacts, found: &mut Found) {
    for (name, used) in &facts.operators {
        if let Some((severity, does)) = runs(Framework::Paddle, name, false) {
            let message = format!("operator {} {does}", quoted(name));
            found.add_with(info, subject, Some(used.offset), message, severity);
            found.would(subject, used.offset, format!("{does}: {}", quoted(name)));
        }
    }
}

/// True if the configuration of an object of Keras is, or holds, a layer that is Python bytecode.
fn has_lambda(configuration: &str) -> bool {
    let packed = configuration.split_ascii_whitespace();
    let packed: String = packed.collect::<Vec<_>>().concat();
    packed.contains("\"class_name\":\"Lambda\"") || packed.contains("\"class_name\":\"__lambda__\"")
}

/// What the operator runs besides computing, and how bad that is.
pub(super) fn runs(
    framework: Framework,
    name: &str,
    known: bool,
) -> Option<(Severity, &'static str)> {
    match operator_effect(framework, name) {
        Some((OperatorEffect::Python | OperatorEffect::Process, does)) => {
            Some((Severity::Critical, does))
        }
        Some((OperatorEffect::Native, does)) => Some((Severity::Medium, does)),
        Some(_) => None,
        None if known => None,
        None if name.starts_with("PyCustomOpDef") => {
            Some((Severity::Critical, "calls a Python function"))
        }
        None => sounds_like_command(name).then_some((
            Severity::High,
            "is nobody's, and its name says that it runs commands",
        )),
    }
}

/// True if an operator that nobody knows is named like something that runs commands or code.
pub(crate) fn sounds_like_command(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "shell",
        "exec",
        "system",
        "subprocess",
        "popen",
        "spawn",
        "command",
        "eval",
        "python",
        "script",
        "payload",
        "backdoor",
    ];
    let lower = name.to_ascii_lowercase();
    // Retrieval, medieval and evaluation are none of it.
    let lower = lower.replace("evaluat", "").replace("ieval", "");
    WORDS.iter().any(|word| lower.contains(word))
}
