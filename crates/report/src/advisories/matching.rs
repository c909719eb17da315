use std::collections::BTreeMap;
use std::fmt::Write as _;

use waybill_domain::Severity;
use waybill_domain::advisory::{FeedFormat, Match, Matching, PriorityClass, Upgrade};

use super::{stale, wrapped};
use crate::Options;
use crate::bill::columns;
use crate::neutral::{neutral, neutral_ends, neutral_start};
use crate::paint::{self, FAINT, Paint, STRONG};
use crate::words::plural;

/// Matches before the rest is summed up.
const MATCHES_SHOWN: usize = 50;
/// Rows of other lists before the rest is summed up.
const ROWS_SHOWN: usize = 20;
/// Places and aliases of one match.
const FEW: usize = 3;

/// What of an inventory known weaknesses affect, as text.
#[must_use]
pub fn advisory_matching(matching: &Matching, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut text = String::new();
    let mut left = if options.verbose {
        usize::MAX
    } else {
        MATCHES_SHOWN
    };
    for class in PriorityClass::ALL {
        let members: Vec<&Match> = matching
            .matches
            .iter()
            .filter(|found| found.priority.class == class)
            .collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "{} {}",
            paint.with(STRONG, heading(class)),
            paint.with(FAINT, &format!("({})", members.len()))
        );
        for found in members.iter().take(left) {
            one(&mut text, found, options, paint);
        }
        let rest = members.len().saturating_sub(left) as u64;
        if rest > 0 {
            let _ = writeln!(
                text,
                "  {} not listed; `--verbose` lists all",
                plural(rest, "more match").replace("matchs", "matches")
            );
        }
        left = left.saturating_sub(members.len());
        text.push('\n');
    }
    upgrades(&mut text, &matching.upgrades, options, paint);
    settled(&mut text, matching, paint);
    excepted(&mut text, matching, paint);
    not_matched(&mut text, matching, options, paint);
    stale(&mut text, matching.stale(), paint);
    text.push_str(&last_line(matching));
    text
}

const fn heading(class: PriorityClass) -> &'static str {
    match class {
        PriorityClass::ActNow => "Act now",
        PriorityClass::Soon => "Soon",
        PriorityClass::Planned => "With the next planned update",
        PriorityClass::Watch => "Watch",
    }
}

fn one(text: &mut String, found: &Match, options: &Options, paint: Paint) {
    let severity = format!("{:<8}", found.severity.as_str());
    let version = match (&found.version, found.ecosystem.as_str()) {
        (Some(version), _) => version,
        // Hosted models have no versions but their names.
        (None, "hosted") => "",
        (None, _) => "any version",
    };
    let certain = if found.certain { "" } else { ", perhaps" };
    let line = format!(
        "  {}  {} {}{certain}",
        paint.with(paint::severity(found.severity), &severity),
        paint.with(STRONG, &neutral_ends(&found.name, 60)),
        neutral_ends(version, 40),
    );
    let _ = writeln!(text, "{}", line.trim_end());
    let mut ids = neutral_ends(&found.advisory, 60);
    for alias in found.aliases.iter().take(FEW) {
        let _ = write!(ids, ", {}", neutral_ends(alias, 40));
    }
    let more = found.aliases.len().saturating_sub(FEW);
    if more > 0 {
        let _ = write!(ids, " and {more} more");
    }
    let said = neutral_start(&found.summary, 300);
    wrapped(text, &format!("{ids}: {said}"), 12, options.width);
    wrapped(
        text,
        &found
            .priority
            .reasons
            .iter()
            .map(|reason| neutral(reason))
            .collect::<Vec<_>>()
            .join("; "),
        12,
        options.width,
    );
    let advice = match &found.upgrade {
        Some(version) if found.fixed.is_empty() => format!("use {}", neutral_ends(version, 60)),
        Some(version) => format!("fixed in {}", neutral_ends(version, 60)),
        None if found.malicious => "remove it, and treat what it ran on as broken into".to_owned(),
        None => "no fixed version is known".to_owned(),
    };
    let mut places = String::new();
    for place in found.places.iter().take(FEW) {
        let line = place
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let _ = write!(places, ", {}{line}", neutral_ends(&place.path, 60));
    }
    let more = found.places.len().saturating_sub(FEW);
    if more > 0 {
        let _ = write!(places, " and {}", plural(more as u64, "more place"));
    }
    wrapped(text, &format!("{advice}{places}"), 12, options.width);
}

fn upgrades(text: &mut String, upgrades: &[Upgrade], options: &Options, paint: Paint) {
    if upgrades.is_empty() {
        return;
    }
    let shown = if options.verbose {
        usize::MAX
    } else {
        ROWS_SHOWN
    };
    let _ = writeln!(text, "{}", paint.with(STRONG, "Upgrades"));
    let rows: Vec<Vec<String>> = upgrades
        .iter()
        .take(shown)
        .map(|upgrade| {
            let leaves = upgrade.leaves.len() as u64;
            vec![
                neutral_ends(&upgrade.name, 48),
                neutral_ends(upgrade.from.as_deref().unwrap_or_default(), 24),
                "->".to_owned(),
                neutral_ends(upgrade.to.as_deref().unwrap_or("none fixes it"), 32),
                match leaves {
                    0 => format!("fixes {}", upgrade.fixes.len()),
                    leaves => format!("fixes {}, leaves {leaves}", upgrade.fixes.len()),
                },
            ]
        })
        .collect();
    text.push_str(&columns(&rows, 2));
    rest(text, upgrades.len(), shown, "upgrade");
    text.push('\n');
}

/// What statements say of matches that no longer count, and what became of the others.
fn settled(text: &mut String, matching: &Matching, paint: Paint) {
    if matching.statements.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, "Statements"));
    for used in &matching.statements {
        let _ = writeln!(text, "  {}", crate::words::statement(used));
    }
    text.push('\n');
}

/// Where exceptions stand, and how many matches they cover.
fn excepted(text: &mut String, matching: &Matching, paint: Paint) {
    if matching.exceptions.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.with(STRONG, "Exceptions"));
    for used in &matching.exceptions {
        let _ = writeln!(text, "  {}", crate::words::exception(used));
    }
    text.push('\n');
}

/// Reasons with their numbers; the components only on request.
fn not_matched(text: &mut String, matching: &Matching, options: &Options, paint: Paint) {
    if matching.not_matched.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "{}",
        paint.with(STRONG, "Not held against advisories")
    );
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for not in &matching.not_matched {
        let list = reasons.entry(&not.reason).or_default();
        list.push(not.component.as_str());
    }
    let shown = if options.verbose {
        usize::MAX
    } else {
        ROWS_SHOWN
    };
    for (reason, components) in reasons.iter().take(shown) {
        let _ = writeln!(
            text,
            "  {}: {}",
            plural(components.len() as u64, "component"),
            neutral_start(reason, 200)
        );
        if options.verbose {
            for component in components {
                let _ = writeln!(text, "    {}", neutral_ends(component, 100));
            }
        }
    }
    rest(text, reasons.len(), shown, "reason");
    text.push('\n');
}

fn rest(text: &mut String, all: usize, shown: usize, noun: &str) {
    let left = all.saturating_sub(shown) as u64;
    if left > 0 {
        let _ = writeln!(
            text,
            "  {} not listed; `--verbose` lists all",
            plural(left, &format!("more {noun}"))
        );
    }
}

/// Nothing is dropped silently: the last lines count, and say what was looked at.
fn last_line(matching: &Matching) -> String {
    let summary = &matching.summary;
    let severities: Vec<String> = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Info,
    ]
    .into_iter()
    .filter_map(|severity| {
        let count = summary.severities.get(&severity)?;
        Some(format!("{count} {}", severity.as_str()))
    })
    .collect();
    let matches = matching.matches.len();
    let listed = if severities.is_empty() {
        String::new()
    } else {
        format!(" ({})", severities.join(", "))
    };
    let noun = if matches == 1 { "match" } else { "matches" };
    let feeds: Vec<String> = matching
        .feeds
        .iter()
        .filter(|feed| feed.format != FeedFormat::Embedded)
        .map(|feed| {
            format!(
                "{} of {}",
                neutral_ends(&feed.name, 40),
                neutral(&feed.date)
            )
        })
        .collect();
    let feeds = if feeds.is_empty() {
        "no feed is held".to_owned()
    } else {
        feeds.join(", ")
    };
    format!(
        "{matches} {noun}{listed} in {} of {}; {} not covered, {} undecided, {} passed over because nothing is pinned\nFeeds: {feeds}\n",
        summary.affected,
        plural(summary.components, "component"),
        summary.not_covered,
        summary.undecided,
        summary.floating_passed_over,
    )
}
