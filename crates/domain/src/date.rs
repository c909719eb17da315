use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A day of the proleptic Gregorian calendar, without a time zone; written `YYYY-MM-DD`.
///
/// Years run from 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    /// Days since 1970-01-01.
    days: i32,
}

/// Text that is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("read a date: write it as YYYY-MM-DD, a day that the calendar has")]
pub struct BadDate;

const DAYS_OF_ERA: i32 = 146_097;
const DAYS_BEFORE_1970: i32 = 719_468;

impl Date {
    /// Reads `YYYY-MM-DD`, ten characters and nothing else.
    ///
    /// # Errors
    /// [`BadDate`] for another shape, or for a day that no month has.
    pub fn parse(text: &str) -> Result<Self, BadDate> {
        let bytes = text.as_bytes();
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
            return Err(BadDate);
        };
        let number = |digits: &[&u8]| {
            digits.iter().try_fold(0_i32, |sum, digit| {
                digit
                    .is_ascii_digit()
                    .then(|| sum * 10 + i32::from(**digit - b'0'))
            })
        };
        let year = number(&[y1, y2, y3, y4]).ok_or(BadDate)?;
        let month = number(&[m1, m2]).ok_or(BadDate)?;
        let day = number(&[d1, d2]).ok_or(BadDate)?;
        let date = Self::of(year, month, day);
        if (1..=12).contains(&month) && day >= 1 && date.civil() == (year, month, day) {
            Ok(date)
        } else {
            Err(BadDate)
        }
    }

    /// The date with which an RFC 3339 time begins, or a date by itself.
    ///
    /// # Errors
    /// [`BadDate`] if it begins with none.
    pub fn of_time(text: &str) -> Result<Self, BadDate> {
        match text.as_bytes().get(10) {
            None => Self::parse(text),
            Some(b'T' | b't' | b' ') => Self::parse(text.get(..10).ok_or(BadDate)?),
            Some(_) => Err(BadDate),
        }
    }

    /// The date so many days after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Self { days }
    }

    /// Days since 1970-01-01; negative before.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// How many days later this is than the other date; negative if it is earlier.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.days) - i64::from(earlier.days)
    }

    /// So many days later.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self {
            days: self.days.saturating_add(days),
        }
    }

    /// By Howard Hinnant's `days_from_civil`; years count from March.
    fn of(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month_index = (month + 9) % 12;
        let of_year = (153 * month_index + 2) / 5 + day - 1;
        let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Self {
            days: era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970,
        }
    }

    /// Year, month and day, by his `civil_from_days`.
    fn civil(self) -> (i32, i32, i32) {
        let shifted = self.days.saturating_add(DAYS_BEFORE_1970);
        let era = shifted.div_euclid(DAYS_OF_ERA);
        let of_era = shifted.rem_euclid(DAYS_OF_ERA);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        formatter.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl std::str::FromStr for Date {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Date {
    type Error = BadDate;

    fn try_from(text: String) -> Result<Self, BadDate> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A day, `YYYY-MM-DD`.",
            "type": "string",
            "format": "date"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_comes_back() {
        let mut date = Date::parse("0000-01-01").unwrap();
        let last = Date::parse("9999-12-31").unwrap();
        let mut days = 0_u32;
        while date <= last {
            assert_eq!(Date::parse(&date.to_string()), Ok(date));
            date = date.plus_days(1);
            days += 1;
        }
        // 25 eras of 400 years.
        assert_eq!(days, 25 * 146_097);
    }

    #[test]
    fn differences_count_days() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(date("1970-01-01").days(), 0);
        assert_eq!(date("2026-11-23").days(), 20_780);
        assert_eq!(date("2028-03-01").days_since(date("2028-02-28")), 2);
        assert_eq!(date("2026-01-01").days_since(date("2027-01-01")), -365);
        assert_eq!(
            Date::of_time("2026-11-23T03:43:04Z"),
            Ok(date("2026-11-23"))
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-2-3",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-32",
            "+026-01-01",
            "2026-01-01T",
            "2026/01/01",
            "２026-01-0",
        ] {
            assert_eq!(Date::parse(text), Err(BadDate), "{text}");
        }
        assert!(Date::of_time("2026-01-01x").is_err());
    }
}
