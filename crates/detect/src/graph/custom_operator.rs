//! See `custom_operator.md`, which is both the reference page and the test.

use std::collections::HashSet;

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::graphs::GraphFacts;
use waybill_formats::tensorflow::TensorFlowFacts;
use waybill_knowledge::{Framework, is_onnx_operator, is_tensorflow_operator, operator_effect};
use waybill_source::xml::XmlFacts;

use super::compiled;
use super::operator_runs_code::sounds_like_command;
use super::torch_names::TorchNames;
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "custom-operator",
        summary: "the model needs an operator that its runtime does not have: native code or Python from elsewhere",
        page: include_str!("custom_operator.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-M1", "AML.T0011.000", "CWE-829"],
        help: "find out where the library with that operator comes from and examine it: it runs with the model; or ask for a model of standard operators",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let facts = match &subject.facts {
        Facts::Onnx(facts) => facts,
        Facts::TensorFlow(facts) => return tensorflow(info, subject, facts, found),
        Facts::CoreMl(facts) => return coreml(info, subject, facts, found),
        Facts::Torch(names) => return torch(info, subject, names, found),
        Facts::Rknn(facts) => return compiled::rockchip(info, subject, facts, found),
        Facts::TensorRt(facts) => return compiled::engine(info, subject, facts, found),
        Facts::Xml(facts) => return openvino(info, subject, facts, found),
        _ => return,
    };
    for (operator, used) in &facts.operators {
        let known = match operator.domain.as_str() {
            domain if domain.starts_with("com.microsoft") || domain.starts_with("com.ms.") => true,
            domain => is_onnx_operator(domain, &operator.name),
        };
        let name = operator.name.as_str();
        // What has a rule of its own.
        let does = operator_effect(Framework::Onnx, name).is_some();
        if known || does || sounds_like_command(name) || name.starts_with("PyCustomOpDef") {
            continue;
        }
        let domain = match operator.domain.as_str() {
            "" => "the standard domain".to_owned(),
            domain => quoted(domain),
        };
        let message = format!(
            "operator {} of {domain} is none of ONNX or its runtimes: the library that brings it is code that runs with the model",
            quoted(name)
        );
        found.add(info, subject, Some(used.offset), message);
    }
}

fn tensorflow(info: &RuleInfo, subject: &Subject<'_>, facts: &TensorFlowFacts, found: &mut Found) {
    let functions: HashSet<&str> = facts.functions.iter().map(String::as_str).collect();
    for (name, used) in &facts.operators {
        let name = name.as_str();
        let known = is_tensorflow_operator(name)
            || functions.contains(name)
            || operator_effect(Framework::TensorFlow, name).is_some()
            || sounds_like_command(name);
        if !known {
            let message = format!(
                "operator {} is none of TensorFlow: the library that brings it is code that runs with the model",
                quoted(name)
            );
            found.add(info, subject, Some(used.offset), message);
        }
    }
}

fn coreml(info: &RuleInfo, subject: &Subject<'_>, facts: &GraphFacts, found: &mut Found) {
    for (what, name, offset) in &facts.classes {
        let message = format!(
            "{what} needs the class {} of the program around it",
            quoted(name)
        );
        found.add(info, subject, Some(*offset), message);
    }
}

/// What code and programs of `torch` need that it does not have.
fn torch(info: &RuleInfo, subject: &Subject<'_>, names: &TorchNames, found: &mut Found) {
    for (name, offset) in &names.operators {
        let message = format!(
            "operator {} is none of PyTorch: the library that brings it is code that runs with the model",
            quoted(name)
        );
        found.add(info, subject, Some(*offset), message);
    }
    for (name, offset) in &names.classes {
        let message = format!(
            "class {} is native code from elsewhere: the library that brings it runs with the model",
            quoted(name)
        );
        found.add(info, subject, Some(*offset), message);
    }
}

/// Layers of OpenVINO whose set of operators is none of its own.
fn openvino(info: &RuleInfo, subject: &Subject<'_>, facts: &XmlFacts, found: &mut Found) {
    if facts.root == "CustomLayer" {
        let message = "describes a layer whose kernel is source code for the device";
        found.add(info, subject, Some(0), message);
    }
    if facts.root != "net" {
        return;
    }
    for ((kind, set), offset) in &facts.layers {
        let known = set.is_empty()
            || set
                .strip_prefix("opset")
                .is_some_and(|number| number.parse::<u16>().is_ok())
            || matches!(
                set.as_str(),
                "experimental" | "ie_internal_opset" | "type_relaxed_opset" | "ie_opset" | "util"
            );
        if !known && !sounds_like_command(kind) {
            let message = format!(
                "operator {} of {} is none of OpenVINO: the library that brings it is code that runs with the model",
                quoted(kind),
                quoted(set)
            );
            found.add(info, subject, Some(*offset as u64), message);
        }
    }
}
