//! See `embedded_program.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Embedded, Facts, Position, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "embedded-program",
        summary: "a program stands among bytes that should be numbers, or behind what the format explains",
        page: include_str!("embedded_program.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R3", "M-R1", "AML.T0018.002", "CWE-506"],
        help: "do not use the artifact; keep it for whoever answers incidents, and find the code that would take the program out and run it",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Embedded(Embedded {
        image,
        offset,
        position,
    }) = subject.facts
    else {
        return;
    };
    let place = match position {
        Position::StartOf(tensor) => format!("at the start of the tensor {}", quoted(tensor)),
        Position::Inside(tensor, 1) => format!("1 byte into the tensor {}", quoted(tensor)),
        Position::Inside(tensor, into) => {
            format!("{into} bytes into the tensor {}", quoted(tensor))
        }
        Position::Before => "before the first tensor".to_owned(),
        Position::After(tensor) => {
            format!(
                "behind the tensor {}, in bytes of no tensor",
                quoted(tensor)
            )
        }
        Position::Behind => "behind the last tensor".to_owned(),
        Position::End => "behind the end of the format".to_owned(),
        Position::Engine => {
            "in the engine: a library that loading the engine loads, before anything is checked"
                .to_owned()
        }
        Position::Unstructured => "in bytes that no structure explains".to_owned(),
    };
    // The rule about the beginnings of tensors speaks of archives there.
    if !image.is_program() && matches!(position, Position::StartOf(_)) {
        return;
    }
    let severity = match image.is_program() {
        true => info.severity,
        false => Severity::Medium,
    };
    let message = format!("{} begins {place}", image.as_str());
    found.add_with(info, subject, Some(*offset), message, severity);
}
