//! Times as tshark prints them, and as Spot stored them.

use weir_sdk::{Column, Texts};

const NANOSECONDS: i64 = 1_000_000_000;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Builds the column `frame_time`: `Sep  8 2017 11:37:04.123456000 UTC`, which is tshark's without the comma, four words.
#[derive(Debug, Default)]
pub struct FrameTimes {
    texts: Texts,
    /// The second that `text` begins with.
    second: Option<i64>,
    text: String,
}

/// Bytes before the fraction.
const BEFORE: usize = "Sep  8 2017 11:37:04.".len();

impl FrameTimes {
    /// Adds a row; gives the second.
    #[inline]
    pub fn push(&mut self, nanoseconds: i64) -> i64 {
        let (second, fraction) = (nanoseconds.div_euclid(NANOSECONDS), nanoseconds.rem_euclid(NANOSECONDS) as u32);
        if self.second != Some(second) {
            self.set(second);
        }
        self.text.truncate(BEFORE);
        let mut digits = [b'0'; 9];
        let mut rest = fraction;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        self.text.push_str(str::from_utf8(&digits).unwrap_or_default());
        self.text.push_str(" UTC");
        self.texts.push(&self.text);
        second
    }

    #[inline(never)]
    fn set(&mut self, second: i64) {
        self.second = Some(second);
        self.text.clear();
        write_second(second, &mut self.text);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        self.texts.finish()
    }
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
    fn the_time_of_a_signature_is_fourteen_digits() {
        let mut out = Vec::new();
        write_digits(1_504_870_624, &mut out);
        assert_eq!(out, b"20170908113704");
    }
}
