//! The day and the hour under which a file is kept, UTC.

use std::io::{self, Read};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Original;
use crate::capture::{Preamble, Reader};
use crate::content::Content;

/// An hour of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour(DateTime);

impl Hour {
    /// Of a file: as its name says (`nfcapd.YYYYMMDDHHMM`), else of the first packet of a capture, else as editcap's name says
    /// (`NAME_NNNNN_YYYYMMDDHHMMSS.pcap`), else of the file's last change.
    pub fn of(original: &Original<'_>) -> io::Result<Self> {
        if let Some(hour) = Self::of_rotated(original.name) {
            return Ok(hour);
        }
        if let Some(time) = first_packet(original)? {
            return Ok(Self::of_nanoseconds(time));
        }
        Ok(Self::of_split(original.name).unwrap_or_else(|| Self::of_change(original.modified)))
    }

    /// Of nanoseconds since 1970.
    pub fn of_nanoseconds(time: i64) -> Self {
        Self(civil(Timestamp::from_nanosecond(i128::from(time)).unwrap_or(Timestamp::UNIX_EPOCH)))
    }

    fn of_change(modified: SystemTime) -> Self {
        Self(civil(Timestamp::try_from(modified).unwrap_or(Timestamp::UNIX_EPOCH)))
    }

    /// What follows the first dot.
    fn of_rotated(name: &str) -> Option<Self> {
        let time = name.split_once('.')?.1;
        let time = time.split_once('.').map_or(time, |(time, _)| time);
        matches!(time.len(), 12 | 14).then(|| digits(time)).flatten()
    }

    /// What follows the last underscore before the first dot.
    fn of_split(name: &str) -> Option<Self> {
        let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
        let time = stem.rsplit_once('_')?.1;
        (time.len() == 14).then(|| digits(time)).flatten()
    }

    /// `YYYYMMDD/HH`
    pub fn directory(&self) -> String {
        let Self(time) = self;
        format!("{:04}{:02}{:02}/{:02}", time.year(), time.month(), time.day(), time.hour())
    }
}

/// `YYYYMMDDHHMMSS` of nanoseconds since 1970, as editcap names its pieces.
pub(super) fn second(time: i64) -> String {
    civil(Timestamp::from_nanosecond(i128::from(time)).unwrap_or(Timestamp::UNIX_EPOCH)).strftime("%Y%m%d%H%M%S").to_string()
}

fn civil(time: Timestamp) -> DateTime {
    time.to_zoned(TimeZone::UTC).datetime()
}

/// `YYYYMMDDHHMM`, and what follows.
fn digits(text: &str) -> Option<Hour> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, 0, 0).ok().map(Hour)
}

/// The time of the first packet, if the file is a capture and has one.
fn first_packet(original: &Original<'_>) -> io::Result<Option<i64>> {
    let mut content = Content::of_file(original.file.clone())?;
    let mut head = Vec::new();
    content.by_ref().take(Preamble::MOST as u64).read_to_end(&mut head)?;
    if Preamble::read(&head).is_none() {
        return Ok(None);
    }
    let mut reader = Reader::new(Content::of_file(original.file.clone())?);
    let batch = reader.next_packets(1)?;
    Ok(batch.and_then(|batch| batch.packet(0)).map(|packet| packet.timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(hour: Option<Hour>) -> Option<String> {
        hour.map(|hour| hour.directory())
    }

    #[test]
    fn names_of_nfcapd_and_editcap_tell_day_and_hour() {
        for name in ["nfcapd.201711031400", "nfcapd.20171103140059", "nfcapd.201711031400.gz"] {
            assert_eq!(directory(Hour::of_rotated(name)).as_deref(), Some("20171103/14"), "{name}");
        }
        assert_eq!(directory(Hour::of_split("dns1_spot_00000_20170908113704.pcap")).as_deref(), Some("20170908/11"));
    }

    #[test]
    fn a_name_of_no_time_tells_nothing() {
        for name in ["nfcapd.current.123", "nfcapd.201713031400", "a.pcap", "nfcapd", "nfcapd.2017110314", "x.20171103140+"] {
            assert_eq!(Hour::of_rotated(name), None, "{name}");
        }
        assert_eq!(Hour::of_split("dns_1.pcap"), None);
    }

    #[test]
    fn times_are_those_of_utc() {
        assert_eq!(second(1_504_870_624_123_456_789), "20170908113704");
        assert_eq!(Hour::of_nanoseconds(1_504_870_624_123_456_789).directory(), "20170908/11");
        assert_eq!(Hour::of_change(SystemTime::UNIX_EPOCH).directory(), "19700101/00");
    }
}
