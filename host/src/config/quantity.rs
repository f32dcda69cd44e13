//! Sizes (`64MiB`) and durations (`30s`) as people write them.

use std::ops::Range;
use std::time::Duration;

use bytesize::ByteSize;

/// A text that is no size.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a size: expected a number and a unit, like 512KiB, 64MiB or 1GB")]
pub(super) struct NotASize(pub String);

/// Bytes.
pub(super) fn size(text: &str) -> Result<u64, NotASize> {
    text.trim().parse::<ByteSize>().map(|size| size.as_u64()).map_err(|_| NotASize(text.to_owned()))
}

/// Bytes as people write them.
pub(super) fn bytes(count: u64) -> String {
    ByteSize(count).display().iec().to_string()
}

/// A text that is no duration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{text}` is not a duration: {reason}")]
pub(super) struct NotADuration {
    text: String,
    reason: String,
    at: Range<usize>,
}

impl NotADuration {
    /// Where in the text the mistake stands, in bytes.
    pub fn at(&self) -> Range<usize> {
        self.at.clone()
    }
}

/// A time span.
pub(super) fn duration(text: &str) -> Result<Duration, NotADuration> {
    use humantime::DurationError as Error;
    let wrong = |at, reason: &str| NotADuration { text: text.to_owned(), reason: reason.to_owned(), at };
    humantime::parse_duration(text).map_err(|error| match error {
        Error::InvalidCharacter(at) => wrong(at..at + 1, "expected numbers and units, like 500ms, 30s or 1h 30m"),
        Error::NumberExpected(at) => wrong(at..at + 1, "expected a number here, like 500ms, 30s or 1h 30m"),
        Error::UnknownUnit { start, end, unit, .. } if unit.is_empty() => wrong(start..end, "it lacks a unit, like 500ms, 30s or 1h 30m"),
        Error::UnknownUnit { start, end, unit, .. } => wrong(start..end, &format!("unknown unit `{unit}`, expected ms, s, m, h or d")),
        Error::NumberOverflow => wrong(0..text.len(), "it is too long or too precise"),
        Error::Empty => wrong(0..text.len(), "it is empty, expected something like 30s"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_binary_and_decimal_units() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("1 GB"), Ok(1_000_000_000));
        assert_eq!(size("17"), Ok(17));
    }

    #[test]
    fn a_text_without_a_known_unit_is_no_size() {
        assert_eq!(size("64MBit"), Err(NotASize("64MBit".to_owned())));
        assert_eq!(size("-1MiB"), Err(NotASize("-1MiB".to_owned())));
        assert_eq!(size(""), Err(NotASize(String::new())));
    }

    #[test]
    fn durations_may_have_several_parts() {
        assert_eq!(duration("1h 30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
    }

    #[test]
    fn a_wrong_duration_says_what_is_wrong_and_where() {
        let wrong = |text| duration(text).map_err(|error| (error.to_string(), error.at()));
        assert_eq!(wrong("30"), Err(("`30` is not a duration: it lacks a unit, like 500ms, 30s or 1h 30m".to_owned(), 2..2)));
        assert_eq!(
            wrong("10 parsecs"),
            Err(("`10 parsecs` is not a duration: unknown unit `parsecs`, expected ms, s, m, h or d".to_owned(), 3..10))
        );
        assert_eq!(wrong(""), Err(("`` is not a duration: it is empty, expected something like 30s".to_owned(), 0..0)));
    }
}
