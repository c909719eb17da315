//! What the rules about commands share: each tells the acts of one kind.

use waybill_domain::RuleInfo;

use super::judged::Kind;
use crate::Found;
use crate::examine::{Facts, Subject};

/// Tells every act of one kind.
pub(crate) fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found, kind: Kind) {
    let Facts::Commands(judged) = &subject.facts else {
        return;
    };
    for act in judged.acts.iter().filter(|act| act.kind == kind) {
        let message = format!("{}, {}", judged.when, act.does);
        found.add_at_line(info, subject, act.line, message, act.severity);
        found.would(
            subject,
            u64::from(act.line),
            format!("{}: {}", judged.when, act.does),
        );
    }
}
