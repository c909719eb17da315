//! See `layout_not_public.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Opaque, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "layout-not-public",
        summary: "a part of the model has a layout that nobody publishes: it was searched, not examined",
        page: include_str!("layout_not_public.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-M1", "AML.T0011.000"],
        help: "ask for the model that it was compiled from, examine that, and compile it yourself",
        incomplete: true,
    },
    check,
};

/// Parts that are told one by one.
const TOLD: usize = 16;

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Opaque(parts) = &subject.facts else {
        return;
    };
    // Commands of a device stand in many pieces, which are told together.
    let (minor, major): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.minor);
    for part in major.iter().take(TOLD) {
        let (bytes, end) = (part.end.saturating_sub(part.start), part.end);
        let message = format!("{bytes} bytes up to {end} are {}", part.what);
        found.add(info, subject, Some(part.start), message);
    }
    let more = major.get(TOLD..).unwrap_or_default();
    together(info, subject, more, info.severity, found);
    let (device, others): (Vec<_>, Vec<_>) = minor
        .iter()
        .copied()
        .partition(|part| minor.first().is_some_and(|first| part.what == first.what));
    together(info, subject, &device, Severity::Low, found);
    together(info, subject, &others, Severity::Low, found);
}

/// Tells parts of one kind at once.
fn together(
    info: &RuleInfo,
    subject: &Subject<'_>,
    parts: &[&Opaque],
    severity: Severity,
    found: &mut Found,
) {
    let Some(first) = parts.first() else {
        return;
    };
    let bytes = parts.iter().fold(0_u64, |sum, part| {
        sum.saturating_add(part.end.saturating_sub(part.start))
    });
    let message = match parts.len() {
        1 => format!("{bytes} bytes are {}", first.what),
        pieces => format!("{bytes} bytes in {pieces} pieces are {}", first.what),
    };
    found.add_with(info, subject, Some(first.start), message, severity);
}
