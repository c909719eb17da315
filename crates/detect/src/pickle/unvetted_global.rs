//! See `unvetted_global.md`, which is both the reference page and the test.

use waybill_domain::{AllowedGlobal, Confidence, RuleInfo, Severity};

use waybill_formats::pickle::How;

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};
pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "pickle-unvetted-global",
        summary: "the pickle imports a name that nobody has vetted",
        page: include_str!("unvetted_global.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502"],
        help: "read what the name does when called; if it is harmless, add it to waybill.toml as [[allow]] global = \"...\" with a reason",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for (known, judged) in facts.uses() {
        match judged {
            Judged::Allowed(reason) => {
                found.allowed.insert(AllowedGlobal {
                    name: dotted(known),
                    reason: reason.map(ToOwned::to_owned),
                });
            }
            Judged::Unvetted if known.how == How::Import => {
                let name = dotted(known);
                found.add(
                    info,
                    subject,
                    Some(known.offset),
                    format!("imports {}, which nobody has vetted", quoted(&name)),
                );
            }
            Judged::Unvetted => found.would(subject, known.offset, known.sample.clone()),
            Judged::Carrier if known.how == How::Import && facts.is_called(known) => {}
            Judged::Carrier if known.how == How::Import => {
                // Imported to be handed on: what calls it in the end is not known.
                let name = quoted(&dotted(known));
                found.add(
                    info,
                    subject,
                    Some(known.offset),
                    format!("imports {name}, which carries other calls"),
                );
            }
            Judged::Carrier if known.how == How::Passed => {
                let name = quoted(&dotted(known));
                found.add(
                    info,
                    subject,
                    Some(known.offset),
                    format!("hands on {name}, which carries other calls"),
                );
            }
            Judged::Carrier => {
                found.would(subject, known.offset, known.sample.clone());
                found.add(
                    info,
                    subject,
                    Some(known.offset),
                    format!("calls {}, which carries other calls", quoted(&known.sample)),
                );
            }
            _ => {}
        }
    }
}
