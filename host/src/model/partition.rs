//! The hour a row belongs to: a directory of a table in Hive layout.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An hour of UTC, or the place of rows without a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Partition {
    /// Hours since 1970-01-01 00:00 UTC.
    Hour(i64),
    /// Rows whose event time is null, or outside the years that have a spelling (-9999 to 9999).
    Unknown,
}

const UNKNOWN: &str = "__HIVE_DEFAULT_PARTITION__";

impl Partition {
    /// The hour in which a time lies.
    pub fn of(time: i64, per_hour: i64) -> Self {
        let hour = time.div_euclid(per_hour);
        match hour.checked_mul(3600).and_then(|seconds| Timestamp::from_second(seconds).ok()) {
            Some(_) => Self::Hour(hour),
            None => Self::Unknown,
        }
    }

    /// Path below the table: `y=2017/m=9/d=8/h=11`, or `y=2017/m=09/d=08/h=11` when `padded`. Hive writes integers without zeros.
    pub fn path(&self, padded: bool) -> String {
        let time = match self {
            Self::Hour(hour) => Timestamp::from_second(hour * 3600).ok(),
            Self::Unknown => None,
        };
        let Some(time) = time.map(|time| time.to_zoned(TimeZone::UTC)) else {
            return format!("y={UNKNOWN}/m={UNKNOWN}/d={UNKNOWN}/h={UNKNOWN}");
        };
        let (y, m, d, h) = (time.year(), time.month(), time.day(), time.hour());
        if padded { format!("y={y:04}/m={m:02}/d={d:02}/h={h:02}") } else { format!("y={y}/m={m}/d={d}/h={h}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_utc_and_spelled_as_hive_writes_integers() {
        let partition = Partition::of(1_504_870_624, 3600);
        assert_eq!(partition.path(false), "y=2017/m=9/d=8/h=11");
        assert_eq!(partition.path(true), "y=2017/m=09/d=08/h=11");
    }

    #[test]
    fn a_time_before_1970_lies_in_the_hour_that_began_before_it() {
        assert_eq!(Partition::of(-1, 3600).path(false), "y=1969/m=12/d=31/h=23");
    }

    #[test]
    fn a_time_that_no_calendar_has_goes_where_hive_puts_nulls() {
        assert_eq!(Partition::of(i64::MAX, 3600), Partition::Unknown);
        assert!(Partition::Unknown.path(false).starts_with("y=__HIVE_DEFAULT_PARTITION__/m="));
    }
}
