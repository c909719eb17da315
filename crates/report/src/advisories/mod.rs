//! Known weaknesses, for a person at a terminal.

mod matching;
mod shown;
mod status;

pub use matching::advisory_matching;
pub use shown::advisory_shown;
pub use status::advisory_status;

use std::fmt::Write as _;

use waybill_domain::advisory::FeedState;

use crate::neutral::{neutral, neutral_ends};
use crate::paint::{self, Paint};
use crate::wrap::wrap;

/// Writes a text over as many lines as it needs, behind blanks.
fn wrapped(text: &mut String, said: &str, indent: usize, width: usize) {
    for line in wrap(said, width.saturating_sub(indent).max(30)) {
        let _ = writeln!(text, "{}{line}", " ".repeat(indent));
    }
}

/// Says which feeds are older than the user allows.
fn stale<'a>(text: &mut String, feeds: impl Iterator<Item = &'a FeedState>, paint: Paint) {
    let warning = paint.with(paint::severity(waybill_domain::Severity::Medium), "warning");
    for feed in feeds {
        let _ = writeln!(
            text,
            "{warning}: the feed {} is of {}, {} days ago",
            neutral_ends(&feed.name, 40),
            neutral(&feed.date),
            feed.age_days
        );
    }
}
