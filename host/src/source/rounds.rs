//! When the tree is listed, and whether its root can be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::moment::Moment;
use super::stamp::Stamp;

/// Between attempts to list a directory that cannot be listed, and the number of them after which that is trouble.
const ATTEMPT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
/// Of the time between two listings, at most one part in this many goes into one.
const SHARE: u32 = 10;

/// When there is no further file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// When all files that were there at the first call are handed out. Those that do not settle are left.
    Once,
    /// When it is stopped.
    ForEver,
}

/// The listings of a tree.
#[derive(Debug)]
pub(super) struct Rounds {
    root: PathBuf,
    rescan: Duration,
    /// When the next listing is due, and when it may be at the earliest.
    next: Instant,
    not_before: Instant,
    /// When the first began.
    started: Option<SystemTime>,
    /// The file system that the root was on.
    device: Option<u64>,
    /// Whether the root was heard to go since the last listing.
    root_moved: bool,
    failures: u32,
    trouble: Option<DirectoryError>,
}

impl Rounds {
    /// The first listing is due at once.
    pub(super) fn new(root: PathBuf, rescan: Duration) -> Self {
        let now = Instant::now();
        let (next, not_before) = (now, now);
        Self { root, rescan, next, not_before, started: None, device: None, root_moved: false, failures: 0, trouble: None }
    }

    pub(super) fn is_due(&self, mode: Mode) -> bool {
        self.goes_on(mode) && Instant::now() >= self.next
    }

    /// Whether there are further listings: one is enough for what is there, unless the root gives trouble.
    pub(super) fn goes_on(&self, mode: Mode) -> bool {
        mode == Mode::ForEver || self.started.is_none() || self.failures > 0 || self.root_moved
    }

    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Files that were touched later were not there when all that is there was asked for.
    pub(super) fn bound(&self, mode: Mode) -> Option<SystemTime> {
        self.started.filter(|_| mode == Mode::Once)
    }

    /// A listing is needed soon, though not one after the other.
    pub(super) fn hasten(&mut self) {
        self.next = self.next.min(self.not_before);
    }

    /// The root was removed, moved or unmounted.
    pub(super) fn root_moved(&mut self) {
        self.root_moved = true;
        self.hasten();
    }

    /// A listing ended, in vain when the root could not be read.
    pub(super) fn end(&mut self, lost_root: Option<io::Error>, began: Moment) {
        let now = Instant::now();
        self.root_moved = false;
        self.not_before = now + began.steady.elapsed() * SHARE;
        self.next = match lost_root {
            Some(_) => now + ATTEMPT,
            None => self.not_before.max(now + self.rescan),
        };
        match lost_root {
            Some(error) => self.fail(error),
            None => self.recover(),
        }
        self.compare_device();
        self.started.get_or_insert(began.wall);
    }

    /// Whether the root could not be read, but may be by now.
    pub(super) fn is_retrying(&self) -> bool {
        self.failures > 0
    }

    /// Why the root cannot be read, after several attempts.
    pub(super) fn trouble(&self) -> Option<&DirectoryError> {
        self.trouble.as_ref()
    }

    pub(super) fn into_trouble(self) -> Option<DirectoryError> {
        self.trouble
    }

    fn fail(&mut self, error: io::Error) {
        self.failures = self.failures.saturating_add(1);
        let error = DirectoryError::new(&self.root, error);
        match self.failures {
            1 => tracing::warn!(%error, "tried again each second"),
            ATTEMPTS => tracing::error!(%error, "tried again each second until it is back"),
            _ => {}
        }
        self.trouble = (self.failures >= ATTEMPTS).then_some(error);
    }

    fn recover(&mut self) {
        if std::mem::take(&mut self.failures) > 0 {
            tracing::info!(directory = ?self.root, "the directory is back");
        }
        self.trouble = None;
    }

    /// An unmounted directory is there, and empty.
    fn compare_device(&mut self) {
        let Ok(root) = fs::metadata(&self.root) else { return };
        let (device, _) = Stamp::of(&root).identity;
        if self.device.replace(device).is_some_and(|before| before != device) {
            tracing::warn!(directory = ?self.root, "it is on another file system than before: one was mounted or unmounted there");
        }
    }
}

/// The source directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot list the directory {path:?}: it must exist, be mounted, and be readable by the user that runs weir")]
pub struct DirectoryError {
    path: PathBuf,
    source: io::Error,
}

impl DirectoryError {
    pub(super) fn new(path: &Path, source: io::Error) -> Self {
        Self { path: path.to_owned(), source }
    }
}
