//! The clock, which only the command line reads; `--now` and `--timestamp` stand in for it.

use std::time::{SystemTime, UNIX_EPOCH};

use waybill_domain::Date;

/// Today's date in UTC, `YYYY-MM-DD`.
pub(crate) fn today() -> Option<String> {
    now().and_then(|now| now.get(..10).map(ToOwned::to_owned))
}

/// Seconds since 1970; `None` if the clock stands before.
pub(crate) fn seconds() -> Option<i64> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(elapsed.as_secs()).ok()
}

/// The time in UTC to the second, RFC 3339; `None` if the clock stands before 1970.
pub(crate) fn now() -> Option<String> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    rfc3339(elapsed.as_secs())
}

/// Seconds since 1970 as RFC 3339.
fn rfc3339(seconds: u64) -> Option<String> {
    let date = Date::from_days(i32::try_from(seconds / 86_400).ok()?);
    let rest = seconds % 86_400;
    Some(format!(
        "{date}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_calendar() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_405_384, "2026-11-23T03:43:04Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds).as_deref(), Some(written));
        }
    }
}
