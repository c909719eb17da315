//! The verification of a model's signature, for a person at a terminal.

use std::fmt::Write as _;

use waybill_domain::signing::{Difference, DifferenceKind, ModelSigner, Verification};

use crate::Options;
use crate::bill::columns;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint};
use crate::words::{plural, short_digest, size};

/// Differences that are shown one by one.
const MOST_SHOWN: usize = 200;

/// Whether the model is what somebody signed, as text: what differs, who signed, and the outcome last.
#[must_use]
pub fn model_verification(verification: &Verification, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let most = if options.verbose {
        usize::MAX
    } else {
        MOST_SHOWN
    };
    let rows: Vec<Vec<String>> = verification
        .differences
        .iter()
        .take(most)
        .map(|difference| {
            vec![
                paint.with(
                    paint::severity(waybill_domain::Severity::High),
                    difference.kind.as_str(),
                ),
                neutral_ends(&difference.path, 80),
                paint.with(FAINT, &neutral(&detail(difference))),
            ]
        })
        .collect();
    let mut text = columns(&rows, 0);
    let hidden = verification.differences.len().saturating_sub(rows.len());
    if hidden > 0 {
        let _ = writeln!(text, "... and {} more", plural(hidden as u64, "difference"));
    }
    for required in &verification.required {
        let (style, word) = if required.met {
            (
                paint::verdict(Some(waybill_domain::Verdict::Admit)),
                "stated",
            )
        } else {
            (
                paint::severity(waybill_domain::Severity::High),
                "not stated",
            )
        };
        let by: Vec<&str> = required
            .signed_by
            .iter()
            .map(|who| match is_key(who) {
                true => short_digest(who),
                false => who.as_str(),
            })
            .collect();
        let why = if required.met {
            format!("by {}", by.join(", "))
        } else {
            required.reasons.join("; ")
        };
        let _ = writeln!(
            text,
            "{}  {}  {}",
            paint.with(style, word),
            neutral(&required.statement),
            paint.with(FAINT, &neutral(&why))
        );
    }
    for note in &verification.notes {
        let _ = writeln!(text, "note: {}", neutral(note));
    }
    if let Some(signer) = &verification.signed_by {
        let _ = writeln!(text, "signed by {}", neutral(&who(signer)));
    }
    if let Some(signed) = &verification.signed {
        let _ = writeln!(
            text,
            "as `{}`, root sha256:{}",
            neutral_ends(&signed.name, 80),
            neutral(&signed.root)
        );
    }
    let (style, outcome) = outcome(verification);
    let _ = writeln!(text, "{}", paint.with(style, &neutral(&outcome)));
    text
}

/// The JSON Schema (2020-12) of `waybill.verification/1`, made from the types.
#[must_use]
pub fn verification_schema() -> serde_json::Value {
    crate::json::schema_of(
        schemars::schema_for!(Verification).to_value(),
        "https://waybill.example/schemas/verification-1.json",
        "Verification of a signed model, version 1",
    )
}

fn outcome(verification: &Verification) -> (anstyle::Style, String) {
    use waybill_domain::Verdict;
    let compared = format!(
        "{} ({}) compared{}",
        plural(verification.files, "file"),
        size(verification.bytes),
        if verification.strict {
            ", strictly"
        } else {
            ""
        }
    );
    match &verification.refused {
        Some(reason) => (
            paint::verdict(Some(Verdict::Reject)),
            format!("the signature does not hold: {reason}"),
        ),
        None if !verification.holds && verification.differences.is_empty() => (
            paint::verdict(Some(Verdict::Reject)),
            format!("the policy is not met: {compared}"),
        ),
        None if verification.holds => (
            paint::verdict(Some(Verdict::Admit)),
            format!("the signature holds: {compared}"),
        ),
        None => (
            paint::verdict(Some(Verdict::Reject)),
            format!(
                "the model is not what was signed: {}, {compared}",
                plural(verification.differences.len() as u64, "difference")
            ),
        ),
    }
}

fn who(signer: &ModelSigner) -> String {
    let key = format!("the {} key {}", signer.algorithm, signer.key);
    let mut text = match (&signer.identity, &signer.subject) {
        (Some(identity), _) => format!(
            "{identity}, as {} vouches",
            signer.identity_issuer.as_deref().unwrap_or("nobody")
        ),
        (None, Some(subject)) => format!("`{subject}` with {key}"),
        (None, None) => key,
    };
    if let Some(authority) = &signer.authority {
        let _ = write!(text, ", certified up to `{authority}`");
    }
    if let Some(at) = &signer.signed_at {
        let _ = write!(text, ", at {at}");
    }
    text
}

fn detail(difference: &Difference) -> String {
    let shown = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        // A digest is recognised by its first digits; what follows it is the place.
        match text.split_once(' ') {
            Some((digest, place)) if digest.len() >= 64 => {
                format!("{} {place}", short_digest(digest))
            }
            None if text.len() >= 64 => short_digest(text).to_owned(),
            _ => text.to_owned(),
        }
    };
    match difference.kind {
        DifferenceKind::Renamed => format!("was `{}`", shown(&difference.signed)),
        DifferenceKind::Changed => format!(
            "signed {}, found {}",
            shown(&difference.signed),
            shown(&difference.found)
        ),
        _ => shown(&difference.found),
    }
}

/// True for the digest of a key; names of certificates and identities come with who vouches for them.
pub(crate) fn is_key(who: &str) -> bool {
    who.len() == 64 && who.bytes().all(|byte| byte.is_ascii_hexdigit())
}
