//! What the rules about known-harmful names share: each reports one kind of effect.

use waybill_domain::RuleInfo;
use waybill_formats::pickle::How;
use waybill_knowledge::Effect;

use super::standing::{Judged, dotted};
use crate::Found;
use crate::examine::{Facts, Subject};
use crate::rule::quoted;

/// Reports every name whose known effect is one of `effects`: once where it is imported, and the
/// first call with its arguments.
pub(super) fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found, effects: &[Effect]) {
    let Facts::Pickle(facts) = &subject.facts else {
        return;
    };
    for (known, judged) in facts.uses() {
        let Judged::Harmful(harm, resolved) = judged else {
            continue;
        };
        // A change in place is told by the rule about patched names.
        if !effects.contains(&harm.effect) || matches!(known.how, How::Patch | How::Passed) {
            continue;
        }
        let name = quoted(&dotted(known));
        let leads = resolved
            .as_deref()
            .map(|name| format!(", which is {}", quoted(name)))
            .unwrap_or_default();
        if known.how == How::Import {
            found.add(
                info,
                subject,
                Some(known.offset),
                format!("imports {name}{leads}, which {}", harm.does),
            );
            if !facts.is_called(known) {
                found.would(subject, known.offset, known.sample.clone());
            }
        } else {
            let times = if known.count > 1 {
                format!(" {} times", known.count)
            } else {
                String::new()
            };
            found.add(
                info,
                subject,
                Some(known.offset),
                format!("calls{times} {}", quoted(&known.sample)),
            );
            found.would(subject, known.offset, known.sample.clone());
        }
    }
}
