//! Moments on the command line.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A moment in nanoseconds since 1970-01-01 UTC: `2017-09-08T11:37:04Z`, the same with another zone or without (then UTC), a date, or seconds since
/// 1970 with or without a fraction.
pub(super) fn moment(text: &str) -> Result<i64, String> {
    unix(text.trim_start_matches('@')).or_else(|| written(text)).ok_or_else(|| {
        format!("`{text}` is no time: expected 2017-09-08T11:37:04Z, 2017-09-08 (UTC unless a zone is given), or seconds since 1970 like 1504870624.5")
    })
}

fn written(text: &str) -> Option<i64> {
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().ok()?;
        civil.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp())
    })?;
    i64::try_from(time.as_nanosecond()).ok()
}

/// Up to nine digits behind the point.
fn unix(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let fraction = format!("{fraction:0<9}").parse::<i64>().ok()?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_written_in_many_ways() {
        let expected = Ok(1_504_870_624_500_000_000);
        assert_eq!(moment("2017-09-08T11:37:04.5Z"), expected);
        assert_eq!(moment("2017-09-08T13:37:04.5+02:00"), expected);
        assert_eq!(moment("2017-09-08 11:37:04.5"), expected);
        assert_eq!(moment("1504870624.5"), expected);
        assert_eq!(moment("@1504870624.500000000"), expected);
        assert_eq!(moment("2017-09-08"), Ok(1_504_828_800_000_000_000));
        assert!(moment("yesterday").is_err());
        assert!(moment("").is_err());
        assert!(moment("99999999999999999999").is_err());
    }
}
