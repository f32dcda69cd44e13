//! Times as Spot's tools print them, all of them UTC.

/// Seconds since 1970 of `YYYY-MM-DD hh:mm:ss` at the beginning of a text; none: it does not begin so, or there is no such moment.
pub fn seconds(text: &str) -> Option<i64> {
    let bytes: &[u8; 19] = text.as_bytes().first_chunk()?;
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b' ', h1, h2, b':', m1, m2, b':', s1, s2] = bytes else { return None };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let (month, day) = (number(&[*mo1, *mo2])?, number(&[*d1, *d2])?);
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted in years that begin with March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// A moment as tshark's `frame.time` has it in UTC, taken apart at its comma: `Sep  8, 2017 11:37:04.123456789 UTC`.
pub fn frame_time(second: i64, fraction: &str) -> (String, String) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, of_day) = (second.div_euclid(86_400) + 719_468, second.rem_euclid(86_400));
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 2 } else { month - 10 };
    let year = year + era * 400 + i64::from(month < 2);
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    (format!("{name} {day:2}"), format!(" {year} {hour:02}:{minute:02}:{second:02}.{fraction} UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_utc() {
        assert_eq!(seconds("2017-11-03 14:00:05"), Some(1_509_717_605));
        assert_eq!(seconds("2017-11-03 14:00:05.123"), Some(1_509_717_605));
        assert_eq!(seconds("1969-12-31 23:59:59"), Some(-1));
        assert_eq!(seconds("2016-02-29 00:00:00"), Some(1_456_704_000));
    }

    #[test]
    fn what_is_no_moment_is_no_time() {
        for text in ["", "2017-02-29 00:00:00", "2017-11-03T14:00:05", "2017-13-01 00:00:00", "2017-11-03 24:00:00", "2017-11-03 14:00"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_spelled_as_tshark_does() {
        let spelled = |second| frame_time(second, "123456789");
        assert_eq!(spelled(1_504_870_624), ("Sep  8".to_owned(), " 2017 11:37:04.123456789 UTC".to_owned()));
        assert_eq!(spelled(1_456_704_000), ("Feb 29".to_owned(), " 2016 00:00:00.123456789 UTC".to_owned()));
        assert_eq!(spelled(1_483_228_799), ("Dec 31".to_owned(), " 2016 23:59:59.123456789 UTC".to_owned()));
    }
}
