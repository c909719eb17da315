//! See `stream_broken.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::pickle::Ended;

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-stream-broken",
        summary: "the pickle breaks before it ends: what follows was not examined",
        page: include_str!("stream_broken.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "a loader runs everything before the break; fetch the artifact again and compare digests",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for stream in &facts.streams {
        if let Ended::Broken { offset, reason } = &stream.ended {
            found.add(
                info,
                subject,
                Some(*offset),
                format!(
                    "the stream that begins at byte {} breaks: {reason}",
                    stream.start
                ),
            );
        }
    }
}
