//! See `custom_object.md`, which is both the reference page and the test.

use waybill_domain::{AllowedGlobal, Confidence, RuleInfo, Severity};

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-custom-object",
        summary: "the Keras model needs code that is not part of Keras and does not come with it",
        page: include_str!("custom_object.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "S-R1", "AML.T0011.000", "CWE-829"],
        help: "read the code that defines it; then add the name to waybill.toml as [[allow]] global = \"...\" with a reason",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for (object, judged) in facts.objects() {
        match judged {
            Judged::Allowed(reason) => {
                found.allowed.insert(AllowedGlobal {
                    name: dotted(object),
                    reason: reason.map(ToOwned::to_owned),
                });
            }
            Judged::Custom => {
                let name = quoted(&dotted(object));
                let message = format!(
                    "{} names {name}, which is no part of Keras",
                    quoted(&object.spot.path)
                );
                found.add(info, subject, None, message);
            }
            Judged::Known | Judged::Harmful { .. } => {}
        }
    }
}
