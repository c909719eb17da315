//! One self-contained page: no script, nothing fetched, readable on paper and on a telephone.

mod card;

use askama::Template;
use waybill_domain::{Report, RuleInfo, Severity, Verdict};

use card::Card;

use crate::loading::Line;
use crate::neutral::{neutral, neutral_ends};
use crate::order::{admitted, refused};
use crate::page::{Block, Span, blocks, spans};
use crate::render::Rendered;
use crate::words::{self, LONGEST_NAME, count, plural, size};
use crate::{totals, words::short_digest};

/// As many cards are unfolded; a page with thousands of open ones is no longer looked at.
const OPEN_CARDS: usize = 20;

pub(crate) fn render(report: &Report, rules: &[&RuleInfo]) -> Rendered {
    let mut page = Page::new(report, rules).render()?;
    page.push('\n');
    Ok(page)
}

/// What the template shows. Words of artifacts are neutral here; the template escapes them.
#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    target: String,
    verdict: &'static str,
    class: &'static str,
    sign: &'static str,
    meaning: &'static str,
    complete: bool,
    looked_at: String,
    exact_bytes: String,
    tool: String,
    rules_known: Option<String>,
    rule_set: String,
    rule_set_short: String,
    bar: Vec<Share>,
    totals: Vec<(u64, String)>,
    not_examined: Option<String>,
    unread: Vec<String>,
    advisories: Vec<String>,
    statements: Vec<String>,
    exceptions: Vec<String>,
    cards: Vec<Card>,
    admitted: Vec<Row>,
    admitted_words: String,
    reference: Vec<Entry>,
}

/// A stretch of the bar of totals.
struct Share {
    class: &'static str,
    count: u64,
    words: String,
}

/// An admitted artifact.
struct Row {
    path: String,
    format: String,
    size: String,
    exact_bytes: String,
    sha256: String,
    notes: String,
}

/// A rule that made a finding, with its page.
struct Entry {
    id: &'static str,
    summary: Vec<Span>,
    severity: Severity,
    confidence: &'static str,
    answers: String,
    blocks: Vec<Block>,
}

impl Page {
    fn new(report: &Report, rules: &[&RuleInfo]) -> Self {
        let reference = reference(report, rules);
        let known: Vec<_> = reference.iter().map(|entry| entry.id).collect();
        let tool = &report.tool;
        let admitted = admitted(report);
        Self {
            target: neutral_ends(&report.target, LONGEST_NAME),
            verdict: words::verdict(report.verdict),
            class: report.verdict.map_or("none", Verdict::as_str),
            sign: sign(report.verdict),
            meaning: words::meaning(report.verdict),
            complete: report.complete,
            looked_at: totals::looked_at(&report.summary),
            exact_bytes: plural(report.summary.bytes, "byte"),
            tool: format!("{} {}", neutral(&tool.name), neutral(&tool.version)),
            rules_known: (!rules.is_empty()).then(|| plural(count(rules), "rule")),
            rule_set: neutral(&tool.rules).into_owned(),
            rule_set_short: neutral(short_digest(&tool.rules)).into_owned(),
            bar: bar(report),
            totals: totals::totals(&report.summary),
            not_examined: totals::not_examined_words(report),
            unread: words::unread(report),
            advisories: words::advisories(report),
            statements: report.statements.iter().map(words::statement).collect(),
            exceptions: report.exceptions.iter().map(words::exception).collect(),
            cards: refused(report)
                .into_iter()
                .enumerate()
                .map(|(index, artifact)| Card::new(artifact, index < OPEN_CARDS, &known))
                .collect(),
            admitted_words: plural(count(&admitted), "artifact"),
            admitted: admitted.into_iter().map(row).collect(),
            reference,
        }
    }
}

fn sign(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "–",
        Some(Verdict::Admit) => "✓",
        Some(Verdict::Quarantine) => "!",
        Some(Verdict::Reject) => "✕",
    }
}

fn bar(report: &Report) -> Vec<Share> {
    let summary = &report.summary;
    [
        (Verdict::Reject, summary.reject),
        (Verdict::Quarantine, summary.quarantine),
        (Verdict::Admit, summary.admit),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(verdict, count)| Share {
        class: verdict.as_str(),
        count,
        words: format!("{count} {verdict}"),
    })
    .collect()
}

fn row(artifact: &waybill_domain::Artifact) -> Row {
    let mut notes: Vec<_> = Vec::new();
    for finding in &artifact.findings {
        let excepted = finding.excepted.as_ref().map(words::excepted);
        let message = crate::neutral::neutral_start(&finding.message, words::LONGEST_TEXT);
        let excepted = excepted.map_or_else(String::new, |words| format!(" ({words})"));
        notes.push(format!("{}: {message}{excepted}", finding.severity));
    }
    let names = artifact.allowed.iter().map(|global| &global.name);
    notes.extend(names.map(|name| format!("allowed: {}", neutral_ends(name, LONGEST_NAME))));
    let sampled = artifact.sampled.iter();
    notes.extend(
        sampled.map(|text| format!("sampled: {}", neutral_ends(text, words::LONGEST_TEXT))),
    );
    Row {
        path: neutral_ends(&artifact.path, LONGEST_NAME),
        format: neutral_ends(&artifact.format, LONGEST_NAME),
        size: size(artifact.size_bytes),
        exact_bytes: plural(artifact.size_bytes, "byte"),
        sha256: card::digest(artifact),
        notes: notes.join("; "),
    }
}

/// The rules that made a finding, in the order of the rule list.
fn reference(report: &Report, rules: &[&RuleInfo]) -> Vec<Entry> {
    let findings = report
        .artifacts
        .iter()
        .flat_map(|artifact| &artifact.findings);
    let fired: std::collections::BTreeSet<&str> =
        findings.map(|finding| finding.rule.as_str()).collect();
    rules
        .iter()
        .filter(|info| fired.contains(info.id))
        .map(|info| Entry {
            id: info.id,
            summary: spans(info.summary),
            severity: info.severity,
            confidence: info.confidence.as_str(),
            answers: info.answers.join(", "),
            blocks: blocks(info.page),
        })
        .collect()
}
