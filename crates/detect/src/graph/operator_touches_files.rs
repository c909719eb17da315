//! See `operator_touches_files.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::graphs::GraphFacts;
use waybill_formats::tensorflow::{Node, TensorFlowFacts};
use waybill_knowledge::{Framework, OperatorEffect, operator_effect};

use super::paths::{Leaves, is_sensitive, leaves};
use super::sources::{Sources, Taken};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "operator-touches-files",
        summary: "the graph holds an operator that reads or writes files of the machine, or reaches the network",
        page: include_str!("operator_touches_files.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-73", "CWE-22"],
        help: "do not run it; a model that was exported for use computes on its inputs only",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let facts = match &subject.facts {
        Facts::TensorFlow(facts) => facts,
        Facts::Paddle(facts) => return paddle(info, subject, facts, found),
        _ => return,
    };
    let mut sources = None;
    for node in &facts.nodes {
        let Some((effect, does)) = operator_effect(Framework::TensorFlow, &node.operator) else {
            continue;
        };
        let sources = sources.get_or_insert_with(|| Sources::new(&facts.nodes));
        let Some((severity, what)) = judged(effect, node, facts, sources) else {
            continue;
        };
        let severity = severity.min(info.severity);
        let operator = quoted(&node.operator);
        let message = match what.is_empty() {
            true => format!("operator {operator} {does}"),
            false => format!("operator {operator} {does}: {what}"),
        };
        found.add_with(info, subject, Some(node.offset), message, severity);
        found.would(subject, node.offset, format!("{does} ({operator}) {what}"));
    }
}

fn paddle(info: &RuleInfo, subject: &Subject<'_>, facts: &GraphFacts, found: &mut Found) {
    for (name, used) in &facts.operators {
        let severity = match operator_effect(Framework::Paddle, name) {
            Some((OperatorEffect::File, _)) => info.severity,
            Some((OperatorEffect::Path | OperatorEffect::Network, _)) => Severity::Medium,
            _ => continue,
        };
        let does = operator_effect(Framework::Paddle, name).map_or("", |(_, does)| does);
        let message = format!("operator {} {does}", quoted(name));
        found.add_with(info, subject, Some(used.offset), message, severity);
    }
}

/// How bad the node is, and what it would touch as far as the graph says.
fn judged(
    effect: OperatorEffect,
    node: &Node,
    facts: &TensorFlowFacts,
    sources: &Sources<'_>,
) -> Option<(Severity, String)> {
    let taken = |input: usize| sources.taken(node, input);
    match effect {
        OperatorEffect::File => Some((Severity::High, named(&taken(0)))),
        OperatorEffect::Path | OperatorEffect::Network => {
            let taken = taken(0);
            let worse = sensitive(&taken).then_some(Severity::High);
            Some((worse.unwrap_or(Severity::Medium), named(&taken)))
        }
        OperatorEffect::Checkpoint => checkpoint(&taken(0)),
        OperatorEffect::Table => table(&taken(1), facts),
        OperatorEffect::Print => {
            let mut texts = node.texts.iter().map(|(_, text)| text);
            let file = texts.find(|text| text.contains("file://"))?;
            Some((Severity::High, quoted(file)))
        }
        OperatorEffect::Debug => {
            let mut texts = node.texts.iter();
            let (_, place) = texts.find(|(_, text)| text.contains("://"))?;
            Some((Severity::Medium, quoted(place)))
        }
        OperatorEffect::Python | OperatorEffect::Process | OperatorEffect::Native => None,
    }
}

/// Every model that was saved holds operators that save it again, to where the caller says.
fn checkpoint(taken: &Taken<'_>) -> Option<(Severity, String)> {
    if taken.nothing {
        return Some((Severity::Medium, "nothing says where".to_owned()));
    }
    let mut odd = taken
        .constants
        .iter()
        .filter(|text| matches!(leaves(text), Some(Leaves::Machine(_) | Leaves::Folder)));
    let place = odd.next()?;
    let severity = if is_sensitive(place) {
        Severity::High
    } else {
        Severity::Medium
    };
    Some((severity, quoted(place)))
}

/// A table is filled from a file of the model itself, if the model names it as one.
fn table(taken: &Taken<'_>, facts: &TensorFlowFacts) -> Option<(Severity, String)> {
    let own = taken.nodes.iter().any(|name| {
        let mut files = facts.own_files.iter();
        files.any(|file| file.tensor.split(':').next() == Some(*name))
    });
    if own {
        return None;
    }
    if taken.nothing {
        return Some((Severity::Medium, "nothing says which".to_owned()));
    }
    let place = taken.constants.first()?;
    let severity = if is_sensitive(place) {
        Severity::High
    } else {
        Severity::Medium
    };
    Some((severity, quoted(place)))
}

fn named(taken: &Taken<'_>) -> String {
    let constants: Vec<String> = taken
        .constants
        .iter()
        .take(4)
        .map(|text| quoted(text))
        .collect();
    constants.join(", ")
}

fn sensitive(taken: &Taken<'_>) -> bool {
    taken.constants.iter().any(|text| is_sensitive(text))
}
