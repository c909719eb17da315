//! See `attribute_traversal.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-attribute-traversal",
        summary: "the pickle reaches an object's internals through its attributes",
        page: include_str!("attribute_traversal.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not load it; no pickler writes such names",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for (known, judged) in facts.uses() {
        if let Judged::Traversal(through) = judged {
            found.add(
                info,
                subject,
                Some(known.offset),
                format!(
                    "reaches {} through {}",
                    quoted(&dotted(known)),
                    quoted(through)
                ),
            );
            found.would(subject, known.offset, known.sample.clone());
        }
    }
}
