//! See `low_bits_payload.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::planes::Payload;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "low-bits-payload",
        summary: "the low bits of weights, put together, are a program or a text",
        page: include_str!("low_bits_payload.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R3", "AML.T0018.002", "CWE-506"],
        help: "do not use the artifact; find the code that would put the bits together and run them",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::LowBits(low) = subject.facts else {
        return;
    };
    let what = match low.hidden.payload {
        Payload::Image(image) => image.as_str(),
        Payload::Text => "readable text",
    };
    let bits = match low.hidden.bits {
        1 => "lowest bit".to_owned(),
        bits => format!("{bits} lowest bits"),
    };
    let message = format!(
        "the {bits} of each number of the tensor {}, from number {} on, are {what}",
        quoted(low.tensor),
        low.index
    );
    found.add(info, subject, Some(low.offset), message);
}
