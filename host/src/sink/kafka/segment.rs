//! Lines into segments, each a message.
//!
//! `spot-avro`: as Spot's distributed collector cuts them (`pipelines/*/processing.py`, `prepare`). A line joins the segment if its hour is the segment's and
//! the size stays below the limit. Only the hour before counts, so lines out of order make more segments; and a segment's first line may have any size.
//!
//! `text`: as Spot's master cuts proxy logs (`pipelines/proxy/collector.py`). A segment ends with the line that makes it larger than the limit.

use super::block::Block;
use crate::config::MessageFormat;
use crate::model::OpenSegment;

/// Bytes that a line counts for beside its own: the size of a string object in Spot's Python.
const LINE: u64 = 37;

/// A segment that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// From 0 for each source.
    pub number: u64,
    /// Number of its first row in the source, from 0.
    pub row: u64,
    /// Rows.
    pub rows: u64,
    /// Milliseconds since 1970 of its first row.
    pub time: Option<i64>,
    /// The value of the message.
    pub value: Vec<u8>,
}

/// Cuts the rows of one source, which come in their order.
#[derive(Debug)]
pub(super) struct Segmenter {
    format: MessageFormat,
    limit: u64,
    number: u64,
    /// First row of the segment that is being filled.
    row: u64,
    hour: Option<i64>,
    time: Option<i64>,
    size: u64,
    lines: Block,
}

impl Segmenter {
    /// Goes on with segment `number`, whose first row is `row`; `limit` bytes end a segment.
    pub fn new((format, limit): (MessageFormat, u64), number: u64, row: u64) -> Self {
        Self { format, limit, number, row, hour: None, time: None, size: 0, lines: Block::default() }
    }

    /// Takes a line of an hour (since 1970) and a time (milliseconds since 1970). Gives a segment that it ends, as its last line or by beginning another.
    pub fn push(&mut self, line: &[u8], hour: Option<i64>, time: Option<i64>) -> Option<Segment> {
        match self.format {
            MessageFormat::SpotAvro => {
                let size = LINE + line.len() as u64;
                let joins = self.lines.count() > 0 && hour == self.hour && self.size + size < self.limit;
                let before = if joins { None } else { self.cut() };
                self.add(line, size, hour, time);
                before
            }
            MessageFormat::Text => {
                self.add(line, 1 + line.len() as u64, None, None);
                if self.size > self.limit { self.cut() } else { None }
            }
            MessageFormat::Record | MessageFormat::Path | MessageFormat::Arrow | MessageFormat::Packets => {
                self.add(line, 0, None, time);
                self.cut()
            }
        }
    }

    fn add(&mut self, line: &[u8], size: u64, hour: Option<i64>, time: Option<i64>) {
        if self.lines.count() == 0 {
            (self.hour, self.time) = (hour, time);
        }
        self.size += size;
        self.lines.push(line);
    }

    /// Ends the segment that is being filled; none: it is empty.
    pub fn cut(&mut self) -> Option<Segment> {
        let lines = std::mem::take(&mut self.lines);
        let rows = lines.count();
        if rows == 0 {
            return None;
        }
        let segment = Segment { number: self.number, row: self.row, rows, time: self.time, value: lines.value(self.format) };
        (self.number, self.row, self.size) = (self.number + 1, self.row + rows, 0);
        Some(segment)
    }

    /// Number of the segment that is being filled, and of its first row.
    pub fn position(&self) -> (u64, u64) {
        (self.number, self.row)
    }

    /// The segment that is being filled.
    pub fn open(&self) -> Option<OpenSegment> {
        let lines = self.lines.lines().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        (self.lines.count() > 0).then_some(OpenSegment { hour: self.hour, time: self.time, lines, stream: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(segments: &[Segment]) -> Vec<u64> {
        segments.iter().map(|segment| segment.rows).collect()
    }

    fn cut(limit: u64, lines: &[(usize, i64)]) -> Vec<Segment> {
        let mut segmenter = Segmenter::new((MessageFormat::SpotAvro, limit), 0, 0);
        let mut segments: Vec<_> =
            lines.iter().filter_map(|(length, hour)| segmenter.push(&vec![b'x'; *length], Some(*hour), Some(hour * 3_600_000))).collect();
        segments.extend(segmenter.cut());
        segments
    }

    #[test]
    fn two_lines_of_126_bytes_are_one_message_below_327_bytes_and_two_below_326() {
        assert_eq!(rows(&cut(326, &[(126, 0), (126, 0)])), [1, 1]);
        assert_eq!(rows(&cut(327, &[(126, 0), (126, 0)])), [2]);
    }

    #[test]
    fn lines_of_another_hour_begin_a_segment_and_only_the_hour_before_counts() {
        let segments = cut(1 << 20, &[(10, 14), (10, 14), (10, 15), (10, 14)]);
        assert_eq!(rows(&segments), [2, 1, 1]);
        assert_eq!(segments.iter().map(|segment| (segment.number, segment.row)).collect::<Vec<_>>(), [(0, 0), (1, 2), (2, 3)]);
        assert_eq!(segments[2].time, Some(14 * 3_600_000));
    }

    #[test]
    fn a_first_line_may_be_larger_than_a_segment() {
        assert_eq!(rows(&cut(100, &[(500, 0), (1, 0), (1, 0)])), [1, 2]);
    }

    #[test]
    fn what_is_open_goes_on_elsewhere_as_if_nothing_had_been() {
        let mut first = Segmenter::new((MessageFormat::SpotAvro, 1000), 3, 40);
        assert_eq!(first.push(b"a", Some(1), Some(7)), None);
        let open = first.open().unwrap();
        let mut second = Segmenter::new((MessageFormat::SpotAvro, 1000), 3, 40);
        open.lines.iter().for_each(|line| _ = second.push(line.as_bytes(), open.hour, open.time));
        second.push(b"b", Some(1), Some(8));
        first.push(b"b", Some(1), Some(8));
        assert_eq!(second.cut(), first.cut());
    }

    #[test]
    fn a_block_of_text_ends_with_the_line_that_makes_it_too_large() {
        let mut segmenter = Segmenter::new((MessageFormat::Text, 100), 0, 0);
        let mut segments: Vec<_> = (0..5).filter_map(|_| segmenter.push(&[b'x'; 59], Some(1), Some(2))).collect();
        segments.extend(segmenter.cut());
        let lengths: Vec<_> = segments.iter().map(|segment| segment.value.len()).collect();
        assert_eq!(lengths, [120, 120, 60]);
        assert_eq!(segmenter.cut(), None);
    }

    #[test]
    fn a_record_is_a_segment() {
        let mut segmenter = Segmenter::new((MessageFormat::Record, 100), 7, 7);
        let segment = segmenter.push(b"a", Some(1), Some(2)).unwrap();
        assert_eq!((segment.number, segment.rows, segment.time), (7, 1, Some(2)));
        assert_eq!(segmenter.position(), (8, 8));
    }
}
