//! How what a system is made of comes in, for a person at a terminal.

use std::fmt::Write as _;

use waybill_domain::retrieval::{
    AttestationOutcome, Fixing, PackageAttestation, Retrieval, RetrievalSource,
};
use waybill_domain::{Severity, Verdict};

use crate::Options;
use crate::bill::columns;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint};
use crate::words::plural;

/// Loose entries and attestations that are shown one by one, of each.
const SHOWN: usize = 20;

/// What fixes what is fetched, as text: file by file, then what is loose, what was attested, and the
/// outcome last.
#[must_use]
pub fn retrieval(retrieval: &Retrieval, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let rows: Vec<Vec<String>> = retrieval
        .sources
        .iter()
        .map(|source| row(source, paint))
        .collect();
    let mut text = columns(&rows, 0);
    let most = if options.verbose { usize::MAX } else { SHOWN };
    let loose: Vec<Vec<String>> = retrieval
        .loose
        .iter()
        .take(most)
        .map(|entry| {
            let line = entry.line.map_or(String::new(), |line| format!(":{line}"));
            vec![
                paint.with(style(entry.fixing), words(entry.fixing)),
                neutral_ends(&entry.component, 80),
                paint.with(FAINT, &format!("{}{line}", neutral_ends(&entry.path, 60))),
            ]
        })
        .collect();
    section(&mut text, &loose, retrieval.loose.len());
    let unfixed: Vec<Vec<String>> = retrieval
        .unfixed
        .iter()
        .take(most)
        .map(|file| {
            let why = match file.sha256 {
                Some(_) => "lies here; no entry names its bytes, and nobody attested them",
                None => "lies here, and cannot be read",
            };
            vec![
                paint.with(style(Fixing::Name), "not fixed by anything"),
                neutral_ends(&file.path, 80),
                paint.with(FAINT, why),
            ]
        })
        .collect();
    section(&mut text, &unfixed, retrieval.unfixed.len());
    let told: Vec<&PackageAttestation> = retrieval
        .attestations
        .iter()
        .filter(|attestation| {
            options.verbose
                || attestation.outcome != AttestationOutcome::Elsewhere
                || attestation.reason.is_some()
        })
        .collect();
    let rows: Vec<Vec<String>> = told
        .iter()
        .take(most)
        .map(|attestation| attested(attestation, paint))
        .collect();
    section(&mut text, &rows, told.len());
    for unread in &retrieval.unread {
        let _ = writeln!(
            text,
            "not read: {} ({})",
            neutral_ends(&unread.path, 60),
            neutral(&unread.reason)
        );
    }
    if options.verbose {
        for component in &retrieval.unattested {
            let _ = writeln!(text, "nobody attested {}", neutral(component));
        }
    }
    outcome(&mut text, retrieval, paint);
    text
}

fn section(text: &mut String, rows: &[Vec<String>], all: usize) {
    if rows.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&columns(rows, 0));
    let more = all.saturating_sub(rows.len());
    if more > 0 {
        let _ = writeln!(text, "... and {more} more (--verbose lists all)");
    }
}

fn row(source: &RetrievalSource, paint: Paint) -> Vec<String> {
    let mut parts: Vec<String> = Fixing::ALL
        .iter()
        .filter_map(|fixing| {
            let count = source.fixed.get(fixing)?;
            Some(paint.with(style(*fixing), &format!("{count} {}", words(*fixing))))
        })
        .collect();
    if source.attested > 0 {
        parts.push(format!("{} attested", source.attested));
    }
    vec![
        neutral_ends(&source.path, 60),
        if source.entries == 1 {
            "1 entry".to_owned()
        } else {
            format!("{} entries", source.entries)
        },
        parts.join(", "),
    ]
}

fn attested(attestation: &PackageAttestation, paint: Paint) -> Vec<String> {
    let style = match attestation.outcome {
        AttestationOutcome::Verified => paint::verdict(Some(Verdict::Admit)),
        AttestationOutcome::Elsewhere => FAINT,
        AttestationOutcome::Refused => paint::severity(Severity::High),
    };
    let what = attestation
        .component
        .as_ref()
        .or(attestation.subject.as_ref())
        .unwrap_or(&attestation.path);
    let by = match (&attestation.identity, &attestation.key) {
        (Some(identity), _) => format!("by {identity}"),
        (None, Some(_)) => "by the registry's key".to_owned(),
        (None, None) => String::new(),
    };
    let why = attestation.reason.as_ref().unwrap_or(&by);
    vec![
        paint.with(style, attestation.outcome.as_str()),
        neutral_ends(what, 80),
        paint.with(FAINT, &neutral(why)),
    ]
}

const fn words(fixing: Fixing) -> &'static str {
    match fixing {
        Fixing::Digest => "by digest",
        Fixing::WeakDigest => "by a weak digest",
        Fixing::Name => "by name",
        Fixing::Floating => "floating",
    }
}

const fn style(fixing: Fixing) -> anstyle::Style {
    match fixing {
        Fixing::Digest => paint::verdict(Some(Verdict::Admit)),
        Fixing::WeakDigest | Fixing::Name => paint::severity(Severity::Medium),
        Fixing::Floating => paint::severity(Severity::High),
    }
}

fn outcome(text: &mut String, retrieval: &Retrieval, paint: Paint) {
    let summary = &retrieval.summary;
    let by_digest = summary
        .fixed
        .get(&Fixing::Digest)
        .copied()
        .unwrap_or_default();
    let (style, word) = if retrieval.holds {
        (paint::verdict(Some(Verdict::Admit)), "holds")
    } else {
        (paint::verdict(Some(Verdict::Reject)), "does not hold")
    };
    let entries = match summary.entries {
        1 => "1 entry".to_owned(),
        entries => format!("{entries} entries"),
    };
    let unfixed = match retrieval.unfixed.len() as u64 {
        0 => String::new(),
        files => format!("; {} not fixed by anything", plural(files, "file")),
    };
    let _ = writeln!(
        text,
        "\n{}: {by_digest} of {entries} fixed by digest, {} attested; {} verified, {} refused{unfixed}",
        paint.with(style, word),
        summary.attested,
        plural(summary.verified, "attestation"),
        summary.refused,
    );
}

/// The JSON Schema (2020-12) of `waybill.retrieval/1`, made from the types.
#[must_use]
pub fn retrieval_schema() -> serde_json::Value {
    crate::json::schema_of(
        schemars::schema_for!(Retrieval).to_value(),
        "https://waybill.example/schemas/retrieval-1.json",
        "What fixes and attests what is fetched, version 1",
    )
}
