//! See `unexpected_use.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::How;

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-unexpected-use",
        summary: "the pickle uses a known name in a way that its library does not",
        page: include_str!("unexpected_use.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "compare with a pickle that the library itself wrote; a known name with other arguments can do other things",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for (known, judged) in facts.uses() {
        if known.how != How::Patch && matches!(judged, Judged::Unexpected) {
            let name = quoted(&dotted(known));
            let how = match &known.how {
                How::Call(Some(count)) => format!(
                    "calls {name} with {count} argument{}",
                    if *count == 1 { "" } else { "s" }
                ),
                How::Call(None) => format!("calls {name} with arguments that cannot be counted"),
                How::New(_) => format!("instantiates {name} in an unusual way"),
                How::State(_) => format!("sets a state on {name} that it does not take"),
                How::Items => format!("adds items to {name}"),
                How::Attribute(attribute) => {
                    format!("looks up {} on an instance of {name}", quoted(attribute))
                }
                How::Method(method) => format!("calls {} on an instance of {name}", quoted(method)),
                How::CallResult => format!("calls what {name} returns"),
                How::Import | How::Carry | How::Passed | How::Patch => format!("uses {name}"),
            };
            found.add(info, subject, Some(known.offset), how);
            found.would(subject, known.offset, known.sample.clone());
        }
    }
}
