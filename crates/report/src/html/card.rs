use waybill_domain::{Artifact, Finding, Severity};

use crate::loading::{Line, lines};
use crate::neutral::{neutral_ends, neutral_start};
use crate::order::{Fold, folds};
use crate::page::{Span, spans};
use crate::words::{self, LONGEST_NAME, LONGEST_TEXT, count, plural, size};

/// Loading steps on one card.
const LOADING_SHOWN: usize = 40;

/// A refused artifact.
pub(super) struct Card {
    pub(super) path: String,
    pub(super) verdict: &'static str,
    pub(super) open: bool,
    pub(super) format: String,
    pub(super) size: String,
    pub(super) exact_bytes: String,
    pub(super) sha256: String,
    pub(super) complete: bool,
    /// What policies say beside what the findings show.
    pub(super) policy: Vec<String>,
    pub(super) counted: String,
    /// What decided the verdict.
    pub(super) heavy: Vec<Group>,
    /// Low, informational and excepted findings: folded in.
    pub(super) light: Vec<Group>,
    pub(super) light_words: String,
    pub(super) loading: Vec<Line>,
    pub(super) allowed: Vec<(String, String)>,
}

/// Findings that are alike.
pub(super) struct Group {
    pub(super) severity: Severity,
    pub(super) rule: String,
    /// The rule has an entry in the reference.
    pub(super) linked: bool,
    pub(super) confidence: &'static str,
    pub(super) answers: String,
    pub(super) excepted: Option<String>,
    pub(super) sightings: Vec<Sighting>,
    pub(super) folded: u64,
    pub(super) help: Vec<Span>,
}

/// What was seen, and where.
pub(super) struct Sighting {
    pub(super) message: Vec<Span>,
    pub(super) place: String,
}

impl Card {
    pub(super) fn new(artifact: &Artifact, open: bool, known: &[&str]) -> Self {
        let (heavy, light): (Vec<_>, Vec<_>) = folds(artifact)
            .into_iter()
            .partition(|fold| decides(fold.first()));
        let light_count = light.iter().map(|fold| count(&fold.findings)).sum();
        let group = |fold: &Fold<'_>| Group::new(fold, known);
        Self {
            path: neutral_ends(&artifact.path, LONGEST_NAME),
            verdict: artifact.verdict.as_str(),
            open,
            format: neutral_ends(&artifact.format, LONGEST_NAME),
            size: size(artifact.size_bytes),
            exact_bytes: plural(artifact.size_bytes, "byte"),
            sha256: digest(artifact),
            complete: artifact.complete,
            policy: words::policy_reasons(artifact),
            counted: plural(count(&artifact.findings), "finding"),
            heavy: heavy.iter().map(group).collect(),
            light: light.iter().map(group).collect(),
            light_words: plural(light_count, "finding"),
            loading: lines(artifact, LOADING_SHOWN),
            allowed: artifact.allowed.iter().map(allowed).collect(),
        }
    }
}

impl Group {
    fn new(fold: &Fold<'_>, known: &[&str]) -> Self {
        let first = fold.first();
        let (shown, folded) = fold.shown(false);
        Self {
            severity: first.severity,
            rule: neutral_ends(&first.rule, LONGEST_NAME),
            linked: known.contains(&first.rule.as_str()),
            confidence: first.confidence.as_str(),
            answers: neutral_start(&first.answers.join(", "), LONGEST_TEXT),
            excepted: first.excepted.as_ref().map(words::excepted),
            sightings: shown.iter().map(|finding| sighting(finding)).collect(),
            folded,
            help: spans(&neutral_start(&first.help, LONGEST_TEXT)),
        }
    }
}

fn sighting(finding: &Finding) -> Sighting {
    Sighting {
        message: spans(&neutral_start(&finding.message, LONGEST_TEXT)),
        place: words::place(&finding.place),
    }
}

fn allowed(global: &waybill_domain::AllowedGlobal) -> (String, String) {
    let reason = global.reason.as_deref().unwrap_or_default();
    (
        neutral_ends(&global.name, LONGEST_NAME),
        neutral_start(reason, LONGEST_TEXT),
    )
}

fn decides(finding: &Finding) -> bool {
    finding.excepted.is_none() && finding.severity >= Severity::Medium
}

pub(super) fn digest(artifact: &Artifact) -> String {
    let digest = artifact.digests.sha256.as_ref();
    digest.map_or_else(String::new, |digest| {
        neutral_ends(digest.as_str(), LONGEST_NAME)
    })
}
