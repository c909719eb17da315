use std::fmt::Write as _;

use waybill_domain::bill::{FileState, Verification};

use super::columns;
use crate::Options;
use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, FAINT, Paint};
use crate::words::plural;

/// Whether a bill still matches the bytes, as text: what does not, then the counts.
#[must_use]
pub fn bill_verification(verification: &Verification, options: &Options) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let rows: Vec<Vec<String>> = verification
        .rows
        .iter()
        .filter(|row| options.verbose || row.state != FileState::Matches)
        .map(|row| {
            vec![
                paint.with(style(row.state), row.state.as_str()),
                neutral_ends(&row.path, 80),
                paint.with(FAINT, &neutral(&row.reason)),
            ]
        })
        .collect();
    let mut text = columns(&rows, 0);
    let counts: Vec<String> = verification
        .counts
        .iter()
        .map(|(state, count)| format!("{count} {}", state.as_str()))
        .collect();
    let _ = writeln!(
        text,
        "{}: {}; {} of the bill without bytes here",
        if !verification.counts.contains_key(&FileState::Matches) && verification.holds() {
            "nothing could be compared"
        } else if verification.holds() {
            "the bill matches the bytes"
        } else {
            "the bill does not match the bytes"
        },
        if counts.is_empty() {
            "no file to compare".to_owned()
        } else {
            counts.join(", ")
        },
        plural(verification.without_files, "component"),
    );
    text
}

const fn style(state: FileState) -> anstyle::Style {
    match state {
        FileState::Matches => paint::verdict(Some(waybill_domain::Verdict::Admit)),
        FileState::Differs | FileState::Missing => paint::severity(waybill_domain::Severity::High),
        FileState::NotCovered | FileState::Unverifiable => {
            paint::severity(waybill_domain::Severity::Medium)
        }
    }
}
