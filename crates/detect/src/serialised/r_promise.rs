//! See `r_promise.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};
use waybill_formats::r_data::Around;

use super::r_call::{known, shown};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "r-promise",
        summary: "the R data holds a promise, which is evaluated as soon as its value is looked at",
        page: include_str!("r_promise.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not load it; ask its supplier for the numbers alone, and use R 4.4.0 or later",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::R(facts) = &subject.facts else {
        return;
    };
    let mut told = false;
    for call in facts
        .calls
        .iter()
        .filter(|call| call.around == Around::Promise)
    {
        let Some((_, does)) = known(&call.function) else {
            continue;
        };
        told = true;
        let message = format!("a promise calls {}, which {does}", quoted(&shown(call)));
        found.add(info, subject, Some(call.offset), message);
        found.would(subject, call.offset, shown(call));
    }
    if let (false, Some(offset)) = (told, facts.bare_promises.first()) {
        let message = "a promise stands outside of any environment, where R itself never puts one";
        found.add_with(info, subject, Some(*offset), message, Severity::High);
    }
}
