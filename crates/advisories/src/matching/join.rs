//! One match of all records of the same weakness, joined with what else is known of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use waybill_domain::advisory::{AdvisoryKind, Epss, Exploited, FeedFormat, Match, Priority};
use waybill_domain::inventory::Component;
use waybill_domain::{Date, Severity};

use super::found::{Found, Hit, fixed, is_about_components};
use super::{Holdings, priority};
use crate::error::HeldError;
use crate::{names, score};

/// Links that a match carries.
const REFERENCES: usize = 10;

/// The matches of one component.
pub(super) fn matches(
    component: &Component,
    found: &Found,
    holdings: &Holdings,
    today: Date,
) -> Result<Vec<Match>, HeldError> {
    let hits: Vec<&Hit> = found
        .hits
        .iter()
        .filter(|hit| is_about_components(hit.advisory.kind))
        .collect();
    let mut matches = Vec::new();
    for group in groups(&hits) {
        matches.push(one(component, found, &group, holdings, today)?);
    }
    Ok(matches)
}

/// Hits that share an id or alias, directly or through others.
fn groups<'a>(hits: &[&'a Hit]) -> Vec<Vec<&'a Hit>> {
    // Each hit points at one of its group that stands before it, or at itself.
    let mut leads: Vec<usize> = (0..hits.len()).collect();
    let mut first_with: HashMap<String, usize> = HashMap::new();
    for (place, hit) in hits.iter().enumerate() {
        for id in std::iter::once(&hit.advisory.id).chain(&hit.advisory.aliases) {
            let other = *first_with.entry(id.to_ascii_uppercase()).or_insert(place);
            let (one, other) = (lead(&mut leads, place), lead(&mut leads, other));
            if let Some(joined) = leads.get_mut(one.max(other)) {
                *joined = one.min(other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Hit>> = BTreeMap::new();
    for (place, hit) in hits.iter().enumerate() {
        groups
            .entry(lead(&mut leads, place))
            .or_default()
            .push(*hit);
    }
    groups.into_values().collect()
}

/// The first of a group; the way to it is halved on the way.
fn lead(leads: &mut [usize], mut place: usize) -> usize {
    while let Some(next) = leads.get(place).copied().filter(|next| *next != place) {
        let after = leads.get(next).copied().unwrap_or(next);
        if let Some(pointer) = leads.get_mut(place) {
            *pointer = after;
        }
        place = after;
    }
    place
}

/// How much a record says: what marks it as malicious first, then a score, a fix, and the databases
/// that people look after.
fn weight(found: &Found, hit: &Hit) -> (bool, bool, bool, u8) {
    let advisory = &hit.advisory;
    let known = [
        "GHSA-", "RUSTSEC-", "PYSEC-", "GO-", "DSA-", "USN-", "RHSA-",
    ];
    let rank = known
        .iter()
        .position(|prefix| advisory.id.starts_with(prefix));
    (
        advisory.id.starts_with("MAL-"),
        !advisory.vectors.is_empty(),
        !fixed(found.order, hit).is_empty(),
        rank.map_or(0, |rank| 8 - rank as u8),
    )
}

fn heaviest_first<'a>(found: &Found, group: &[&'a Hit]) -> Vec<&'a Hit> {
    let mut members = group.to_vec();
    members.sort_by(|one, other| {
        weight(found, other)
            .cmp(&weight(found, one))
            .then_with(|| one.advisory.id.cmp(&other.advisory.id))
    });
    members
}

fn one(
    component: &Component,
    found: &Found,
    group: &[&Hit],
    holdings: &Holdings,
    today: Date,
) -> Result<Match, HeldError> {
    let members = heaviest_first(found, group);
    let Some(best) = members.first() else {
        // A group has at least one member.
        return Err(HeldError::Foreign);
    };
    let ids: BTreeSet<String> = members
        .iter()
        .flat_map(|hit| std::iter::once(&hit.advisory.id).chain(&hit.advisory.aliases))
        .cloned()
        .collect();
    let remedied = remedied(&ids, &members);
    let kind = kind(&members);
    let cvss = score::chosen(members.iter().flat_map(|hit| &hit.advisory.vectors));
    let words = members.iter().filter_map(|hit| hit.advisory.severity).max();
    let severity = severity(kind, cvss.as_ref().map(|cvss| cvss.score), words);
    let fixes = members
        .iter()
        .map(|hit| fixed(found.order, hit))
        .find(|fixes| !fixes.is_empty())
        .unwrap_or_default();
    let replacement = members
        .iter()
        .find_map(|hit| hit.advisory.replacement.clone());
    let feed = best.feed.and_then(|index| holdings.feeds.get(index));
    let mut joined = Match {
        component: component.id.clone(),
        name: component.full_name(),
        version: component.version.clone(),
        ecosystem: best.package.ecosystem.clone(),
        advisory: best.advisory.id.clone(),
        aliases: others(&ids, &best.advisory.id),
        kind,
        summary: summary(&members),
        severity,
        cvss,
        exploited: exploited(&remedied, holdings)?,
        epss: epss(&remedied, holdings)?,
        malicious: kind == AdvisoryKind::Malicious,
        certain: members.iter().any(|hit| hit.certain),
        priority: Priority::default(),
        upgrade: replacement.or_else(|| fixes.first().cloned()),
        fixed: fixes,
        weaknesses: weaknesses(&members),
        references: references(&members),
        places: component.occurrences.clone(),
        feed: feed.map_or_else(
            || crate::embedded::NAME.to_owned(),
            |(state, _)| state.name.clone(),
        ),
    };
    joined.priority = priority::of(&joined, component, words.is_none(), today);
    Ok(joined)
}

/// All ids of a weakness, and those that the notice of a distribution is about: a DSA, USN or RHSA has
/// no CVE as an alias because it remedies several of them, which it names as `upstream` or `related`.
/// What other records name as related is another weakness.
fn remedied(ids: &BTreeSet<String>, members: &[&Hit]) -> BTreeSet<String> {
    let about_one = |hit: &Hit| {
        let mut aliases = hit.advisory.aliases.iter();
        aliases.any(|alias| hit.advisory.id.ends_with(alias.as_str()))
    };
    let named = members
        .iter()
        .filter(|hit| names::is_distribution(&hit.package.ecosystem) && !about_one(hit))
        .flat_map(|hit| &hit.advisory.related);
    let named = named.map(|id| id.to_ascii_uppercase());
    ids.iter().cloned().chain(named).collect()
}

fn others(ids: &BTreeSet<String>, id: &str) -> Vec<String> {
    ids.iter().filter(|other| *other != id).cloned().collect()
}

/// The first that says anything.
fn summary(members: &[&Hit]) -> String {
    let mut summaries = members.iter().map(|hit| &hit.advisory.summary);
    let first = summaries.find(|summary| !summary.is_empty());
    first.cloned().unwrap_or_default()
}

/// What weighs most of what they say.
fn kind(members: &[&Hit]) -> AdvisoryKind {
    let kinds = members.iter().map(|hit| hit.advisory.kind);
    let heaviest = kinds.max_by_key(|kind| match kind {
        AdvisoryKind::Malicious => 4,
        AdvisoryKind::Revoked => 3,
        AdvisoryKind::Retired => 2,
        AdvisoryKind::Vulnerable => 1,
        _ => 0,
    });
    heaviest.unwrap_or_default()
}

fn weaknesses(members: &[&Hit]) -> Vec<String> {
    let all: BTreeSet<String> = members
        .iter()
        .flat_map(|hit| hit.advisory.weaknesses.iter().cloned())
        .collect();
    all.into_iter().collect()
}

fn references(members: &[&Hit]) -> Vec<String> {
    let mut references: Vec<String> = Vec::new();
    for reference in members.iter().flat_map(|hit| &hit.advisory.references) {
        if references.len() < REFERENCES && !references.contains(reference) {
            references.push(reference.clone());
        }
    }
    references
}

/// What harms on purpose is always critical; else the score decides, then the word.
fn severity(kind: AdvisoryKind, score: Option<f64>, word: Option<Severity>) -> Severity {
    match kind {
        AdvisoryKind::Malicious => Severity::Critical,
        _ => score
            .map(score::severity)
            .filter(|severity| *severity > Severity::Info)
            .or(word)
            .unwrap_or(match kind {
                AdvisoryKind::Revoked => Severity::High,
                AdvisoryKind::Unmaintained => Severity::Low,
                _ => Severity::Medium,
            }),
    }
}

/// The entry of the catalogue of exploited vulnerabilities: of several the one that ransomware uses,
/// else the first that was listed.
pub(super) fn exploited(
    ids: &BTreeSet<String>,
    holdings: &Holdings,
) -> Result<Option<Exploited>, HeldError> {
    let mut all = Vec::new();
    for (state, feed) in &holdings.feeds {
        if state.format != FeedFormat::Kev {
            continue;
        }
        for id in ids.iter().filter(|id| id.starts_with("CVE-")) {
            all.extend(feed.exploited(id)?);
        }
    }
    Ok(all.into_iter().min_by(|one, other| {
        let key = |found: &Exploited| (!found.ransomware, found.since.clone());
        key(one).cmp(&key(other))
    }))
}

/// The highest score of its CVEs.
pub(super) fn epss(ids: &BTreeSet<String>, holdings: &Holdings) -> Result<Option<Epss>, HeldError> {
    let mut best: Option<Epss> = None;
    for (state, feed) in &holdings.feeds {
        if state.format != FeedFormat::Epss {
            continue;
        }
        for id in ids.iter().filter(|id| id.starts_with("CVE-")) {
            let Some((probability, percentile)) = feed.score(id)? else {
                continue;
            };
            let found = Epss {
                cve: id.clone(),
                probability: f64::from(probability) / 1e6,
                percentile: f64::from(percentile) / 1e6,
                date: state.date.clone(),
            };
            if best
                .as_ref()
                .is_none_or(|best| best.probability < found.probability)
            {
                best = Some(found);
            }
        }
    }
    Ok(best)
}
