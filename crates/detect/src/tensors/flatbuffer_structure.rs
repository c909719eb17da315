//! See `flatbuffer_structure.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::flatbuffers::ProblemKind;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "flatbuffer-structure",
        summary: "the tables of the model do not hold together",
        page: include_str!("flatbuffer_structure.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "CWE-20"],
        help: "do not load it with a runtime that skips verification; ask its supplier for a whole file",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let problems = match &subject.facts {
        Facts::Tflite(facts) => &facts.problems,
        Facts::Executorch(facts) => &facts.problems,
        Facts::Rknn(facts) => match &facts.graph {
            Some(graph) => &graph.problems,
            None => return,
        },
        _ => return,
    };
    for problem in problems {
        // Told by the rule about limits.
        if !matches!(problem.kind, ProblemKind::LimitReached { .. }) {
            found.add(
                info,
                subject,
                Some(problem.offset),
                problem.kind.to_string(),
            );
        }
    }
}
