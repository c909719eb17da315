//! See `hidden_unicode.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_source::unicode::{self, HiddenKind};

use crate::examine::{Facts, Format, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "text-hidden-unicode",
        summary: "the text has characters that nobody sees",
        page: include_str!("hidden_unicode.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "AML.T0051.001", "CWE-1007"],
        help: "show the text with an editor that marks such characters; a model or a program reads them all the same",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let text = match &subject.facts {
        Facts::Text(text) | Facts::Template { text, .. } => text,
        _ => return,
    };
    // A template is given twice, as facts and as text: look at it once.
    if matches!(&subject.facts, Facts::Text(_)) && subject.format == Format::JINJA {
        return;
    }
    for run in unicode::hidden(text).iter().filter(|run| !run.legitimate) {
        let Some(severity) = severity(run.kind, subject.format) else {
            continue;
        };
        let said = run
            .decoded
            .as_deref()
            .map(|said| format!(", which say {}", quoted(said)))
            .unwrap_or_default();
        let message = format!(
            "{} {}{}{said}",
            run.count,
            described(run.kind),
            if run.count == 1 { "" } else { "s" }
        );
        found.add_with(info, subject, Some(run.offset as u64), message, severity);
    }
}

/// What the characters are called.
fn described(kind: HiddenKind) -> &'static str {
    match kind {
        HiddenKind::Direction => "text direction control",
        HiddenKind::ZeroWidth => "zero-width character",
        HiddenKind::Tag => "invisible tag character",
        HiddenKind::VariationSelector => "variation selector",
        HiddenKind::Annotation => "interlinear annotation mark",
        HiddenKind::SoftHyphen => "soft hyphen",
        HiddenKind::HangulFiller => "blank Hangul letter",
        HiddenKind::Ignorable => "ignorable character",
        HiddenKind::PrivateUse => "private-use character",
        HiddenKind::Control => "control character",
    }
}

/// Tags and direction controls hide what a text says; the others are often left over by editors.
/// A vocabulary may hold anything, so plain text is judged more mildly than a template.
fn severity(kind: HiddenKind, format: Format) -> Option<Severity> {
    let template = format == Format::JINJA;
    match kind {
        HiddenKind::Tag => Some(if template {
            Severity::High
        } else {
            Severity::Medium
        }),
        HiddenKind::Direction if template => Some(Severity::High),
        HiddenKind::Direction | HiddenKind::Annotation => Some(Severity::Low),
        HiddenKind::ZeroWidth
        | HiddenKind::VariationSelector
        | HiddenKind::HangulFiller
        | HiddenKind::Ignorable
            if template =>
        {
            Some(Severity::Medium)
        }
        _ => None,
    }
}
