//! Times in a form that a `logformat` gives in the language of strftime (Squid's `%{…}tl`, Apache's `%{…}t`), alone or in several pieces.

use crate::clock::{Stamp, days, number};

/// One `%{…}t`.
#[derive(Debug, PartialEq, Eq)]
pub struct Form(Vec<Item>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Literal(u8),
    /// Any number of blanks.
    Blank,
    /// Letters that say nothing more: the day of the week.
    Letters,
    Part(Part),
}

/// What a time consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    /// 1969 to 2068, as POSIX has it.
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    Hour,
    Minute,
    Second,
    /// `+0200`, `+02:00` or `Z`.
    Zone,
    /// Since 1970, in 1/n seconds.
    Epoch(i64),
    /// Of a second: so many digits.
    Fraction(u32),
}

/// The pieces of a time that were read so far.
#[derive(Debug, Default)]
pub struct Moment {
    year: Option<i64>,
    month: i64,
    day: i64,
    second: i64,
    ahead: i64,
    nanos: u32,
    epoch: Option<i64>,
}

const MONTHS: [&[u8]; 12] = [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

impl Form {
    /// From what stands between the braces.
    ///
    /// # Errors
    /// The conversion that is not known.
    pub fn of(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix("begin:").or_else(|| text.strip_prefix("end:")).unwrap_or(text);
        let whole = match text {
            "sec" => Some(Part::Epoch(1)),
            "msec" => Some(Part::Epoch(1000)),
            "usec" => Some(Part::Epoch(1_000_000)),
            "msec_frac" => Some(Part::Fraction(3)),
            "usec_frac" => Some(Part::Fraction(6)),
            _ => None,
        };
        if let Some(part) = whole {
            return Ok(Self(vec![Item::Part(part)]));
        }
        let mut items = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => conversion(letters.next(), &mut items)?,
                ' ' | '\t' => items.push(Item::Blank),
                letter => items.extend(letter.to_string().bytes().map(Item::Literal)),
            }
        }
        Ok(Self(items))
    }

    /// How often a literal occurs within texts of this form.
    pub fn occurrences(&self, literal: &[u8]) -> usize {
        let byte = |item: &Item| match item {
            Item::Literal(byte) => *byte,
            Item::Blank => b' ',
            Item::Letters | Item::Part(_) => b'0',
        };
        let sample: Vec<u8> = self.0.iter().map(byte).collect();
        memchr::memmem::find_iter(&sample, literal).count()
    }

    /// Whether forms together tell a time.
    pub fn are_whole<'a>(forms: impl Iterator<Item = &'a Self>) -> bool {
        let parts: Vec<Part> =
            forms.flat_map(|form| &form.0).filter_map(|item| if let Item::Part(part) = item { Some(*part) } else { None }).collect();
        let has = |part| parts.contains(&part);
        let year = has(Part::Year) || has(Part::ShortYear);
        let month = has(Part::Month) || has(Part::MonthName);
        let day = has(Part::DayOfYear) || month && has(Part::Day);
        parts.iter().any(|part| matches!(part, Part::Epoch(_))) || year && day && has(Part::Hour) && has(Part::Minute)
    }

    /// Reads a text of this form; none: it is not.
    pub fn read(&self, mut text: &[u8], moment: &mut Moment) -> Option<()> {
        for item in &self.0 {
            text = match item {
                Item::Literal(byte) => text.strip_prefix(&[*byte])?,
                Item::Blank => text.trim_ascii_start(),
                Item::Letters => text.trim_prefix_of(u8::is_ascii_alphabetic),
                Item::Part(part) => moment.take(*part, text)?,
            };
        }
        text.is_empty().then_some(())
    }
}

fn conversion(letter: Option<char>, items: &mut Vec<Item>) -> Result<(), String> {
    let expanded = match letter {
        Some('F') => Some("%Y-%m-%d"),
        Some('D' | 'x') => Some("%m/%d/%y"),
        Some('T' | 'X') => Some("%H:%M:%S"),
        Some('R') => Some("%H:%M"),
        Some('c') => Some("%a %b %e %H:%M:%S %Y"),
        _ => None,
    };
    if let Some(form) = expanded {
        items.extend(Form::of(form)?.0);
        return Ok(());
    }
    items.push(match letter {
        Some('Y') => Item::Part(Part::Year),
        Some('y') => Item::Part(Part::ShortYear),
        Some('m') => Item::Part(Part::Month),
        Some('b' | 'h' | 'B') => Item::Part(Part::MonthName),
        Some('d' | 'e') => Item::Part(Part::Day),
        Some('j') => Item::Part(Part::DayOfYear),
        Some('H' | 'k') => Item::Part(Part::Hour),
        Some('M') => Item::Part(Part::Minute),
        Some('S') => Item::Part(Part::Second),
        Some('z') => Item::Part(Part::Zone),
        Some('s') => Item::Part(Part::Epoch(1)),
        Some('a' | 'A') => Item::Letters,
        Some('n' | 't') => Item::Blank,
        Some('%') => Item::Literal(b'%'),
        other => return Err(format!("%{} in a form of times", other.map(String::from).unwrap_or_default())),
    });
    Ok(())
}

/// Takes from the front what is of a kind.
trait TrimPrefixOf {
    fn trim_prefix_of(&self, is: fn(&u8) -> bool) -> &Self;
}

impl TrimPrefixOf for [u8] {
    fn trim_prefix_of(&self, is: fn(&u8) -> bool) -> &Self {
        let count = self.iter().take_while(|byte| is(byte)).count();
        self.get(count..).unwrap_or_default()
    }
}

impl Moment {
    /// Reads a part from the front of a text; gives what follows.
    fn take<'a>(&mut self, part: Part, text: &'a [u8]) -> Option<&'a [u8]> {
        let (number, rest) = match part {
            Part::Year => digits(text, 4, 4)?,
            Part::DayOfYear => digits(text, 3, 3)?,
            Part::Epoch(_) => digits(text, 1, 18)?,
            Part::Fraction(count) => digits(text, count as usize, count as usize)?,
            Part::MonthName => month_name(text)?,
            Part::Zone => zone(text)?,
            // Some conversions fill with a blank.
            _ => digits(text.strip_prefix(b" ").unwrap_or(text), 1, 2)?,
        };
        match part {
            Part::Year => self.year = Some(number),
            Part::ShortYear => self.year = Some(number + if number < 69 { 2000 } else { 1900 }),
            Part::Month | Part::MonthName => self.month = within(number, 1, 12)?,
            Part::Day => self.day = within(number, 1, 31)?,
            Part::DayOfYear => (self.month, self.day) = (1, within(number, 1, 366)?),
            Part::Hour => self.second += within(number, 0, 23)? * 3600,
            Part::Minute => self.second += within(number, 0, 59)? * 60,
            // A leap second is the second before it.
            Part::Second => self.second += within(number, 0, 60)?.min(59),
            Part::Zone => self.ahead = number,
            Part::Epoch(unit) => {
                self.epoch = Some(number / unit);
                self.nanos = (number % unit * (1_000_000_000 / unit)) as u32;
            }
            Part::Fraction(count) => self.nanos = number as u32 * 10_u32.pow(9 - count),
        }
        Some(rest)
    }

    /// When it was; `millis` come from a code of their own. None: no calendar has it.
    pub fn stamp(&self, millis: Option<u32>) -> Option<Stamp> {
        let seconds = match (self.epoch, self.year) {
            (Some(epoch), _) => epoch,
            (None, Some(year)) => self.day_of(year)? * 86_400 + self.second - self.ahead,
            (None, None) => return None,
        };
        // Beyond the year 9999 it is no time.
        let nanos = millis.map_or(self.nanos, |millis| millis * 1_000_000);
        (seconds < 253_402_300_800).then_some(Stamp { seconds, nanos })
    }

    fn day_of(&self, year: i64) -> Option<i64> {
        let first = days(year, self.month, 1);
        let next = if self.month == 12 { days(year + 1, 1, 1) } else { days(year, self.month + 1, 1) };
        // The day of a year is one of a very long January.
        let length = if self.month == 1 { days(year + 1, 1, 1) - first } else { next - first };
        (self.month > 0 && self.day <= length).then_some(first + self.day - 1)
    }
}

fn within(number: i64, least: i64, most: i64) -> Option<i64> {
    (least..=most).contains(&number).then_some(number)
}

/// A number of so many digits, and what follows.
fn digits(text: &[u8], least: usize, most: usize) -> Option<(i64, &[u8])> {
    let count = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let (found, rest) = text.split_at_checked(count).filter(|_| count >= least)?;
    Some((number(found)?, rest))
}

/// English names, short or whole.
fn month_name(text: &[u8]) -> Option<(i64, &[u8])> {
    let name = text.first_chunk::<3>()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| **month == name)?;
    Some((month as i64 + 1, text.trim_prefix_of(u8::is_ascii_alphabetic)))
}

/// Seconds ahead of UTC.
fn zone(text: &[u8]) -> Option<(i64, &[u8])> {
    if let Some(rest) = text.strip_prefix(b"Z") {
        return Some((0, rest));
    }
    let (sign, rest) = text.split_first()?;
    let (hours, rest) = digits(rest, 2, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(b":").unwrap_or(rest), 2, 2)?;
    let ahead = hours * 3600 + minutes * 60;
    match sign {
        b'+' => Some((ahead, rest)),
        b'-' => Some((-ahead, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[(&str, &str)]) -> Option<(i64, u32)> {
        let mut moment = Moment::default();
        for (form, text) in pieces {
            Form::of(form).expect(form).read(text.as_bytes(), &mut moment)?;
        }
        moment.stamp(None).map(|stamp| (stamp.seconds, stamp.nanos))
    }

    #[test]
    fn forms_of_one_time_say_the_same() {
        let expected = Some((1_504_870_624, 0));
        for (form, text) in [
            ("%d/%b/%Y:%H:%M:%S %z", "08/Sep/2017:07:37:04 -0400"),
            ("%Y-%m-%dT%H:%M:%S%z", "2017-09-08T17:07:04+05:30"),
            ("%F %T", "2017-09-08 11:37:04"),
            ("%c", "Fri Sep  8 11:37:04 2017"),
            ("%A, %d %B %y %R:%S", "Friday, 08 September 17 11:37:04"),
            ("%Y%j %H%M%S", "2017251 113704"),
            ("%FT%TZ", "2017-09-08T11:37:04Z"),
            ("%s", "1504870624"),
            ("begin:sec", "1504870624"),
        ] {
            assert_eq!(of(&[(form, text)]), expected, "{form}");
        }
    }

    #[test]
    fn a_time_may_come_in_pieces_and_with_a_fraction() {
        let pieces = [("%d/%b/%Y:%T", "08/Sep/2017:11:37:04"), ("msec_frac", "250"), ("%z", "+0000")];
        assert_eq!(of(&pieces), Some((1_504_870_624, 250_000_000)));
        assert_eq!(of(&[("usec", "1504870624123456")]), Some((1_504_870_624, 123_456_000)));
    }

    #[test]
    fn what_no_calendar_has_is_no_time() {
        for (form, text) in [
            ("%F", "2017-02-29"),
            ("%F", "2017-13-01"),
            ("%F", "2017-9-8x"),
            ("%Y%j", "2017366"),
            ("%F %T", "2017-09-08 24:00:00"),
            ("%F %z", "2017-09-08 0400"),
            ("%F %b", "2017-09-08 Now"),
            ("%s", "99999999999999999999"),
            ("%T", "11:37:04"),
        ] {
            assert_eq!(of(&[(form, text)]), None, "{form} {text}");
        }
        assert_eq!(of(&[("%Y%j", "2016366")]), Some((1_483_142_400, 0)));
    }

    #[test]
    fn conversions_that_are_not_known_are_named() {
        assert_eq!(Form::of("%Y-%Q"), Err("%Q in a form of times".to_owned()));
        assert_eq!(Form::of("%"), Err("% in a form of times".to_owned()));
        let whole = |form: &str| Form::are_whole(std::iter::once(&Form::of(form).unwrap()));
        assert_eq!(["%F %T", "%s", "%F", "%T", "msec", "%y%j %R"].map(whole), [true, true, false, false, true, true]);
    }
}
