//! Times as logs write them, to seconds since 1970 in UTC, and back.

use crate::damage::Damage;
use crate::field::Field;
use crate::record::Record;

const DAY: i64 = 86_400;

/// A point of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Since 1970-01-01 UTC.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanos: u32,
}

impl Stamp {
    /// Nanoseconds since 1970; none outside the years 1678 to 2261, which they cannot tell.
    pub fn nanoseconds(self) -> Option<i64> {
        self.seconds.checked_mul(1_000_000_000)?.checked_add(self.nanos.into())
    }

    /// `2017-11-03`.
    pub fn date(self) -> [u8; 10] {
        let (year, month, day) = civil(self.seconds.div_euclid(DAY));
        let ([y1, y2], [y3, y4], [m1, m2], [d1, d2]) = (digits(year / 100), digits(year % 100), digits(month), digits(day));
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
    }

    /// `14:00:05`.
    pub fn time(self) -> [u8; 8] {
        let second = self.seconds.rem_euclid(DAY);
        let ([h1, h2], [m1, m2], [s1, s2]) = (digits(second / 3600), digits(second / 60 % 60), digits(second % 60));
        [h1, h2, b':', m1, m2, b':', s1, s2]
    }
}

/// The time of lines, one after the other: remembers the day, which hardly ever changes.
#[derive(Debug, Default)]
pub struct Clock {
    /// Text of the day before, and days since 1970.
    last: Option<([u8; 10], i64)>,
    /// Days since 1970 by the header, or of the line before: for logs whose lines have no date.
    day: Option<i64>,
    /// Second of the day of the line before, where lines have no date.
    second: i64,
    /// The header said when the log starts: when it was written says less.
    started: bool,
}

impl Clock {
    /// When the line was written.
    ///
    /// # Errors
    /// The line has no time, or one that no calendar has.
    #[inline]
    pub fn at(&mut self, line: &[u8], record: &Record) -> Result<Stamp, Damage> {
        if let Some(time) = record.get(line, Field::Time) {
            let (second, nanos) = time_of_day(unquoted(time)).ok_or(Damage::Time)?;
            let day = match record.get(line, Field::Date) {
                Some(date) => self.day_of(unquoted(date)).ok_or(Damage::Date)?,
                None => self.running_day(second)?,
            };
            return Ok(Stamp { seconds: day * DAY + second, nanos });
        }
        at_once(line, record)
    }

    fn day_of(&mut self, text: &[u8]) -> Option<i64> {
        let date = text.as_array::<10>()?;
        match self.last {
            Some((last, day)) if last == *date => Some(day),
            _ => {
                let day = day(date)?;
                self.last = Some((*date, day));
                Some(day)
            }
        }
    }

    /// A clock that falls by more than half a day has passed midnight.
    fn running_day(&mut self, second: i64) -> Result<i64, Damage> {
        let mut day = self.day.ok_or(Damage::NoDate)?;
        day += i64::from(second + DAY / 2 < self.second);
        *self = Self { last: self.last, day: Some(day), second, started: false };
        Ok(day)
    }

    /// Takes the value of `#Start-Date: 2005-04-27 20:57:09`, or of `#Date`, which says when the header was written and counts where the other is not.
    pub fn set_day(&mut self, text: &[u8], start: bool) {
        let found = text.first_chunk::<10>().and_then(day).filter(|_| start || !self.started);
        if let Some(day) = found {
            *self = Self { last: self.last, day: Some(day), second: 0, started: start };
        }
    }

    /// As text without line ends.
    pub fn save(&self) -> String {
        let day = self.day.map(|day| day.to_string()).unwrap_or_default();
        format!("{day} {} {}", self.second, u8::from(self.started))
    }

    /// Reads that text back.
    pub fn restore(text: &str) -> Option<Self> {
        let mut items = text.split(' ');
        let day = items.next().filter(|day| !day.is_empty()).map(str::parse).transpose().ok()?;
        let second = items.next()?.parse().ok().filter(|second| (0..DAY).contains(second))?;
        let day = day.filter(|day| (-800_000..3_000_000).contains(day));
        Some(Self { last: None, day, second, started: items.next()? == "1" })
    }
}

/// From a field that holds day and time.
fn at_once(line: &[u8], record: &Record) -> Result<Stamp, Damage> {
    if let Some(stamp) = record.moment {
        return Ok(stamp);
    }
    if let Some(epoch) = record.get(line, Field::Epoch) {
        let (seconds, nanos) = decimal(unquoted(epoch)).ok_or(Damage::Time)?;
        let millis = millis(line, record)?.unwrap_or(0);
        // Beyond the year 9999 it is no time.
        return (seconds < 253_402_300_800).then_some(Stamp { seconds, nanos: nanos + millis * 1_000_000 }).ok_or(Damage::Time);
    }
    let clf = record.get(line, Field::Clf).ok_or(Damage::NoDate)?;
    clf_time(clf).ok_or(Damage::Time)
}

/// Milliseconds that a code of their own gives.
///
/// # Errors
/// They are none.
pub fn millis(line: &[u8], record: &Record) -> Result<Option<u32>, Damage> {
    let Some(text) = record.get(line, Field::Millis) else { return Ok(None) };
    let millis = number(text).and_then(|millis| u32::try_from(millis).ok()).filter(|millis| *millis < 1000);
    millis.map(Some).ok_or(Damage::Time)
}

/// `22/Nov/2026:05:00:33 +0000`, with or without brackets.
fn clf_time(text: &[u8]) -> Option<Stamp> {
    let text = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text);
    let [d1, d2, b'/', n1, n2, n3, b'/', year @ ..] = text else { return None };
    let ([y1, y2, y3, y4], rest) = year.split_first_chunk()?;
    let ([b':', time @ ..], rest) = rest.split_first_chunk::<9>()? else { return None };
    let ([b' ', sign, h1, h2, m1, m2], []) = rest.split_first_chunk()? else { return None };
    let names: [&[u8; 3]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let [t1, t2] = digits(names.iter().position(|name| *name == &[*n1, *n2, *n3])? as i64 + 1);
    let day = day(&[*y1, *y2, *y3, *y4, b'-', t1, t2, b'-', *d1, *d2])?;
    let (second, nanos) = time_of_day(time)?;
    let ahead = pair(*h1, *h2)? * 3600 + pair(*m1, *m2)? * 60;
    let ahead = match sign {
        b'+' => ahead,
        b'-' => -ahead,
        _ => return None,
    };
    Some(Stamp { seconds: day * DAY + second - ahead, nanos })
}

/// `HH:MM:SS`, with or without a fraction: seconds and nanoseconds. A leap second is the second before it.
#[inline]
fn time_of_day(text: &[u8]) -> Option<(i64, u32)> {
    let ([h1, h2, b':', m1, m2, b':', s1, s2], rest) = text.split_first_chunk()? else { return None };
    let (hour, minute, second) = (pair(*h1, *h2)?, pair(*m1, *m2)?, pair(*s1, *s2)?);
    let nanos = match rest {
        [] => 0,
        [b'.', fraction @ ..] => nanos(fraction)?,
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 61).then_some((hour * 3600 + minute * 60 + second.min(59), nanos))
}

/// A number of seconds, with or without a fraction.
fn decimal(text: &[u8]) -> Option<(i64, u32)> {
    match text.iter().position(|byte| *byte == b'.') {
        Some(point) => {
            let (seconds, fraction) = text.split_at_checked(point)?;
            Some((number(seconds)?, nanos(fraction.get(1..)?)?))
        }
        None => Some((number(text)?, 0)),
    }
}

/// Digits behind the point; what is beyond nanoseconds is cut.
fn nanos(text: &[u8]) -> Option<u32> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let all: Option<Vec<u32>> = text.iter().map(digit).collect();
    Some(all?.into_iter().chain(std::iter::repeat(0)).take(9).fold(0, |nanos, digit| nanos * 10 + digit))
}

/// Decimal digits, at most 18.
pub fn number(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

#[inline]
fn pair(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

fn digits(number: i64) -> [u8; 2] {
    let digit = |number: i64| b'0' + number.rem_euclid(10) as u8;
    [digit(number / 10), digit(number)]
}

/// Days since 1970 of `2017-11-03`, years 1 to 9999.
fn day(text: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let (year, month, day) = (pair(y1, y2)? * 100 + pair(y3, y4)?, pair(m1, m2)?, pair(d1, d2)?);
    let days = days(year, month, day);
    (year > 0 && civil(days) == (year, month, day)).then_some(days)
}

/// Days since 1970-01-01 of a day that the calendar has. Years begin in March here, so that the day of a leap year is the last one; eras are of 400 years.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of `days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * march + 2) / 5 + 1)
}

/// The text between quotes.
#[inline]
pub fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar() {
        let of = |text: &str| day(text.as_bytes().first_chunk().unwrap());
        assert_eq!(of("1970-01-01"), Some(0));
        assert_eq!(of("2016-10-01"), Some(17_075));
        assert_eq!(of("2000-02-29"), Some(11_016));
        for wrong in ["2023-02-29", "2023-13-01", "2023-00-10", "0000-01-01", "2023-1-5   ", "2023/01/05", "+023-01-05"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_of_the_common_log_format_is_taken_to_utc() {
        let of = |text: &str| clf_time(text.as_bytes()).map(|stamp| stamp.seconds);
        assert_eq!(of("22/Nov/2026:05:00:33 +0000"), Some(1_795_323_633));
        assert_eq!(of("[22/Nov/2026:00:00:33 -0500]"), Some(1_795_323_633));
        for wrong in
            ["", "-", "22/Nov/2026:05:00:33", "22/Now/2026:05:00:33 +0000", "32/Nov/2026:05:00:33 +0000", "22/Nov/2026:05:00:33 +00000"]
        {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_read_is_written_back() {
        let stamp = clf_time(b"03/Jan/2024:23:05:09 +0000").unwrap();
        assert_eq!((&stamp.date(), &stamp.time()), (b"2024-01-03", b"23:05:09"));
        assert_eq!(decimal(b"1461576382.642"), Some((1_461_576_382, 642_000_000)));
        assert_eq!(time_of_day(b"23:59:60.5"), Some((86_399, 500_000_000)));
        assert_eq!(time_of_day(b"24:00:00"), None);
    }

    #[test]
    fn a_log_without_dates_takes_that_of_its_header_and_passes_midnight() {
        let mut clock = Clock::default();
        assert_eq!(clock.running_day(5), Err(Damage::NoDate));
        clock.set_day(b"1970-01-03 20:00:00", true);
        clock.set_day(b"1999-01-01 00:00:00", false);
        assert_eq!([80_000, 79_999, 10, 86_000].map(|second| clock.running_day(second)), [Ok(2), Ok(2), Ok(3), Ok(3)]);
    }
}
