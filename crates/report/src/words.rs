//! Numbers and facts as a person reads them.

use waybill_domain::advisory::{FeedFormat, FeedState};
use waybill_domain::vex::{Justification, StatementUse};
use waybill_domain::{
    Artifact, Excepted, ExceptionState, ExceptionUse, Finding, Place, Report, Verdict,
};

use crate::neutral::{neutral_ends, neutral_start};

/// Longest path or member name that is shown whole.
pub(crate) const LONGEST_NAME: usize = 240;
/// Longest message or loading step that is shown whole.
pub(crate) const LONGEST_TEXT: usize = 600;

/// `1 finding`, `2 findings`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// The number of elements, in the type of all counts.
pub(crate) fn count<T>(items: &[T]) -> u64 {
    items.len() as u64
}

/// `17 bytes`, `1.2 KiB`, `3 GiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return plural(bytes, "byte");
    }
    let mut tenths = u128::from(bytes) * 10;
    let mut unit = "";
    for next in UNITS {
        tenths = (tenths + 512) / 1024;
        unit = next;
        if tenths < 10_240 {
            break;
        }
    }
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        rest => format!("{}.{rest} {unit}", tenths / 10),
    }
}

/// Enough of a digest to recognise it: its first twelve digits.
pub(crate) fn short_digest(digest: &str) -> &str {
    let digits = digest.split_once(':').map_or(digest, |(_, digits)| digits);
    digits.get(..12).unwrap_or(digits)
}

/// `at line 3`, `at byte 17`, or nothing.
pub(crate) fn within(place: &Place) -> Option<String> {
    match (place.line, place.offset) {
        (Some(line), _) => Some(format!("at line {line}")),
        (None, offset) => offset.map(|offset| format!("at byte {offset}")),
    }
}

/// `in archive/data.pkl at byte 17`, `at byte 17`, or nothing.
pub(crate) fn place(place: &Place) -> String {
    let member = place
        .member
        .as_deref()
        .map(|member| format!("in {}", neutral_ends(member, LONGEST_NAME)));
    [member, within(place)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// `; not_affected, says Acme in vex.json`, or nothing.
pub(crate) fn settled(finding: &Finding) -> String {
    finding
        .excepted
        .as_ref()
        .map_or_else(String::new, |why| format!("; {}", excepted(why)))
}

/// Why a finding does not count.
pub(crate) fn excepted(excepted: &Excepted) -> String {
    match excepted {
        Excepted::Baseline => "excepted: in the baseline".to_owned(),
        Excepted::Allowed => "excepted: allowed in waybill.toml".to_owned(),
        Excepted::Exception(note) => format!(
            "excepted until {} by {} ({}, approved by {})",
            note.expires,
            neutral_ends(&note.id, LONGEST_NAME),
            neutral_ends(&note.owner, LONGEST_NAME),
            neutral_ends(&note.approver, LONGEST_NAME)
        ),
        Excepted::Statement(note) => format!(
            "{}, says {} in {}{}",
            note.status,
            neutral_ends(&note.author, LONGEST_NAME),
            neutral_ends(&note.document, LONGEST_NAME),
            because(note.justification, note.why.as_deref())
        ),
    }
}

/// `: vulnerable_code_not_present: we do not use it`, or nothing.
fn because(justification: Option<Justification>, why: Option<&str>) -> String {
    let mut words = String::new();
    if let Some(justification) = justification {
        words.push_str(&format!(": {justification}"));
    }
    if let Some(why) = why {
        words.push_str(&format!(": {}", neutral_start(why, LONGEST_TEXT)));
    }
    words
}

/// `not_affected CVE-2024-1 (vex.json, Acme): applied, covers 1`.
pub(crate) fn statement(used: &StatementUse) -> String {
    let reason = used.reason.as_ref().map_or_else(String::new, |reason| {
        format!("; {}", neutral_start(reason, LONGEST_TEXT))
    });
    format!(
        "{} {} ({}, {}): {}, covers {}{reason}",
        used.status,
        neutral_ends(&used.weakness, LONGEST_NAME),
        neutral_ends(&used.document, LONGEST_NAME),
        neutral_ends(&used.author, LONGEST_NAME),
        used.state.as_str(),
        used.covers
    )
}

/// What components were held against, a line a feed, and what that leaves open.
pub(crate) fn advisories(report: &Report) -> Vec<String> {
    let held: Vec<&FeedState> = report
        .feeds
        .iter()
        .filter(|feed| feed.format != FeedFormat::Embedded)
        .collect();
    if held.is_empty() && report.summary.components > 0 {
        return vec![format!(
            "none are held: {} only compared with what Waybill carries; `waybill advisories update` takes feeds in",
            match report.summary.components {
                1 => "1 component was".to_owned(),
                many => format!("{many} components were"),
            }
        )];
    }
    held.into_iter()
        .map(|feed| {
            let stale = match feed.stale {
                true => "; older than allowed: what became known since is not seen",
                false => "",
            };
            let age = match feed.age_days {
                0 => "of today".to_owned(),
                days @ ..0 => format!("{} ahead", plural(days.unsigned_abs(), "day")),
                days => format!("{} old", plural(days.unsigned_abs(), "day")),
            };
            format!(
                "{}: {}, {age} ({}){stale}",
                neutral_ends(&feed.name, LONGEST_NAME),
                plural(feed.records, "record"),
                neutral_ends(&feed.date, LONGEST_NAME)
            )
        })
        .collect()
}

/// What could not be read for the components: the first few, and how many there are besides.
pub(crate) fn unread(report: &Report) -> Vec<String> {
    const NAMED: usize = 5;
    let mut lines: Vec<String> = report
        .unread
        .iter()
        .take(NAMED)
        .map(|unread| {
            let line = unread
                .line
                .map_or_else(String::new, |line| format!(", line {line}"));
            format!(
                "{}{line}: {}",
                neutral_ends(&unread.path, LONGEST_NAME),
                neutral_start(&unread.reason, LONGEST_TEXT)
            )
        })
        .collect();
    let rest = report.unread.len().saturating_sub(NAMED);
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    lines
}

/// `EX-1: in force until 2026-12-31 (38 days), covers 2: Ada, approved by Grace: vetted`.
pub(crate) fn exception(used: &ExceptionUse) -> String {
    let exception = &used.exception;
    let days = match used.days_left {
        days @ 0.. => plural(days.unsigned_abs(), "day"),
        days => format!("{} ago", plural(days.unsigned_abs(), "day")),
    };
    let hint = match used.state {
        ExceptionState::Expired => "; it no longer admits anything: renew it or remove it",
        ExceptionState::Drifted => "; what it named has changed: look again",
        ExceptionState::Unused => "; nothing is left for it to cover: remove it",
        ExceptionState::NotYet => "; the day on which it is given is still to come",
        ExceptionState::InForce => "",
    };
    format!(
        "{}: {}, until {} ({days}), covers {}; {}, approved by {}: {}{hint}",
        neutral_ends(&exception.id, LONGEST_NAME),
        used.state,
        exception.expires,
        used.covers,
        neutral_ends(&exception.owner, LONGEST_NAME),
        neutral_ends(&exception.approver, LONGEST_NAME),
        neutral_start(&exception.reason, LONGEST_TEXT),
    )
}

/// What policies say of an artifact beside what the baseline says of its findings, which are
/// shown anyway: `signed-only/artifact-not-signed: a.bin is not signed`.
pub(crate) fn policy_reasons(artifact: &Artifact) -> Vec<String> {
    artifact
        .reasons
        .iter()
        .filter(|reason| reason.policy != "baseline")
        .map(|reason| {
            let more = match reason.count {
                0 | 1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            format!(
                "{}/{}: {}{more}",
                neutral_ends(&reason.policy, LONGEST_NAME),
                neutral_ends(&reason.rule, LONGEST_NAME),
                neutral_start(&reason.message, LONGEST_TEXT)
            )
        })
        .collect()
}

/// The verdict of a target, or that there was nothing to judge.
pub(crate) fn verdict(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("nothing to examine", Verdict::as_str)
}

/// What a verdict over the whole target says, and no more than that.
pub(crate) fn meaning(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "The target holds no artifact, so there is no verdict.",
        Some(Verdict::Admit) => "This rule set found nothing that stands against using it.",
        Some(Verdict::Quarantine) => {
            "A person has to look before it is used: something is risky, not vetted, or was not examined."
        }
        Some(Verdict::Reject) => {
            "Do not use it: it holds malicious code or structure, or needs what must not be used."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, shown) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1204, "1.2 KiB"),
            (1_048_575, "1 MiB"),
            (1_073_741_824, "1 GiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(size(bytes), shown);
        }
    }

    #[test]
    fn a_digest_is_recognised_by_its_start() {
        assert_eq!(short_digest("sha256:0123456789abcdef0123"), "0123456789ab");
        assert_eq!(short_digest("short"), "short");
    }
}
