//! See `limit_reached.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::wrapper::Ended;
use waybill_formats::{Broken, flatbuffers, gguf, hdf5, pickle, safetensors, zip};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "limit-reached",
        summary: "a limit was reached: what follows was not examined",
        page: include_str!("limit_reached.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1"],
        help: "raise the limit in waybill.toml if the artifact is expected to be that large; waybill limits lists those that can be set",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let left_out = left_out(&subject.facts);
    if left_out > 0 {
        found.add(
            info,
            subject,
            None,
            format!("{left_out} more contradictions of its structure were only counted"),
        );
    }
    for (offset, limit) in limits(&subject.facts) {
        found.add(
            info,
            subject,
            offset,
            format!("the limit `{limit}` was reached"),
        );
    }
}

/// Contradictions that the parser counted but did not list.
fn left_out(facts: &Facts<'_>) -> u64 {
    match facts {
        Facts::Zip(facts) => facts.problems_left_out,
        Facts::Tar(facts) => facts.problems_left_out,
        Facts::Safetensors(facts) => facts.problems_left_out,
        Facts::Gguf(facts) => facts.problems_left_out,
        Facts::Executorch(facts) => facts.problems_left_out,
        Facts::Hdf5(facts) => facts.problems_left_out,
        Facts::Tflite(facts) => facts.problems_left_out,
        Facts::Rknn(facts) => facts
            .graph
            .as_ref()
            .map_or(0, |graph| graph.problems_left_out),
        Facts::Numpy(facts) => facts.problems_left_out,
        Facts::Onnx(facts) => facts.problems_left_out,
        _ => 0,
    }
}

/// The limits that were reached, with their places.
fn limits<'a>(facts: &'a Facts<'_>) -> Vec<(Option<u64>, &'a str)> {
    match facts {
        Facts::Limit(limit) => vec![(None, limit)],
        Facts::Wrapper {
            ended: Ended::Limit(limit),
        } => vec![(None, limit)],
        Facts::Pickle(facts) => {
            let ends = facts
                .streams
                .iter()
                .filter_map(|stream| match &stream.ended {
                    pickle::Ended::Limit { offset, limit } => Some((Some(*offset), *limit)),
                    _ => None,
                });
            ends.collect()
        }
        Facts::Zip(facts) => {
            let problems = facts
                .problems
                .iter()
                .filter_map(|problem| match &problem.kind {
                    zip::ProblemKind::Limit(limit) => Some((Some(problem.offset), *limit)),
                    _ => None,
                });
            problems.collect()
        }
        Facts::Safetensors(facts) => {
            let problems = facts
                .problems
                .iter()
                .filter_map(|problem| match &problem.kind {
                    safetensors::ProblemKind::LimitReached { .. } => {
                        Some((Some(problem.offset), "members"))
                    }
                    safetensors::ProblemKind::HeaderOverLimit { .. } => {
                        Some((Some(problem.offset), "header_bytes"))
                    }
                    safetensors::ProblemKind::TextCut { .. } => {
                        Some((Some(problem.offset), "text_bytes"))
                    }
                    _ => None,
                });
            problems.collect()
        }
        Facts::Tflite(facts) => of_flatbuffer(&facts.problems),
        Facts::Executorch(facts) => of_flatbuffer(&facts.problems),
        Facts::Hdf5(facts) => {
            let problems = facts
                .problems
                .iter()
                .filter_map(|problem| match &problem.kind {
                    hdf5::ProblemKind::LimitReached { limit } => {
                        Some((Some(problem.offset), *limit))
                    }
                    _ => None,
                });
            problems.collect()
        }
        Facts::Gguf(facts) => {
            let problems = facts
                .problems
                .iter()
                .filter_map(|problem| match &problem.kind {
                    gguf::ProblemKind::LimitReached { .. } => {
                        Some((Some(problem.offset), "members"))
                    }
                    gguf::ProblemKind::NestedTooDeep { .. } => {
                        Some((Some(problem.offset), "depth"))
                    }
                    gguf::ProblemKind::TextCut { .. } => Some((Some(problem.offset), "text_bytes")),
                    _ => None,
                });
            problems.collect()
        }
        _ => of_messages(facts),
    }
}

/// The same for messages and documents.
fn of_messages<'a>(facts: &Facts<'a>) -> Vec<(Option<u64>, &'a str)> {
    match facts {
        Facts::Onnx(facts) => limit_of(facts.broken),
        Facts::Rknn(facts) => match &facts.graph {
            Some(graph) => of_flatbuffer(&graph.problems),
            None => Vec::new(),
        },
        Facts::TensorFlow(facts) => limit_of(facts.broken),
        Facts::CoreMl(facts) | Facts::Paddle(facts) => limit_of(facts.broken),
        Facts::Xml(facts) => Vec::from_iter(facts.limit.map(|limit| (None, limit))),
        _ => Vec::new(),
    }
}

/// The limit at which the reading of a message ended.
fn limit_of<'a>(broken: Option<Broken>) -> Vec<(Option<u64>, &'a str)> {
    match broken {
        Some(Broken::Limit { offset, limit }) => vec![(Some(offset), limit)],
        _ => Vec::new(),
    }
}

fn of_flatbuffer(problems: &[flatbuffers::Problem]) -> Vec<(Option<u64>, &str)> {
    problems
        .iter()
        .filter_map(|problem| match &problem.kind {
            flatbuffers::ProblemKind::LimitReached { limit } => {
                Some((Some(problem.offset), *limit))
            }
            _ => None,
        })
        .collect()
}
