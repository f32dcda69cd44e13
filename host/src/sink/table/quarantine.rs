//! The bytes of a commit that gave no rows, in one file as they were. Each byte of the input is in it once, however many entries cover it: a module
//! that rejects its whole input ten thousand times must not fill the disk.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::ops::Range;

use super::TableError;
use crate::model::KeptStretch;
use crate::storage::{Operation, Output, Storage, StorageError};

/// Bytes copied at a time.
const CHUNK: usize = 64 << 10;

/// A quarantine file that is being written.
pub(super) struct Quarantine {
    path: String,
    output: Box<dyn Output>,
    written: u64,
    content: Kept,
    compressed: Kept,
}

impl Quarantine {
    pub(super) fn create(storage: &dyn Storage, path: String) -> Result<Self, StorageError> {
        Ok(Self { output: storage.create(&path)?, path, written: 0, content: Kept::default(), compressed: Kept::default() })
    }

    /// What of a range of the source the file does not hold.
    pub(super) fn missing(&self, range: Range<u64>, compressed: bool) -> Vec<Range<u64>> {
        if compressed { self.compressed.missing(range) } else { self.content.missing(range) }
    }

    /// Copies all that `bytes` gives, which lies at `at` in the source and is missing.
    pub(super) fn append(&mut self, at: u64, compressed: bool, bytes: &mut dyn Read) -> Result<(), TableError> {
        let offset = self.written;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match bytes.read(&mut chunk) {
                Ok(0) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                other => other.map_err(TableError::Input)?,
            };
            let read = chunk.get(..count).unwrap_or_default();
            self.output.write_all(read).map_err(|source| StorageError::from_io(Operation::Write, &self.path, source))?;
            self.written = self.written.saturating_add(count as u64);
        }
        let kept = if compressed { &mut self.compressed } else { &mut self.content };
        kept.add(KeptStretch { at, length: self.written - offset, offset, compressed });
        Ok(())
    }

    /// Which stretches of the source the file holds.
    pub(super) fn kept(&self) -> Vec<KeptStretch> {
        self.content.stretches.values().chain(self.compressed.stretches.values()).copied().collect()
    }

    /// No more comes.
    pub(super) fn end(&mut self) {
        self.output.end();
    }

    /// Gives the path and the size.
    pub(super) fn close(self) -> Result<(String, u64), StorageError> {
        Ok((self.path, self.output.close()?))
    }
}

/// Stretches by where they begin in the source; none overlap.
#[derive(Default)]
struct Kept {
    stretches: BTreeMap<u64, KeptStretch>,
}

impl Kept {
    fn missing(&self, range: Range<u64>) -> Vec<Range<u64>> {
        let before = self.stretches.range(..=range.start).next_back().map_or(range.start, |(_, stretch)| end(stretch));
        let mut missing = Vec::new();
        let mut from = range.start.max(before);
        for (at, stretch) in self.stretches.range(from..range.end.max(from)) {
            missing.push(from..*at);
            from = end(stretch);
        }
        missing.push(from..range.end);
        missing.retain(|range| !range.is_empty());
        missing
    }

    /// Joins it to the one before, where both the source and the file go on without a gap.
    fn add(&mut self, new: KeptStretch) {
        let before = self.stretches.range_mut(..=new.at).next_back().map(|(_, stretch)| stretch);
        match before.filter(|before| end(before) == new.at && before.offset + before.length == new.offset) {
            Some(before) => before.length += new.length,
            None if new.length > 0 => _ = self.stretches.insert(new.at, new),
            None => {}
        }
    }
}

fn end(stretch: &KeptStretch) -> u64 {
    stretch.at.saturating_add(stretch.length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what is missing of each range in turn; gives where what had to be copied begins and ends.
    fn keep(ranges: &[Range<u64>]) -> (Vec<(u64, u64)>, Kept) {
        let (mut copied, mut kept, mut offset) = (Vec::new(), Kept::default(), 0);
        for range in ranges {
            for missing in kept.missing(range.clone()) {
                let length = missing.end - missing.start;
                kept.add(KeptStretch { at: missing.start, length, offset, compressed: false });
                offset += length;
                copied.push((missing.start, missing.end));
            }
        }
        (copied, kept)
    }

    #[test]
    fn a_range_that_is_kept_is_not_copied_again() {
        assert_eq!(keep(&[10..20, 10..20, 12..15, 19..20]).0, [(10, 20)]);
    }

    #[test]
    fn of_a_range_that_covers_others_only_the_gaps_are_copied() {
        assert_eq!(keep(&[10..20, 30..40, 0..50]).0, [(10, 20), (30, 40), (0, 10), (20, 30), (40, 50)]);
        assert_eq!(keep(&[10..20, 15..25, 5..11]).0, [(10, 20), (20, 25), (5, 10)]);
    }

    #[test]
    fn stretches_that_follow_each_other_in_source_and_file_are_one() {
        let (_, kept) = keep(&[0..5, 5..9, 20..21, 9..10]);
        let stretches: Vec<_> = kept.stretches.into_values().collect();
        assert_eq!(
            stretches,
            [
                KeptStretch { at: 0, length: 9, offset: 0, compressed: false },
                KeptStretch { at: 9, length: 1, offset: 10, compressed: false },
                KeptStretch { at: 20, length: 1, offset: 9, compressed: false },
            ]
        );
    }

    #[test]
    fn the_ends_of_what_a_position_can_be_are_no_trouble() {
        assert_eq!(keep(&[u64::MAX - 1..u64::MAX, 0..0, u64::MAX..u64::MAX]).0, [(u64::MAX - 1, u64::MAX)]);
    }
}
