//! Lines into segments, each a message: those of one hour that follow each other, up to a size.
//!
//! As Spot's distributed collector cuts them (`pipelines/*/processing.py`, `prepare`): a line joins the segment if its hour is the segment's and the size
//! stays below the limit. Only the hour before counts, so lines out of order make more segments; and a segment's first line may have any size.

use crate::model::{self, LineList, OpenSegment};

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
    /// The lines.
    pub lines: LineList,
}

/// Cuts the rows of one source, which come in their order.
#[derive(Debug)]
pub(super) struct Segmenter {
    limit: u64,
    number: u64,
    /// First row of the segment that is being filled.
    row: u64,
    hour: Option<i64>,
    time: Option<i64>,
    size: u64,
    lines: LineList,
}

impl Segmenter {
    /// Goes on with segment `number`, whose first row is `row`; `limit` bytes end a segment.
    pub fn new(limit: u64, number: u64, row: u64) -> Self {
        Self { limit, number, row, hour: None, time: None, size: 0, lines: LineList::default() }
    }

    /// Takes a line of an hour (since 1970) and a time (milliseconds since 1970). Gives the segment before it, if the line begins a new one.
    pub fn push(&mut self, line: &[u8], hour: Option<i64>, time: Option<i64>) -> Option<Segment> {
        let size = LINE + line.len() as u64;
        let joins = self.lines.count() > 0 && hour == self.hour && self.size + size < self.limit;
        let before = if joins { None } else { self.cut() };
        if self.lines.count() == 0 {
            (self.hour, self.time) = (hour, time);
        }
        self.size += size;
        self.lines.push(line);
        before
    }

    /// Ends the segment that is being filled; none: it is empty.
    pub fn cut(&mut self) -> Option<Segment> {
        let lines = std::mem::take(&mut self.lines);
        let rows = lines.count();
        if rows == 0 {
            return None;
        }
        let segment = Segment { number: self.number, row: self.row, rows, time: self.time, lines };
        (self.number, self.row, self.size) = (self.number + 1, self.row + rows, 0);
        Some(segment)
    }

    /// Number of the segment that is being filled, and of its first row.
    pub fn position(&self) -> (u64, u64) {
        (self.number, self.row)
    }

    /// The segment that is being filled.
    pub fn open(&self) -> Option<OpenSegment> {
        let lines = model::lines(&self.lines.datum())
            .unwrap_or_default()
            .into_iter()
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        (self.lines.count() > 0).then_some(OpenSegment { hour: self.hour, time: self.time, lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(segments: &[Segment]) -> Vec<u64> {
        segments.iter().map(|segment| segment.rows).collect()
    }

    fn cut(limit: u64, lines: &[(usize, i64)]) -> Vec<Segment> {
        let mut segmenter = Segmenter::new(limit, 0, 0);
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
        let mut first = Segmenter::new(1000, 3, 40);
        assert_eq!(first.push(b"a", Some(1), Some(7)), None);
        let open = first.open().unwrap();
        let mut second = Segmenter::new(1000, 3, 40);
        open.lines.iter().for_each(|line| _ = second.push(line.as_bytes(), open.hour, open.time));
        second.push(b"b", Some(1), Some(8));
        first.push(b"b", Some(1), Some(8));
        assert_eq!(second.cut(), first.cut());
    }
}
