//! Version ranges as VERS writes them (<https://github.com/package-url/vers-spec>).

use std::cmp::Ordering;

use waybill_domain::version::{Ecosystem, compare};

use super::fields::decoded;

/// True if the version lies within the range, false if not; `None` if that cannot be told.
pub(super) fn contains(range: &str, version: &str) -> Option<bool> {
    let (scheme, constraints) = range.strip_prefix("vers:")?.split_once('/')?;
    if constraints == "*" {
        return Some(true);
    }
    let ecosystem = Ecosystem::of_purl_type(scheme);
    let mut bounds: Vec<(&str, Ordering)> = Vec::new();
    for constraint in constraints.split('|') {
        let (comparator, bound) = parted(constraint.trim());
        let side = compare(ecosystem, version, &decoded(bound)).ok()?;
        match comparator {
            "!=" if side == Ordering::Equal => return Some(false),
            "" | "=" if side == Ordering::Equal => return Some(true),
            "" | "=" | "!=" => {}
            bounding => bounds.push((bounding, side)),
        }
    }
    Some(within(&bounds))
}

fn parted(constraint: &str) -> (&str, &str) {
    let end = constraint
        .find(|character: char| !matches!(character, '<' | '>' | '=' | '!'))
        .unwrap_or(constraint.len());
    let (comparator, version) = constraint.split_at(end);
    (comparator, version.trim())
}

/// Bounds are sorted by their versions, as the specification asks: a lower one and the upper one
/// that follows it are an interval.
fn within(bounds: &[(&str, Ordering)]) -> bool {
    let above = |comparator: &str, side: Ordering| match comparator {
        ">" => side == Ordering::Greater,
        _ => side != Ordering::Less,
    };
    let below = |comparator: &str, side: Ordering| match comparator {
        "<" => side == Ordering::Less,
        _ => side != Ordering::Greater,
    };
    let mut lower: Option<(&str, Ordering)> = None;
    for (comparator, side) in bounds {
        if comparator.starts_with('>') {
            lower = Some((comparator, *side));
        } else if below(comparator, *side)
            && lower.is_none_or(|(comparator, side)| above(comparator, side))
        {
            return true;
        } else {
            // The next upper bound needs a lower one of its own.
            lower = Some((">", Ordering::Less));
        }
    }
    lower.is_some_and(|(comparator, side)| above(comparator, side))
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn intervals_points_and_holes() {
        for (range, version, expected) in [
            ("vers:all/*", "1", Some(true)),
            ("vers:pypi/>=1.0|<2.0", "1.5", Some(true)),
            ("vers:pypi/>=1.0|<2.0", "2.0", Some(false)),
            ("vers:pypi/>=1.0|<2.0", "1.0", Some(true)),
            ("vers:pypi/>1.0|<=2.0", "1.0", Some(false)),
            ("vers:pypi/<2.0", "1!0", Some(false)),
            ("vers:pypi/<2.0", "0.1", Some(true)),
            ("vers:pypi/>=2.0", "2.0.post1", Some(true)),
            ("vers:pypi/<1.0|>=2.0|<3.0", "1.5", Some(false)),
            ("vers:pypi/<1.0|>=2.0|<3.0", "2.5", Some(true)),
            ("vers:pypi/1.0|1.2", "1.2", Some(true)),
            ("vers:pypi/1.0|1.2", "1.1", Some(false)),
            ("vers:pypi/>=1.0|!=1.5|<2.0", "1.5", Some(false)),
            ("vers:npm/>=1.0.0|<2.0.0", "1.9.9", Some(true)),
            ("vers:deb/<1%3A2.0", "2.0", Some(true)),
            ("vers:deb/<1%3A2.0", "1:2.0", Some(false)),
            ("vers:pypi/1.0%2Bcu118", "1.0+cu118", Some(true)),
            ("1.0 - 2.0", "1.5", None),
        ] {
            assert_eq!(contains(range, version), expected, "{range} {version}");
        }
    }
}
