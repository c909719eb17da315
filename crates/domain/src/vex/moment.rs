/// A point in time as RFC 3339 writes it, so that times of several zones can be put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970 in UTC.
    seconds: i64,
    nanoseconds: u32,
}

impl Moment {
    /// Reads an RFC 3339 date and time; `None` for any other text. A leap second counts as the
    /// second before it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let date = crate::Date::parse(text.get(..10)?).ok()?;
        let rest = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
        let [h1, h2, b':', m1, m2, b':', s1, s2, ..] = rest.as_bytes() else {
            return None;
        };
        let hour = two(*h1, *h2).filter(|hour| *hour < 24)?;
        let minute = two(*m1, *m2).filter(|minute| *minute < 60)?;
        let second = two(*s1, *s2).filter(|second| *second <= 60)?.min(59);
        let (nanoseconds, zone) = fraction(rest.get(8..)?)?;
        let of_day = hour * 3600 + minute * 60 + second;
        Some(Self {
            seconds: i64::from(date.days()) * 86_400 + of_day - offset(zone)?,
            nanoseconds,
        })
    }

    /// The day in UTC.
    #[must_use]
    pub fn date(self) -> crate::Date {
        let days = self.seconds.div_euclid(86_400);
        // Times are read of four digits of a year: the days fit.
        crate::Date::from_days(i32::try_from(days).unwrap_or(i32::MAX))
    }
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// The nanoseconds of a fraction, if there is one, and what follows it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    let (fraction, zone) = digits.split_at(end);
    if fraction.is_empty() {
        return None;
    }
    let nine: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(9)
        .collect();
    Some((nine.parse().ok()?, zone))
}

/// Seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    match zone.as_bytes() {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let seconds = two(*h1, *h2).filter(|hours| *hours < 24)? * 3600
                + two(*m1, *m2).filter(|minutes| *minutes < 60)? * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_fractions_are_put_in_order() {
        let moment = |text| Moment::parse(text).unwrap();
        assert_eq!(
            moment("2026-01-02T03:04:05Z"),
            moment("2026-01-02T05:04:05+02:00")
        );
        assert_eq!(
            moment("2026-01-01T23:30:00-01:00"),
            moment("2026-01-02t00:30:00z")
        );
        assert!(moment("2026-01-02T03:04:05.1Z") > moment("2026-01-02T03:04:05.09Z"));
        assert!(
            moment("2026-01-02T03:04:05.0000000019Z") == moment("2026-01-02T03:04:05.000000001Z")
        );
        assert_eq!(
            moment("1969-12-31T23:30:00-01:00").date().to_string(),
            "1970-01-01"
        );
        assert!(moment("2016-12-31T23:59:60Z") < moment("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-13-02T03:04:05Z",
            "2026-01-02T24:04:05Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05+0200",
            "2026-01-02T03:04:05Zé",
            "é026-01-02T03:04:05Z",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
