//! What a pipeline has done so far, counted while workers run.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crate::model::CommitRecord;

/// Counters that all workers of a pipeline share.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    files_found: AtomicU64,
    bytes_found: AtomicU64,
    files_done: AtomicU64,
    bytes_done: AtomicU64,
    files_written: AtomicU64,
    rows_parsed: AtomicU64,
    rows: AtomicU64,
    quarantined: AtomicU64,
    repeated: AtomicU64,
    left: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Input files that the source found.
    pub files_found: u64,
    /// Their bytes.
    pub bytes_found: u64,
    /// Input files that are done: committed, or known already.
    pub files_done: u64,
    /// Bytes of input that were parsed or skipped.
    pub bytes_done: u64,
    /// Output files that were committed.
    pub files_written: u64,
    /// Rows that were parsed, whether they are committed yet or not.
    pub rows_parsed: u64,
    /// Rows that were committed.
    pub rows: u64,
    /// Stretches of input in the quarantine.
    pub quarantined: u64,
    /// Input files whose content had been ingested before.
    pub repeated: u64,
    /// Input files that were not taken and wait for the next run.
    pub left: u64,
    /// Since the pipeline started.
    pub seconds: f64,
}

impl Default for Progress {
    fn default() -> Self {
        let zero = AtomicU64::default;
        Self {
            started: Instant::now(),
            files_found: zero(),
            bytes_found: zero(),
            files_done: zero(),
            bytes_done: zero(),
            files_written: zero(),
            rows_parsed: zero(),
            rows: zero(),
            quarantined: zero(),
            repeated: zero(),
            left: zero(),
        }
    }
}

impl Progress {
    /// The source found a file.
    pub fn found(&self, bytes: u64) {
        self.files_found.fetch_add(1, Relaxed);
        self.bytes_found.fetch_add(bytes, Relaxed);
    }

    /// The source found several messages.
    pub fn found_many(&self, messages: u64, bytes: u64) {
        self.files_found.fetch_add(messages, Relaxed);
        self.bytes_found.fetch_add(bytes, Relaxed);
    }

    /// A file is taken into work.
    pub fn begin(&self) -> InWork<'_> {
        InWork { progress: self, reached: 0, rows: 0, settled: false }
    }

    /// Output was committed.
    pub fn commit(&self, record: &CommitRecord) {
        let rows = record.files.iter().map(|file| file.rows).sum();
        let (pieces, rows) = record.sent.as_ref().map_or((record.files.len() as u64, rows), |sent| (sent.messages, sent.message_rows));
        self.files_written.fetch_add(pieces, Relaxed);
        self.rows.fetch_add(rows, Relaxed);
        self.quarantined.fetch_add(record.quarantine.len() as u64, Relaxed);
    }

    /// A file's content had been ingested before.
    pub fn repeated(&self) {
        self.repeated.fetch_add(1, Relaxed);
    }

    /// A file waits for the next run.
    pub fn left(&self) {
        self.left_by_source(1);
    }

    /// So many files were found and not taken.
    pub fn left_by_source(&self, files: u64) {
        self.left.fetch_add(files, Relaxed);
    }

    /// The counters now.
    pub fn counts(&self) -> Counts {
        Counts {
            files_found: self.files_found.load(Relaxed),
            bytes_found: self.bytes_found.load(Relaxed),
            files_done: self.files_done.load(Relaxed),
            bytes_done: self.bytes_done.load(Relaxed),
            files_written: self.files_written.load(Relaxed),
            rows_parsed: self.rows_parsed.load(Relaxed),
            rows: self.rows.load(Relaxed),
            quarantined: self.quarantined.load(Relaxed),
            repeated: self.repeated.load(Relaxed),
            left: self.left.load(Relaxed),
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}

/// What was counted for one file. Dropped before the file is [`done`](Self::done) or [`left`](Self::left), it is taken back: the next try counts anew.
#[derive(Debug)]
pub struct InWork<'a> {
    progress: &'a Progress,
    reached: u64,
    rows: u64,
    settled: bool,
}

impl InWork<'_> {
    /// Everything before a position was parsed or is known. Going back changes nothing.
    pub fn reach(&mut self, position: u64) {
        let ahead = position.saturating_sub(self.reached);
        self.reached += ahead;
        self.progress.bytes_done.fetch_add(ahead, Relaxed);
    }

    /// Rows came of it.
    pub fn rows(&mut self, rows: u64) {
        self.rows += rows;
        self.progress.rows_parsed.fetch_add(rows, Relaxed);
    }

    /// So many messages, which were reached, are done with a commit.
    pub fn committed(mut self, record: &CommitRecord, messages: u64) {
        self.progress.files_done.fetch_add(messages, Relaxed);
        self.progress.commit(record);
        self.settled = true;
    }

    /// What a message holds had come before.
    pub fn repeated(&self) {
        self.progress.repeated();
    }

    /// All of the file, so many bytes, is done.
    pub fn done(mut self, size: u64) {
        self.reach(size);
        self.progress.files_done.fetch_add(1, Relaxed);
        self.settled = true;
    }

    /// What was reached is done, and the rest is for the next run.
    pub fn left(mut self) {
        self.settled = true;
    }
}

impl Drop for InWork<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.progress.bytes_done.fetch_sub(self.reached, Relaxed);
            self.progress.rows_parsed.fetch_sub(self.rows, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(progress: &Progress) -> (u64, u64, u64) {
        let counts = progress.counts();
        (counts.files_done, counts.bytes_done, counts.rows_parsed)
    }

    #[test]
    fn a_file_that_is_done_counts_with_all_its_bytes_once() {
        let progress = Progress::default();
        let mut file = progress.begin();
        file.reach(40);
        file.reach(30);
        file.rows(7);
        assert_eq!(counted(&progress), (0, 40, 7));
        file.done(100);
        assert_eq!(counted(&progress), (1, 100, 7));
    }

    #[test]
    fn a_try_in_vain_counts_for_nothing() {
        let progress = Progress::default();
        let mut file = progress.begin();
        file.reach(40);
        file.rows(7);
        drop(file);
        assert_eq!(counted(&progress), (0, 0, 0));
    }

    #[test]
    fn a_file_that_is_left_counts_as_far_as_it_came() {
        let progress = Progress::default();
        let mut file = progress.begin();
        file.reach(40);
        file.left();
        assert_eq!(counted(&progress), (0, 40, 0));
    }
}
