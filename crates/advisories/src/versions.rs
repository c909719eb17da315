//! Whether a version, or what a requirement admits, is affected.

use waybill_domain::advisory::{AffectedPackage, AffectedRange, RangeEvent};
use waybill_domain::version::{Ecosystem, Event, Range, Version};

/// A package's ranges made ready; ranges of commits are left out: there is no history to hold
/// them against.
pub(crate) fn ranges(order: Ecosystem, package: &AffectedPackage) -> Result<Vec<Range>, String> {
    package
        .ranges
        .iter()
        .filter(|range| range.kind != "GIT")
        .map(|range| Range::new(order, &events(range)).map_err(|error| error.to_string()))
        .collect()
}

/// The events as `waybill_domain::version` has them.
pub(crate) fn events(range: &AffectedRange) -> Vec<Event<&str>> {
    range
        .events
        .iter()
        .map(|event| match event {
            RangeEvent::Introduced(version) => Event::Introduced(version.as_str()),
            RangeEvent::Fixed(version) => Event::Fixed(version.as_str()),
            RangeEvent::LastAffected(version) => Event::LastAffected(version.as_str()),
            RangeEvent::Limit(version) => Event::Limit(version.as_str()),
        })
        .collect()
}

/// Whether a version is affected: listed as text, in a range, or listed under another spelling.
pub(crate) fn affected(
    order: Ecosystem,
    package: &AffectedPackage,
    version: &str,
) -> Result<bool, String> {
    if package.versions.iter().any(|listed| listed == version) {
        return Ok(true);
    }
    let parsed = Version::parse(order, version).map_err(|error| error.to_string())?;
    if ranges(order, package)?
        .iter()
        .any(|range| range.contains(&parsed))
    {
        return Ok(true);
    }
    let own = lead(version);
    let built_of = parsed.built_of();
    Ok(package
        .versions
        .iter()
        .filter(|listed| match (own, lead(listed)) {
            (Some(own), Some(listed)) => own == listed,
            _ => true,
        })
        .filter_map(|listed| Version::parse(order, listed).ok())
        .any(|listed| listed == parsed || built_of.as_ref() == Some(&listed)))
}

/// The first two numbers, where a dot and nothing else parts them: versions that differ in them are
/// not equal in any ecosystem, which saves reading thousands of them. An epoch of zero counts as none.
fn lead(version: &str) -> Option<(&str, &str)> {
    let version = version.trim();
    let version = version
        .strip_prefix("0:")
        .or_else(|| version.strip_prefix("0!"))
        .unwrap_or(version);
    let version = version.trim_start_matches(['v', 'V']);
    let end = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (first, rest) = version.split_at_checked(end(version))?;
    let rest = rest.strip_prefix('.')?;
    let (second, _) = rest.split_at_checked(end(rest))?;
    if first.is_empty() || second.is_empty() {
        return None;
    }
    Some((
        first.trim_start_matches('0'),
        second.trim_start_matches('0'),
    ))
}

/// What can be said of a component without a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Floating {
    /// Every version is affected.
    All,
    /// All that the requirement admits at its newest is affected.
    Newest,
    /// Some version is affected, but a newer one may not be.
    Some,
}

/// Whether a component without an exact version resolves to an affected one.
pub(crate) fn floating(
    order: Ecosystem,
    package: &AffectedPackage,
    requirement: Option<&str>,
) -> Floating {
    let upper = requirement.and_then(|text| upper_bound(order, text));
    let mut best = Floating::Some;
    for range in package.ranges.iter().filter(|range| range.kind != "GIT") {
        for (from, to) in intervals(order, range) {
            let whole = from.is_none() && to == End::Open;
            let newest = match (&upper, &to) {
                (None, End::Open) => true,
                (None, _) => false,
                (Some(upper), end) => {
                    let begins = from.as_ref().is_none_or(|from| {
                        *from < upper.version || (upper.inclusive && *from == upper.version)
                    });
                    begins
                        && match end {
                            End::Open => true,
                            End::Fixed(fixed) => {
                                *fixed > upper.version
                                    || (!upper.inclusive && *fixed == upper.version)
                            }
                            End::Last(last) => *last >= upper.version,
                        }
                }
            };
            if whole {
                return Floating::All;
            }
            if newest {
                best = Floating::Newest;
            }
        }
    }
    best
}

#[derive(Clone, Debug, PartialEq)]
enum End {
    Open,
    Fixed(Version),
    Last(Version),
}

/// The affected stretches of a range; a bound that is no version leaves its stretch out.
fn intervals(order: Ecosystem, range: &AffectedRange) -> Vec<(Option<Version>, End)> {
    let mut bounds: Vec<(Option<Version>, u8, &RangeEvent)> = range
        .events
        .iter()
        .filter_map(|event| {
            let (text, rank) = match event {
                RangeEvent::Introduced(text) if text == "0" => return Some((None, 0, event)),
                RangeEvent::Introduced(text) => (text, 0),
                RangeEvent::Fixed(text) => (text, 1),
                RangeEvent::LastAffected(text) => (text, 1),
                RangeEvent::Limit(_) => return None,
            };
            Some((Some(Version::parse(order, text).ok()?), rank, event))
        })
        .collect();
    bounds.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.cmp(&other.1)));
    let mut found = Vec::new();
    let mut open: Option<Option<Version>> = None;
    for (version, _, event) in bounds {
        match (event, version) {
            (RangeEvent::Introduced(_), version) => {
                open.get_or_insert(version);
            }
            (RangeEvent::Fixed(_), Some(version)) => {
                if let Some(from) = open.take() {
                    found.push((from, End::Fixed(version)));
                }
            }
            (_, Some(version)) => {
                if let Some(from) = open.take() {
                    found.push((from, End::Last(version)));
                }
            }
            _ => {}
        }
    }
    if let Some(from) = open {
        found.push((from, End::Open));
    }
    found
}

struct Upper {
    version: Version,
    inclusive: bool,
}

/// The highest version that a requirement admits, by the operators that ecosystems share: `<`, `<=`,
/// `==` with a star, `~=`, `~`, `^`. `None` if it has no bound, or one of another form.
fn upper_bound(order: Ecosystem, requirement: &str) -> Option<Upper> {
    let mut lowest: Option<Upper> = None;
    let clauses = requirement
        .split([',', ' '])
        .map(str::trim)
        .filter(|clause| !clause.is_empty());
    if requirement.contains("||") {
        return None;
    }
    for clause in clauses {
        let bound = if let Some(text) = clause.strip_prefix("<=") {
            Version::parse(order, text).ok().map(|version| Upper {
                version,
                inclusive: true,
            })
        } else if let Some(text) = clause.strip_prefix('<') {
            exclusive(order, text)
        } else if let Some(text) = clause.strip_prefix("~=") {
            numbers(text).and_then(|mut parts| {
                parts.pop();
                raised(order, parts)
            })
        } else if let Some(text) = clause.strip_prefix('~') {
            numbers(text).and_then(|mut parts| {
                parts.truncate(2);
                raised(order, parts)
            })
        } else if let Some(text) = clause.strip_prefix('^') {
            numbers(text).and_then(|mut parts| {
                let kept = parts.iter().position(|part| *part > 0).unwrap_or(0) + 1;
                parts.truncate(kept);
                raised(order, parts)
            })
        } else if let Some(text) = clause.trim_start_matches('=').strip_suffix(".*") {
            numbers(text).and_then(|parts| raised(order, parts))
        } else {
            None
        };
        if let Some(bound) = bound
            && lowest
                .as_ref()
                .is_none_or(|lowest| bound.version < lowest.version)
        {
            lowest = Some(bound);
        }
    }
    lowest
}

fn exclusive(order: Ecosystem, text: &str) -> Option<Upper> {
    Some(Upper {
        version: Version::parse(order, text).ok()?,
        inclusive: false,
    })
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    let parts: Option<Vec<u64>> = text
        .trim()
        .split('.')
        .map(|part| part.parse().ok())
        .collect();
    parts.filter(|parts| !parts.is_empty())
}

/// The version behind all that begin with these numbers.
fn raised(order: Ecosystem, mut parts: Vec<u64>) -> Option<Upper> {
    let last = parts.last_mut()?;
    *last = last.checked_add(1)?;
    while parts.len() < 3 {
        parts.push(0);
    }
    let text: Vec<String> = parts.iter().map(u64::to_string).collect();
    exclusive(order, &text.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(events: &[RangeEvent], versions: &[&str]) -> AffectedPackage {
        AffectedPackage {
            ecosystem: "PyPI".to_owned(),
            name: "x".to_owned(),
            ranges: vec![AffectedRange {
                kind: "ECOSYSTEM".to_owned(),
                events: events.to_vec(),
            }],
            versions: versions.iter().map(|text| (*text).to_owned()).collect(),
            digests: Vec::new(),
        }
    }

    fn from(text: &str) -> RangeEvent {
        RangeEvent::Introduced(text.to_owned())
    }

    fn fixed(text: &str) -> RangeEvent {
        RangeEvent::Fixed(text.to_owned())
    }

    #[test]
    fn listed_versions_are_compared_by_their_order() {
        let one = package(&[from("2.0"), fixed("2.1")], &["1.0.0", "1.dev1"]);
        for (version, is) in [
            ("1.0", true),
            ("1.0.dev1", true),
            ("1.0.1", false),
            ("2.0.5", true),
            ("2.1", false),
        ] {
            assert_eq!(
                affected(Ecosystem::PyPi, &one, version),
                Ok(is),
                "{version}"
            );
        }
        assert!(affected(Ecosystem::PyPi, &one, "main").is_err());
    }

    #[test]
    fn builds_are_affected_as_the_version_that_they_are_of() {
        let listed = package(&[from("3.0"), fixed("3.1")], &["2.0.0"]);
        let last = package(
            &[from("0"), RangeEvent::LastAffected("2.0.0".to_owned())],
            &[],
        );
        let ended = package(&[from("0"), fixed("2.0.0+patched")], &[]);
        for (package, version, is) in [
            (&listed, "2.0.0+cu118", true),
            (&listed, "2.0.1+cu118", false),
            (&last, "2.0+cu118", true),
            (&last, "2.0.0.post1", false),
            (&last, "2.0.0.post1+cu118", false),
            (&ended, "2.0.0+cu118", true),
            (&ended, "2.0.0+patched", false),
        ] {
            assert_eq!(
                affected(Ecosystem::PyPi, package, version),
                Ok(is),
                "{:?} {version}",
                package.ranges
            );
        }
    }

    #[test]
    fn what_floats_matches_only_where_nothing_else_can_be_chosen() {
        let ended = package(&[from("0"), fixed("2.0")], &[]);
        let open = package(&[from("1.5")], &[]);
        let all = package(&[from("0")], &[]);
        let last = package(
            &[from("0"), RangeEvent::LastAffected("1.9".to_owned())],
            &[],
        );
        for (package, requirement, is) in [
            (&all, None, Floating::All),
            (&open, None, Floating::Newest),
            (&ended, None, Floating::Some),
            (&ended, Some(">=1.0"), Floating::Some),
            (&ended, Some(">=1.0,<2"), Floating::Newest),
            (&ended, Some("~=1.4"), Floating::Newest),
            (&ended, Some("^1.4"), Floating::Newest),
            (&ended, Some("~1.4"), Floating::Newest),
            (&ended, Some("==1.*"), Floating::Newest),
            (&ended, Some("<=2.0"), Floating::Some),
            (&ended, Some("<2.1"), Floating::Some),
            (&open, Some("<1.5"), Floating::Some),
            (&last, Some("<2"), Floating::Some),
            (&last, Some("<=1.9"), Floating::Newest),
        ] {
            assert_eq!(
                floating(Ecosystem::PyPi, package, requirement),
                is,
                "{:?} {requirement:?}",
                package.ranges
            );
        }
    }
}
