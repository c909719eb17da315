//! What the rules about Python share: each tells the acts of one kind.

use waybill_domain::RuleInfo;

use super::judged::Kind;
use crate::Found;
use crate::examine::{Facts, Subject};

/// Tells every act of one kind that counts by itself.
pub(super) fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found, kind: Kind) {
    let Facts::Python(judged) = &subject.facts else {
        return;
    };
    for act in judged.acts.iter().filter(|act| act.kind == kind) {
        let Some(severity) = act.severity else {
            continue;
        };
        let message = format!("{}, {}", act.moment.when(), act.does);
        found.add_at_line(info, subject, act.line, message, severity);
        found.would(
            subject,
            u64::from(act.line),
            format!("{}: {}", act.moment.when(), act.does),
        );
    }
}
