//! See `patched_global.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::How;

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-patched-global",
        summary: "the pickle changes a module or class in place",
        page: include_str!("patched_global.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "do not load it; what it changes stays changed for the whole process",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for (known, judged) in facts.uses().filter(|(known, _)| known.how == How::Patch) {
        if !matches!(judged, Judged::Allowed(_)) {
            found.add(
                info,
                subject,
                Some(known.offset),
                format!(
                    "changes {} in place: {}",
                    quoted(&dotted(known)),
                    quoted(&known.sample)
                ),
            );
            found.would(subject, known.offset, known.sample.clone());
        }
    }
}
