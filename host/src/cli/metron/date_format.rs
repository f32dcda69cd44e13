//! Dates by the patterns of java.text.SimpleDateFormat, as far as they are numbers, names of months and zones. Without a zone they are UTC.

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// Milliseconds since 1970 of a text in a pattern.
pub(super) fn milliseconds(pattern: &str, text: &str) -> Result<i64, String> {
    let form = form(pattern)?;
    let wrong = |why: jiff::Error| format!("Unparseable date: \"{text}\": expected {pattern}: {why}");
    let mut time = BrokenDownTime::parse(&form, text).map_err(wrong)?;
    if time.month().is_none() && time.day_of_year().is_none() {
        _ = time.set_month(Some(1));
    }
    if time.day().is_none() && time.day_of_year().is_none() {
        _ = time.set_day(Some(1));
    }
    if time.offset().is_some() {
        return time.to_timestamp().map(|time| time.as_millisecond()).map_err(wrong);
    }
    let date: Date = time.to_date().map_err(wrong)?;
    let clock = time.to_time().unwrap_or_default();
    date.to_datetime(clock).to_zoned(TimeZone::UTC).map(|time| time.timestamp().as_millisecond()).map_err(wrong)
}

/// The pattern as strptime has it.
fn form(pattern: &str) -> Result<String, String> {
    let (mut form, mut letters) = (String::new(), pattern.chars().peekable());
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            form.extend(letters.by_ref().take_while(|letter| *letter != '\''));
            continue;
        }
        let mut count = 1;
        while letter.is_ascii_alphabetic() && letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        form.push_str(match (letter, count) {
            ('y', 2) => "%y",
            ('y', _) => "%Y",
            ('M', 1 | 2) => "%m",
            ('M', 3) => "%b",
            ('M', _) => "%B",
            ('d', _) => "%d",
            ('D', _) => "%j",
            ('H', _) => "%H",
            ('h', _) => "%I",
            ('m', _) => "%M",
            ('s', _) => "%S",
            ('S', _) => "%f",
            ('a', _) => "%p",
            ('E', 1..=3) => "%a",
            ('E', _) => "%A",
            ('Z', _) | ('X', 2) => "%z",
            ('X', 3) => "%:z",
            (letter, _) if letter.is_ascii_alphabetic() => return Err(format!("Illegal pattern character '{letter}'")),
            (letter, _) => {
                form.push(letter);
                continue;
            }
        });
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_by_their_pattern() {
        assert_eq!(milliseconds("yyyy-MM-dd-HH:mm.ss", "2016-06-13-18:35.00"), Ok(1_465_842_900_000));
        assert_eq!(milliseconds("yyyyMMdd", "20160613"), Ok(1_465_776_000_000));
        assert_eq!(milliseconds("yyyy-MM-dd'T'HH:mm:ssZ", "2016-06-13T18:35:00+0100"), Ok(1_465_839_300_000));
        assert!(milliseconds("yyyy-MM-dd", "soon").unwrap_err().starts_with("Unparseable date: \"soon\""));
        assert!(milliseconds("Q", "1").unwrap_err().contains("'Q'"));
    }
}
