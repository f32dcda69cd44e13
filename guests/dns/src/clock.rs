//! Times as tshark prints them, and as Spot stored them.

use weir_sdk::{Bytes, Column, Values};

const NANOSECONDS: i64 = 1_000_000_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sep  8 2017 11:37:04.123456000 UTC`: as long for every time that a capture can hold.
const LENGTH: usize = BEFORE + "123456000 UTC".len();
/// Bytes before the fraction.
const BEFORE: usize = "Sep  8 2017 11:37:04.".len();

/// Builds the column `frame_time`: tshark's text without the comma, four words.
#[derive(Debug)]
pub struct FrameTimes {
    texts: Vec<[u8; LENGTH]>,
    /// The last row's second; in nanoseconds, where they hold it; as text.
    second: i64,
    begin: Option<i64>,
    before: [u8; BEFORE],
}

impl Default for FrameTimes {
    fn default() -> Self {
        let mut times = Self { texts: Vec::new(), second: 0, begin: None, before: [0; BEFORE] };
        times.set(0);
        times
    }
}

impl FrameTimes {
    /// Adds a row; gives the second.
    #[inline(always)]
    pub fn push(&mut self, nanoseconds: i64) -> i64 {
        // Most packets come within the second of the one before: the sandbox divides wide numbers slowly.
        let fraction = match self.begin.and_then(|begin| nanoseconds.checked_sub(begin)) {
            Some(fraction @ 0..NANOSECONDS) => fraction as u32,
            _ => self.set(nanoseconds),
        };
        let mut text = [0; LENGTH];
        if let Some((before, [a, b, c, d, e, f, g, h, i, rest @ ..])) = text.split_first_chunk_mut() {
            *before = self.before;
            [*a, *b, *c] = digits(fraction / 1_000_000);
            [*d, *e, *f] = digits(fraction / 1000 % 1000);
            [*g, *h, *i] = digits(fraction % 1000);
            rest.copy_from_slice(b" UTC");
        }
        self.texts.push(text);
        self.second
    }

    /// Begins another second; gives the fraction.
    #[inline(never)]
    fn set(&mut self, nanoseconds: i64) -> u32 {
        let fraction = nanoseconds.rem_euclid(NANOSECONDS);
        self.second = nanoseconds.div_euclid(NANOSECONDS);
        self.begin = nanoseconds.checked_sub(fraction);
        let mut text = String::with_capacity(LENGTH);
        write_second(self.second, &mut text);
        self.before = text.as_bytes().first_chunk().copied().unwrap_or([b'?'; BEFORE]);
        fraction as u32
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        let next = Vec::with_capacity(self.texts.len());
        let texts = std::mem::replace(&mut self.texts, next);
        let offsets: Vec<_> = (0..=texts.len()).map(|row| ((row * LENGTH) as u32).to_le_bytes()).collect();
        let values = Values::Bytes(Bytes { offsets: offsets.into_flattened(), data: texts.into_flattened() });
        Column { valid: None, lists: None, values }
    }
}

/// Three digits of a number below 1000.
#[inline(always)]
fn digits(number: u32) -> [u8; 3] {
    [number / 100, number / 10 % 10, number % 10].map(|digit| b'0' + digit as u8)
}

/// Appends `Sep  8 2017 11:37:04.`.
fn write_second(second: i64, out: &mut String) {
    let [year, month, day] = date(second.div_euclid(86_400));
    let rest = second.rem_euclid(86_400);
    out.push_str(MONTHS.get(month as usize - 1).copied().unwrap_or_default());
    out.push(' ');
    out.push(if day < 10 { ' ' } else { char::from(b'0' + (day / 10) as u8) });
    out.push(char::from(b'0' + (day % 10) as u8));
    // A capture's time has 64 bits of nanoseconds: the year has four digits.
    for (number, before) in [(year / 100, " "), (year % 100, ""), (rest / 3600, " "), (rest / 60 % 60, ":"), (rest % 60, ":")] {
        out.push_str(before);
        out.push(char::from(b'0' + (number / 10 % 10) as u8));
        out.push(char::from(b'0' + (number % 10) as u8));
    }
    out.push('.');
}

/// Appends `20170908113704`, as RFC 4034 writes the times of signatures.
pub fn write_digits(second: u32, out: &mut Vec<u8>) {
    let [year, month, day] = date(i64::from(second) / 86_400);
    let rest = i64::from(second % 86_400);
    for number in [year / 100, year % 100, month, day, rest / 3600, rest / 60 % 60, rest % 60] {
        out.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
    }
}

/// Year, month and day from days since 1970.
fn date(days: i64) -> [i64; 3] {
    // Years begin in March here, so that the day of a leap year is the last one; eras are of 400 years.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    [year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * march_month + 2) / 5 + 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_written_with_an_unpadded_day_in_two_places() {
        let shown = [0, 951_782_400, 1_504_870_624, 4_102_444_799, -1].map(|second| {
            let mut out = String::new();
            write_second(second, &mut out);
            out
        });
        let expected =
            ["Jan  1 1970 00:00:00.", "Feb 29 2000 00:00:00.", "Sep  8 2017 11:37:04.", "Dec 31 2099 23:59:59.", "Dec 31 1969 23:59:59."];
        assert_eq!(shown, expected);
    }

    #[test]
    fn times_of_one_second_and_of_others_keep_their_fractions() {
        let mut times = FrameTimes::default();
        let seconds = [1, 1_504_870_624_123_456_789, 1_504_870_624_000_000_000, -1, i64::MIN, i64::MAX].map(|time| times.push(time));
        assert_eq!(seconds, [0, 1_504_870_624, 1_504_870_624, -1, -9_223_372_037, 9_223_372_036]);
        let expected = [
            "Jan  1 1970 00:00:00.000000001 UTC",
            "Sep  8 2017 11:37:04.123456789 UTC",
            "Sep  8 2017 11:37:04.000000000 UTC",
            "Dec 31 1969 23:59:59.999999999 UTC",
            "Sep 21 1677 00:12:43.145224192 UTC",
            "Apr 11 2262 23:47:16.854775807 UTC",
        ];
        let offsets = (0..=6u32).flat_map(|row| (row * 34).to_le_bytes()).collect();
        assert_eq!(times.finish().values, Values::Bytes(Bytes { offsets, data: expected.concat().into_bytes() }));
    }

    #[test]
    fn the_time_of_a_signature_is_fourteen_digits() {
        let mut out = Vec::new();
        write_digits(1_504_870_624, &mut out);
        assert_eq!(out, b"20170908113704");
    }
}
