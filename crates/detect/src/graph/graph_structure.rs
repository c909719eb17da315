//! See `graph_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::onnx::{OnnxFacts, ProblemKind};
use waybill_formats::{Broken, Extent};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "graph-structure",
        summary: "the message that holds a model's graph is damaged, contradicts itself, or holds what the format does not know",
        page: include_str!("graph_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20", "CWE-125"],
        help: "ask its supplier for a whole model, written by an exporter; do not load this one",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    match &subject.facts {
        Facts::Onnx(facts) => onnx(info, subject, facts, found),
        Facts::TensorFlow(facts) => message(info, subject, facts.broken, &facts.unknown, found),
        Facts::CoreMl(facts) | Facts::Paddle(facts) => {
            message(info, subject, facts.broken, &facts.unknown, found);
        }
        Facts::Xml(facts) => {
            if let Some((offset, why)) = facts
                .broken
                .as_ref()
                .filter(|_| subject.format.name != "html")
            {
                let message = format!("the document is damaged: {}", quoted(why));
                // What is no model, and is named like a page or a list of pages, is written by a
                // program that fills it.
                let name = subject.name.to_ascii_lowercase();
                let page = [".html", ".htm", ".xhtml"]
                    .iter()
                    .any(|end| name.ends_with(end));
                let model = subject.format.name != "xml"
                    || matches!(facts.root.as_str(), "net" | "PMML" | "CustomLayer");
                let severity = if page && !model {
                    Severity::Low
                } else {
                    info.severity
                };
                found.add_with(info, subject, Some(*offset as u64), message, severity);
            }
        }
        Facts::CheckpointIndex(facts) => {
            if let Some(broken) = facts.broken {
                found.add(
                    info,
                    subject,
                    None,
                    format!("the table of the checkpoint is damaged: {broken}"),
                );
            }
        }
        _ => {}
    }
}

fn onnx(info: &RuleInfo, subject: &Subject<'_>, facts: &OnnxFacts, found: &mut Found) {
    for problem in &facts.problems {
        let severity = match &problem.kind {
            // Told by the rule about limits.
            ProblemKind::LimitReached { .. } => continue,
            // A number that a newer version of the format may have.
            ProblemKind::UnknownField { length: 0, .. } => Severity::Low,
            ProblemKind::NoGraph => Severity::Low,
            _ => info.severity,
        };
        let message = problem.kind.to_string();
        found.add_with(info, subject, Some(problem.offset), message, severity);
    }
}

/// Unknown fields that are told one by one.
const TOLD: usize = 16;

/// What any message can be: damaged, or with fields that its format does not know.
fn message(
    info: &RuleInfo,
    subject: &Subject<'_>,
    broken: Option<Broken>,
    unknown: &[Extent],
    found: &mut Found,
) {
    match broken {
        Some(Broken::NoField { offset }) => {
            found.add(
                info,
                subject,
                Some(offset),
                ProblemKind::NoField.to_string(),
            );
        }
        Some(Broken::TooLong { offset }) => {
            found.add(
                info,
                subject,
                Some(offset),
                ProblemKind::TooLong.to_string(),
            );
        }
        // Told by the rule about limits.
        Some(Broken::Limit { .. }) | None => {}
    }
    for field in unknown.iter().take(TOLD) {
        let length = field.length;
        let message = format!("a field that the format does not know, with {length} bytes");
        found.add(info, subject, Some(field.start), message);
    }
}
