//! Which rows of which sources came in messages: a collector that was killed sends again what it does not know to have arrived.

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;

use crate::model::{Digest, Received};

/// Rows that came, by their source.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    sources: HashMap<Digest, Rows>,
}

#[derive(Debug, Clone)]
struct Rows {
    rows: Stretches,
    /// When the last of them came.
    at: Timestamp,
}

impl Memory {
    /// What was received at some time.
    pub fn new(received: Vec<(Timestamp, Received)>) -> Self {
        let mut memory = Self::default();
        for (at, Received { source, rows }) in received {
            rows.into_iter().for_each(|(first, behind)| memory.add(source, first..behind, at));
        }
        memory
    }

    /// The rows of a stretch that have not come yet.
    pub fn unknown(&self, source: &Digest, rows: Range<u64>) -> Vec<Range<u64>> {
        match self.sources.get(source) {
            Some(known) => known.rows.missing(rows),
            None => vec![rows],
        }
    }

    /// These came.
    pub fn add(&mut self, source: Digest, rows: Range<u64>, at: Timestamp) {
        let known = self.sources.entry(source).or_insert_with(|| Rows { rows: Stretches::default(), at });
        known.rows.add(rows);
        known.at = known.at.max(at);
    }

    /// Forgets sources of which nothing came since a time.
    pub fn forget_before(&mut self, time: Timestamp) {
        self.sources.retain(|_, rows| rows.at >= time);
    }
}

/// Stretches of numbers that do not touch, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretches(Vec<(u64, u64)>);

impl Stretches {
    /// Adds a stretch.
    pub fn add(&mut self, Range { mut start, mut end }: Range<u64>) {
        if start >= end {
            return;
        }
        let from = self.0.partition_point(|(_, behind)| *behind < start);
        let to = self.0.partition_point(|(first, _)| *first <= end);
        for (first, behind) in self.0.drain(from..to.max(from)) {
            (start, end) = (start.min(first), end.max(behind));
        }
        self.0.insert(from, (start, end));
    }

    /// What of a stretch is in none.
    pub fn missing(&self, Range { start, end }: Range<u64>) -> Vec<Range<u64>> {
        let (mut missing, mut from) = (Vec::new(), start);
        for (first, behind) in self.0.iter().filter(|(first, behind)| *first < end && *behind > start) {
            if *first > from {
                missing.push(from..*first);
            }
            from = *behind;
        }
        if from < end {
            missing.push(from..end);
        }
        missing
    }

    /// First, and first behind, of each.
    pub fn into_pairs(self) -> Vec<(u64, u64)> {
        self.0
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges are what is compared")]
mod tests {
    use super::*;

    fn of(stretches: &[Range<u64>]) -> Stretches {
        let mut of = Stretches::default();
        stretches.iter().for_each(|stretch| of.add(stretch.clone()));
        of
    }

    #[test]
    fn stretches_that_touch_are_one() {
        assert_eq!(of(&[5..10, 20..30, 10..12, 0..3]).0, [(0, 3), (5, 12), (20, 30)]);
        assert_eq!(of(&[5..10, 20..30, 8..25]).0, [(5, 30)]);
        assert_eq!(of(&[5..10, 7..8, 3..3]).0, [(5, 10)]);
        assert_eq!(of(&[3..5, 0..3]).0, [(0, 5)]);
    }

    #[test]
    fn what_is_missing_are_the_gaps() {
        let known = of(&[5..10, 20..30]);
        assert_eq!(known.missing(0..40), [0..5, 10..20, 30..40]);
        assert_eq!(known.missing(6..9), []);
        assert_eq!(known.missing(9..20), [10..20]);
        assert_eq!(known.missing(12..12), []);
    }

    #[test]
    fn sources_are_forgotten_some_time_after_their_last_rows() {
        let (mut memory, source) = (Memory::default(), Digest::of(b"a"));
        let at = |second| Timestamp::from_second(second).unwrap();
        memory.add(source, 0..10, at(100));
        memory.forget_before(at(100));
        assert_eq!(memory.unknown(&source, 0..12), [10..12]);
        memory.forget_before(at(101));
        assert_eq!(memory.unknown(&source, 0..12), [0..12]);
    }
}
