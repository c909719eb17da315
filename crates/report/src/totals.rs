//! The last line of every output: how much there was of everything, the nothings included.

use waybill_domain::{Artifact, Report, Summary};

use crate::neutral::neutral_ends;
use crate::words::{LONGEST_NAME, count, plural, size};

/// Everything that was counted, in the order of the line. Zeros are said: a reader has to be able
/// to tell "none" from "not counted".
pub(crate) fn totals(summary: &Summary) -> Vec<(u64, String)> {
    let said = |number: u64, words: &str| (number, format!("{number} {words}"));
    vec![
        said(summary.admit, "admit"),
        said(summary.quarantine, "quarantine"),
        said(summary.reject, "reject"),
        said(summary.not_examined, "not examined"),
        said(summary.excepted, "excepted"),
        said(summary.excluded, "excluded"),
        (
            summary.links_not_followed,
            format!(
                "{} not followed",
                plural(summary.links_not_followed, "link")
            ),
        ),
        (
            summary.findings_cut,
            format!("{} cut", plural(summary.findings_cut, "finding")),
        ),
    ]
}

/// The totals as one line.
pub(crate) fn line(summary: &Summary) -> String {
    let parts: Vec<_> = totals(summary)
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    parts.join(", ")
}

/// How much was looked at: `3 artifacts, 1.2 MiB`.
pub(crate) fn looked_at(summary: &Summary) -> String {
    let artifacts = plural(summary.artifacts, "artifact");
    let components = match summary.components {
        0 => String::new(),
        number => format!(
            ", {} with {} of advisories",
            plural(number, "component"),
            match summary.matches {
                1 => "1 match".to_owned(),
                matches => format!("{matches} matches"),
            }
        ),
    };
    let known = match summary.components_known {
        0 => String::new(),
        number => format!(", {} left out since the bill", plural(number, "component")),
    };
    format!("{artifacts}, {}{components}{known}", size(summary.bytes))
}

/// The artifacts of which some bytes were not examined: the paths of the first few, and how many
/// there are besides.
pub(crate) fn not_examined(report: &Report) -> Option<(Vec<String>, u64)> {
    const NAMED: usize = 5;
    let incomplete: Vec<&Artifact> = report
        .artifacts
        .iter()
        .filter(|artifact| !artifact.complete)
        .collect();
    let named: Vec<_> = incomplete
        .iter()
        .take(NAMED)
        .map(|artifact| neutral_ends(&artifact.path, LONGEST_NAME))
        .collect();
    let rest = count(&incomplete) - count(&named);
    (!incomplete.is_empty()).then_some((named, rest))
}

/// [`not_examined`] as a sentence's end.
pub(crate) fn not_examined_words(report: &Report) -> Option<String> {
    let (named, rest) = not_examined(report)?;
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    Some(format!("{}{more}", named.join(", ")))
}
