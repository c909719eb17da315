//! See `harmful_object.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::standing::{Judged, dotted};
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "keras-harmful-object",
        summary: "the configuration of a Keras model names something that runs code, opens files or disarms the loader",
        page: include_str!("harmful_object.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-502", "CWE-470"],
        help: "do not load it: no model needs this",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Keras(facts) = &subject.facts else {
        return;
    };
    for (object, judged) in facts.objects() {
        let Judged::Harmful { does, at_once } = judged else {
            continue;
        };
        let name = quoted(&dotted(object));
        let place = quoted(&object.spot.path);
        let severity = if *at_once {
            Severity::Critical
        } else {
            info.severity
        };
        let message = format!("{place} names {name}, which {does}");
        found.add_with(info, subject, None, message, severity);
        found.would(
            subject,
            0,
            format!("look up {} and use it as part of the model", dotted(object)),
        );
    }
    for spot in &facts.switched_off {
        let message = format!(
            "{} turns the protection of the loader off",
            quoted(&spot.path)
        );
        found.add(info, subject, None, message);
    }
}
