//! What every reader needs: bounded texts and dates.

use waybill_domain::Date;

/// The longest id.
const ID_BYTES: usize = 256;
/// The longest summary that is kept.
const SUMMARY_CHARACTERS: usize = 400;
/// Details that are kept; the rest is cut.
const DETAILS_BYTES: usize = 256 << 10;

/// Whether a text can be an id: not empty, of printable characters without blanks, not too long.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= ID_BYTES
        && text
            .chars()
            .all(|letter| !letter.is_whitespace() && !letter.is_control())
}

/// Whether a text begins with a date, as RFC 3339 times do.
pub(crate) fn is_time(text: &str) -> bool {
    Date::of_time(text).is_ok()
}

/// The first line of what there is, cut to what fits a line or two.
pub(crate) fn summary(summary: &str, details: &str) -> String {
    let line = |text: &str| {
        text.lines()
            .map(|line| line.trim().trim_start_matches('#').trim())
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let own = line(summary);
    let text = if own.is_empty() {
        paragraph(details)
    } else {
        own
    };
    let mut cut: String = text.chars().take(SUMMARY_CHARACTERS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The first paragraph, its lines joined.
fn paragraph(text: &str) -> String {
    let lines: Vec<&str> = text
        .trim()
        .lines()
        .map(|line| line.trim().trim_start_matches('#').trim())
        .take_while(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

/// Details, cut where they are too long.
pub(crate) fn details(mut text: String) -> String {
    if text.len() > DETAILS_BYTES {
        let cut = (0..=DETAILS_BYTES)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        text.truncate(cut);
    }
    text
}
