//! Dates and times by RFC 3339.

/// A date and time as RFC 3339 writes it; `None` if the text is none.
pub(crate) fn date_time(text: &str) -> Option<&str> {
    seconds(text).map(|_| text)
}

/// A date, or a date and time, as SPDX writes it: in UTC, to the second, ending in `Z`. A date
/// alone is its first second.
pub(crate) fn utc(text: &str) -> Option<String> {
    let total = if text.len() == 10 {
        seconds(&format!("{text}T00:00:00Z"))?
    } else {
        seconds(text)?
    };
    let (year, month, day) = civil(total.div_euclid(86_400));
    if !(0..=9999).contains(&year) {
        return None;
    }
    let rest = total.rem_euclid(86_400);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    ))
}

/// Seconds since 1970 in UTC.
fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(())?;
        part.parse().ok()
    };
    let sign = |at: usize| bytes.get(at).copied();
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let marks = sign(4)? == b'-'
        && sign(7)? == b'-'
        && matches!(sign(10)?, b'T' | b't')
        && sign(13)? == b':'
        && sign(16)? == b':';
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !marks || !(1..=last).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|sign: char| !sign.is_ascii_digit())?;
        if end == 0 {
            return None;
        }
        rest = fraction.get(end..)?;
    }
    let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(local - offset(rest)?)
}

/// The offset from UTC in seconds: `Z`, `+01:00`.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two = |part: &str| -> Option<i64> {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
        part.parse().ok()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days since 1970 of a date of the proleptic Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_turned_to_utc() {
        for (text, expected) in [
            ("2024-02-29", Some("2024-02-29T00:00:00Z")),
            ("2023-02-29", None),
            ("2024-05-01T00:30:00.25+01:00", Some("2024-04-30T23:30:00Z")),
            ("1969-12-31T23:59:59Z", Some("1969-12-31T23:59:59Z")),
            ("2024-05-01T00:30:00", None),
            ("2024-05-01T00:30:00.Z", None),
            ("2024-05-01 00:30:00Z", None),
            ("yesterday", None),
            ("2024-05-0ü", None),
            ("0000-01-01T00:00:00+23:00", None),
        ] {
            assert_eq!(utc(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            date_time("2024-05-01T00:30:00+02:00"),
            Some("2024-05-01T00:30:00+02:00")
        );
    }
}
