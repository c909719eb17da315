//! FIRST's table of scores, in CSV: <https://www.first.org/epss/data_stats>.

use super::{Document, Scored, malformed};
use crate::error::{BadRecord, FeedError};
use crate::place;

const FORMAT: &str = "EPSS";

pub(super) fn read(bytes: &[u8]) -> Result<Document, FeedError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = format!("byte {}", error.valid_up_to());
        malformed(FORMAT, place, "it is not UTF-8")
    })?;
    let mut found = Document::default();
    let mut headed = false;
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        let line = line.trim_end();
        if let Some(comment) = line.strip_prefix('#') {
            let date = comment
                .split(',')
                .find_map(|part| part.trim().strip_prefix("score_date:"));
            found.date = date
                .and_then(|date| date.get(..10))
                .filter(|date| place::is_time(date))
                .map(ToOwned::to_owned);
        } else if headed && !line.is_empty() {
            row(line, last, &mut found);
        } else if line.starts_with("cve,epss,percentile") {
            headed = true;
        }
    }
    let reason = if !headed {
        "the heading is missing"
    } else if !text.ends_with('\n') {
        // A last line without its end was cut off.
        "it ends too early"
    } else if found.date.is_none() {
        "the date of the scores is missing"
    } else {
        return Ok(found);
    };
    Err(malformed(FORMAT, format!("line {last}"), reason))
}

fn row(line: &str, number: usize, found: &mut Document) {
    let mut cells = line.split(',');
    let cve = cells.next().unwrap_or_default().trim();
    let mut figure = || millionths(cells.next()?);
    let (probability, percentile) = (figure(), figure());
    match (probability, percentile) {
        (Some(probability), Some(percentile)) if place::is_id(cve) => found.scores.push(Scored {
            cve: cve.to_owned(),
            probability,
            percentile,
        }),
        _ => found.bad.push(BadRecord {
            id: cve.chars().take(64).collect(),
            place: format!("line {number}"),
            reason: "it is not a CVE with two figures from 0 to 1".to_owned(),
        }),
    }
}

fn millionths(text: &str) -> Option<u32> {
    let figure: f64 = text.trim().parse().ok()?;
    (0.0..=1.0)
        .contains(&figure)
        .then(|| (figure * 1_000_000.0).round() as u32)
}
