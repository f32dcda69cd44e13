//! What a pipeline has done so far, counted while workers run.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Counters that all workers of a pipeline share.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    files_found: AtomicU64,
    bytes_found: AtomicU64,
    files_done: AtomicU64,
    bytes_done: AtomicU64,
    files_written: AtomicU64,
    rows: AtomicU64,
    quarantined: AtomicU64,
    repeated: AtomicU64,
    left: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
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

    /// Input was parsed.
    pub fn parsed(&self, bytes: u64) {
        self.bytes_done.fetch_add(bytes, Relaxed);
    }

    /// Output was committed.
    pub fn committed(&self, files: u64, rows: u64, quarantined: u64) {
        self.files_written.fetch_add(files, Relaxed);
        self.rows.fetch_add(rows, Relaxed);
        self.quarantined.fetch_add(quarantined, Relaxed);
    }

    /// A file is done.
    pub fn done(&self) {
        self.files_done.fetch_add(1, Relaxed);
    }

    /// A file's content had been ingested before.
    pub fn repeated(&self, bytes: u64) {
        self.repeated.fetch_add(1, Relaxed);
        self.bytes_done.fetch_add(bytes, Relaxed);
        self.done();
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
            rows: self.rows.load(Relaxed),
            quarantined: self.quarantined.load(Relaxed),
            repeated: self.repeated.load(Relaxed),
            left: self.left.load(Relaxed),
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}
