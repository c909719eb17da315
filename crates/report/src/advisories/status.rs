use std::fmt::Write as _;

use waybill_domain::Severity;
use waybill_domain::advisory::StoreStatus;

use super::stale;
use crate::Options;
use crate::bill::columns;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint};
use crate::words::plural;

/// What a store holds, as text.
#[must_use]
pub fn advisory_status(status: &StoreStatus, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    if status.feeds.is_empty() {
        return "No feed is held. `waybill advisories update --from FILE` takes one in.\n"
            .to_owned();
    }
    let mut text = String::new();
    let mut rows: Vec<Vec<String>> = vec![
        [
            "feed",
            "format",
            "records",
            "withdrawn",
            "skipped",
            "data of",
            "age",
            "imported",
        ]
        .map(ToOwned::to_owned)
        .to_vec(),
    ];
    for feed in &status.feeds {
        let age = format!("{} d", feed.age_days);
        rows.push(vec![
            neutral_ends(&feed.name, 28),
            feed.format.as_str().to_owned(),
            feed.records.to_string(),
            feed.withdrawn.to_string(),
            feed.skipped.to_string(),
            neutral(&feed.date).into_owned(),
            age,
            neutral(&feed.imported).into_owned(),
        ]);
    }
    let table = columns(&rows, 0);
    for (index, line) in table.lines().enumerate() {
        let stale = index
            .checked_sub(1)
            .and_then(|index| status.feeds.get(index))
            .is_some_and(|feed| feed.stale);
        let style = match (index, stale) {
            (0, _) => Some(FAINT),
            (_, true) => Some(paint::severity(Severity::Medium)),
            _ => None,
        };
        let line = style.map_or_else(|| line.to_owned(), |style| paint.with(style, line));
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    stale(
        &mut text,
        status.feeds.iter().filter(|feed| feed.stale),
        paint,
    );
    let records = status.feeds.iter().map(|feed| feed.records).sum();
    let old = status.feeds.iter().filter(|feed| feed.stale).count();
    let _ = writeln!(
        text,
        "{}, {}; {old} older than {}",
        plural(status.feeds.len() as u64, "feed"),
        plural(records, "record"),
        plural(u64::from(status.max_age_days), "day"),
    );
    text
}
