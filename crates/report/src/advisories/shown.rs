use std::fmt::Write as _;

use waybill_domain::advisory::{Advisory, AffectedPackage, RangeEvent, Shown};

use super::wrapped;
use crate::Options;
use crate::neutral::{neutral, neutral_ends, neutral_start};
use crate::paint::{FAINT, Paint, STRONG};
use crate::words::plural;

/// Rows of a list before the rest is summed up.
const ROWS_SHOWN: usize = 30;
/// Versions of one package before the rest is summed up.
const VERSIONS_SHOWN: usize = 12;

/// All that is known under an id, as text.
#[must_use]
pub fn advisory_shown(shown: &Shown, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut text = String::new();
    for (feed, record) in &shown.records {
        one(&mut text, feed, record, options, paint);
        text.push('\n');
    }
    for score in &shown.scores {
        let _ = writeln!(
            text,
            "CVSS {} {:.1}  {}",
            score.version,
            score.score,
            paint.with(FAINT, &neutral_ends(&score.vector, 120))
        );
    }
    if let Some(exploited) = &shown.exploited {
        let due = exploited.due.as_deref().unwrap_or("no date");
        let used = if exploited.ransomware {
            ", used by ransomware"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "CISA KEV: {} listed since {}, due {}{used}",
            neutral(&exploited.cve),
            neutral(&exploited.since),
            neutral(due)
        );
    }
    if let Some(epss) = &shown.epss {
        let _ = writeln!(
            text,
            "EPSS: {:.5}, more than {:.1} % of all, on {}",
            epss.probability,
            epss.percentile * 100.0,
            neutral(&epss.date)
        );
    }
    text
}

fn one(text: &mut String, feed: &str, record: &Advisory, options: &Options, paint: Paint) {
    let _ = writeln!(
        text,
        "{}  {}",
        paint.with(STRONG, &neutral_ends(&record.id, 120)),
        paint.with(
            FAINT,
            &format!("{}, {}", record.kind.as_str(), neutral_ends(feed, 40))
        )
    );
    wrapped(text, &neutral_start(&record.summary, 500), 2, options.width);
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            wrapped(text, &format!("{name}: {value}"), 2, options.width);
        }
    };
    let joined = |list: &[String]| {
        let shown: Vec<String> = list
            .iter()
            .take(ROWS_SHOWN)
            .map(|one| neutral_ends(one, 120))
            .collect();
        let more = list.len().saturating_sub(ROWS_SHOWN);
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{rest}", shown.join(", "))
    };
    let date = |time: &Option<String>| {
        time.as_deref()
            .map_or_else(String::new, |time| neutral_start(time, 40))
    };
    fact("aliases", &joined(&record.aliases));
    fact("related", &joined(&record.related));
    fact("published", &date(&record.published));
    fact("modified", &date(&Some(record.modified.clone())));
    fact("withdrawn", &date(&record.withdrawn));
    fact(
        "severity",
        record.severity.map_or("", waybill_domain::Severity::as_str),
    );
    fact("weaknesses", &joined(&record.weaknesses));
    fact("use instead", &date(&record.replacement));
    affected(text, &record.affected, options, paint);
    if !record.details.trim().is_empty() {
        text.push('\n');
        for line in record.details.lines() {
            if line.trim().is_empty() {
                text.push('\n');
            } else {
                wrapped(text, &neutral(line), 2, options.width);
            }
        }
        text.push('\n');
    }
    for reference in record.references.iter().take(ROWS_SHOWN) {
        let _ = writeln!(
            text,
            "  {}",
            paint.with(FAINT, &neutral_ends(reference, 200))
        );
    }
    let left = record.references.len().saturating_sub(ROWS_SHOWN) as u64;
    if left > 0 {
        let _ = writeln!(text, "  {}", plural(left, "more reference"));
    }
}

fn affected(text: &mut String, packages: &[AffectedPackage], options: &Options, paint: Paint) {
    let shown = if options.verbose {
        usize::MAX
    } else {
        ROWS_SHOWN
    };
    for package in packages.iter().take(shown) {
        let mut said: Vec<String> = package
            .ranges
            .iter()
            .filter(|range| range.kind != "GIT" || options.verbose)
            .map(|range| ranged(&range.events))
            .collect();
        let versions = package.versions.len();
        if said.is_empty() || options.verbose {
            let most = if options.verbose {
                usize::MAX
            } else {
                VERSIONS_SHOWN
            };
            let listed: Vec<String> = package
                .versions
                .iter()
                .take(most)
                .map(|one| neutral_ends(one, 60))
                .collect();
            said.extend(listed);
            let more = versions.saturating_sub(most) as u64;
            if more > 0 {
                said.push(plural(more, "more version"));
            }
        } else if versions > 0 {
            said.push(format!("{} listed", plural(versions as u64, "version")));
        }
        said.extend(
            package
                .digests
                .iter()
                .map(|digest| neutral_ends(digest, 80)),
        );
        if said.is_empty() {
            said.push("all versions".to_owned());
        }
        let name = format!(
            "{} {}",
            neutral_ends(&package.ecosystem, 40),
            neutral_ends(&package.name, 80)
        );
        let _ = writeln!(text, "  affects {}", paint.with(STRONG, &name));
        wrapped(text, &said.join("; "), 4, options.width);
    }
    let left = packages.len().saturating_sub(shown) as u64;
    if left > 0 {
        let _ = writeln!(text, "  {}", plural(left, "more package"));
    }
}

/// `1.0 up to before 1.8.4, 1.9 up to 1.12`.
fn ranged(events: &[RangeEvent]) -> String {
    let mut said = String::new();
    for event in events {
        let (lead, version) = match event {
            RangeEvent::Introduced(version) if version == "0" => {
                let _ = write!(said, "{}all", if said.is_empty() { "" } else { ", " });
                continue;
            }
            RangeEvent::Introduced(version) => {
                let _ = write!(said, "{}", if said.is_empty() { "" } else { ", " });
                ("from ", version)
            }
            RangeEvent::Fixed(version) => (" before ", version),
            RangeEvent::LastAffected(version) => (" up to ", version),
            RangeEvent::Limit(version) => (" below ", version),
        };
        let _ = write!(said, "{lead}{}", neutral_ends(version, 60));
    }
    said
}
