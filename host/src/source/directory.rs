//! A directory whose files are handed out, each once while it stays as it is.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, at, never, unbounded};

use super::feedback::{Feedback, Return};
use super::found::{self, FoundFile, OpenError};
use super::ledger::Ledger;
use super::moment::Moment;
use super::scan::{Met, Tree};
use super::stamp::Stamp;
use super::watch::{Notice, Watch};
use super::writers::{Held, Writers};
use crate::config::DirectorySource;
use crate::stop::Stop;

/// Between attempts to list a directory that cannot be listed, and the number of them after which that is an error.
const ATTEMPT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
/// Of the time between two listings, at most one part in this many goes into one.
const SHARE: u32 = 10;
/// Notices that are heard before the next file is handed out.
const NOTICES: usize = 1 << 16;

/// When there is no further file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// When all files that were there at the first call are handed out. Those that do not settle are left.
    Once,
    /// When it is stopped.
    ForEver,
}

/// A source directory.
#[derive(Debug)]
pub struct Directory {
    tree: Tree,
    ledger: Ledger,
    watch: Watch,
    writers: Writers,
    rescan: Duration,
    returned: Receiver<Return>,
    feedback: Feedback,
    /// When the tree is listed next, and the earliest time for it.
    next_scan: Instant,
    not_before: Instant,
    /// When it was first listed.
    started: Option<Moment>,
    /// When the next pass over the writers is due, while a file waits for it.
    pass: Option<Instant>,
    device: Option<u64>,
    /// Whether the root itself was heard to go since the last listing.
    root_moved: bool,
    failures: u32,
    trouble: Option<DirectoryError>,
}

impl Directory {
    /// Watches the directory, so that nothing is missed that happens from now on. Reads nothing yet.
    ///
    /// # Errors
    /// When it is no directory, or may not be read.
    pub fn open(spec: &DirectorySource) -> Result<Self, DirectoryError> {
        let root = std::path::absolute(&spec.path).unwrap_or_else(|_| spec.path.clone());
        fs::read_dir(&root).map_err(|error| DirectoryError::new(&root, error))?;
        let mut watch = Watch::new();
        watch.add(&root);
        let (sender, returned) = unbounded();
        Ok(Self {
            tree: Tree::new(root, spec),
            ledger: Ledger::new(spec.settle),
            watch,
            writers: Writers::default(),
            rescan: spec.rescan,
            returned,
            feedback: Feedback(sender),
            next_scan: Instant::now(),
            not_before: Instant::now(),
            started: None,
            pass: None,
            device: None,
            root_moved: false,
            failures: 0,
            trouble: None,
        })
    }

    /// For those who work on the files.
    pub fn feedback(&self) -> Feedback {
        self.feedback.clone()
    }

    /// See [`Feedback::retry`].
    pub fn retry(&self, file: &FoundFile, after: Duration) {
        self.feedback.retry(file, after);
    }

    /// See [`Feedback::forget`].
    pub fn forget(&self, file: &FoundFile) {
        self.feedback.forget(file);
    }

    /// Files and directories that were found and not taken because somebody writes to them or they cannot be read.
    pub fn left(&self) -> usize {
        self.ledger.count_left()
    }

    /// Why nothing is found at present: the directory has gone, or cannot be read any more. It is tried again each second.
    pub fn trouble(&self) -> Option<&DirectoryError> {
        self.trouble.as_ref()
    }

    /// Waits for the next file that is ready: of several the oldest, and of equally old ones the first by path. None when `mode` says that there is
    /// none, and at once when `stop` is set. A file that was returned in the meantime makes a later call give files again.
    pub fn next(&mut self, mode: Mode, stop: &Stop) -> Option<FoundFile> {
        loop {
            self.follow(mode, stop);
            if stop.is_set() {
                return None;
            }
            if let Some(file) = self.take() {
                return Some(file);
            }
            if mode == Mode::Once && self.is_done() {
                self.ledger.say_left();
                return None;
            }
            self.wait(mode, stop);
        }
    }

    fn is_done(&self) -> bool {
        let gone = self.failures >= ATTEMPTS;
        gone || self.failures == 0 && self.returned.is_empty() && self.ledger.backlog.is_drained()
    }

    /// Brings the ledger up to date.
    fn follow(&mut self, mode: Mode, stop: &Stop) {
        if self.watch.lost_notices() && mode == Mode::ForEver {
            self.next_scan = self.next_scan.min(self.not_before);
        }
        let is_due = self.started.is_none() || self.lists_again(mode) && Instant::now() >= self.next_scan;
        if self.ledger.backlog.has_room_again() || is_due {
            self.scan(mode, stop);
        }
        for notice in self.watch.notices().clone().try_iter().take(NOTICES) {
            self.hear(notice, mode);
        }
        for file in self.returned.clone().try_iter() {
            self.take_back(&file);
        }
        self.ledger.backlog.advance(Instant::now());
    }

    /// Whether listings go on: one is enough for what is there, unless the root gave trouble.
    fn lists_again(&self, mode: Mode) -> bool {
        mode == Mode::ForEver || self.failures > 0 || self.root_moved
    }

    /// Lists the whole tree.
    fn scan(&mut self, mode: Mode, stop: &Stop) {
        let began = Moment::now();
        let bound = self.started.filter(|_| mode == Mode::Once).map(|started| started.wall);
        self.watch.begin_round();
        self.ledger.begin_round();
        let Self { tree, ledger, watch, .. } = self;
        let mut lost_root = None;
        let walked = tree.walk(Path::new(""), &mut |path, met| {
            match met {
                Met::Unreadable(error) if path.as_os_str().is_empty() => lost_root = Some(error),
                met => ledger.meet(&tree.root, path, met, bound, watch),
            }
            if stop.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.ledger.end_round(walked.is_continue() && lost_root.is_none());
        self.settle_round(lost_root, began.steady);
        self.started.get_or_insert(began);
    }

    /// After a listing: when the next one is due, and how the root is.
    fn settle_round(&mut self, lost_root: Option<io::Error>, began: Instant) {
        let now = Instant::now();
        self.root_moved = false;
        self.not_before = now + began.elapsed() * SHARE;
        match lost_root {
            Some(error) => {
                self.next_scan = now + ATTEMPT;
                self.fail(error);
            }
            None => {
                self.next_scan = self.not_before.max(now + self.rescan);
                self.recover();
            }
        }
        let device = fs::metadata(&self.tree.root).ok().map(|root| Stamp::of(&root).identity.0);
        if self.device.is_some() && device.is_some() && self.device != device {
            tracing::warn!(directory = ?self.tree.root, "another file system is mounted there than before");
        }
        self.device = device.or(self.device);
    }

    fn fail(&mut self, error: io::Error) {
        self.failures = self.failures.saturating_add(1);
        let error = DirectoryError::new(&self.tree.root, error);
        match self.failures {
            1 => tracing::warn!(%error, "tried again each second"),
            ATTEMPTS => tracing::error!(%error, "tried again each second until it is back"),
            _ => {}
        }
        self.trouble = (self.failures >= ATTEMPTS).then_some(error);
    }

    fn recover(&mut self) {
        if std::mem::take(&mut self.failures) > 0 {
            tracing::info!(directory = ?self.tree.root, "the directory is back");
        }
        self.trouble = None;
    }

    fn hear(&mut self, notice: Notice, mode: Mode) {
        let (Notice::Closed(path) | Notice::MovedIn(path) | Notice::Changed(path) | Notice::Gone(path)) = &notice;
        let Ok(relative) = path.strip_prefix(&self.tree.root).map(Path::to_owned) else { return };
        if relative.as_os_str().is_empty() {
            self.root_moved = true;
            self.next_scan = self.not_before;
        } else if let Notice::Gone(_) = notice {
            self.ledger.lose(&relative);
        } else if mode == Mode::ForEver || self.is_awaited(&relative, &notice) {
            self.look(&relative, &notice);
        }
    }

    /// Whether the file was there when all that is there was asked for. One that grows on and on is not to put off the end each time.
    fn is_awaited(&self, relative: &Path, notice: &Notice) -> bool {
        let ready = self.ledger.backlog.holds(relative);
        ready == Some(true) || ready.is_some() && !matches!(notice, Notice::Changed(_))
    }

    fn look(&mut self, relative: &Path, notice: &Notice) {
        let Self { tree, ledger, watch, .. } = self;
        match (tree.look(relative), notice) {
            (None, _) => ledger.lose(relative),
            (Some(Met::Directory), _) => {
                let _ = tree.walk(relative, &mut |path, met| {
                    ledger.meet(&tree.root, path, met, None, watch);
                    ControlFlow::Continue(())
                });
            }
            (Some(Met::File(metadata)), Notice::Changed(_)) => ledger.changed(relative, Stamp::of(&metadata)),
            (Some(Met::File(metadata)), _) => ledger.closed(relative, Stamp::of(&metadata)),
            (Some(met), _) => ledger.meet(&tree.root, relative, met, None, watch),
        }
    }

    fn take_back(&mut self, file: &Return) {
        self.ledger.seen.forget(&file.relative);
        if let (Some(until), Some(Met::File(metadata))) = (file.at, self.tree.look(&file.relative)) {
            self.ledger.backlog.delayed(&file.relative, Stamp::of(&metadata), until, Moment::now());
        }
    }

    /// The oldest ready file, if it still is.
    fn take(&mut self) -> Option<FoundFile> {
        self.pass = None;
        while let Some((path, candidate)) = self.ledger.backlog.oldest() {
            let now = Moment::now();
            let stamp = match found::open(&self.tree.root.join(&path)) {
                Ok((_, stamp)) => stamp,
                Err(OpenError::Unreadable { source, .. }) => {
                    self.ledger.cannot_read(&path, candidate.stamp, &source, now.steady + self.rescan, now);
                    continue;
                }
                Err(OpenError::Vanished(_) | OpenError::Changed(_)) => {
                    self.ledger.lose(&path);
                    continue;
                }
            };
            if stamp != candidate.stamp {
                self.ledger.still_grows(&path, stamp, now);
                continue;
            }
            match self.writers.hold(stamp.identity, candidate.quiet, now.steady) {
                Held::No if self.ledger.hand_out(&path, stamp) => return Some(FoundFile::new(&self.tree.root, &path, stamp)),
                Held::No => {}
                Held::Yes => self.ledger.still_grows(&path, stamp, now),
                Held::Later(due) => {
                    self.pass = Some(due);
                    return None;
                }
            }
        }
        None
    }

    /// Until something happens, or is due.
    fn wait(&self, mode: Mode, stop: &Stop) {
        let listing = self.lists_again(mode).then_some(self.next_scan);
        let due = [listing, self.ledger.backlog.due(), self.pass].into_iter().flatten().min();
        let timer = due.map_or_else(never, at);
        let mut waiting = Select::new();
        waiting.recv(self.watch.notices());
        waiting.recv(&self.returned);
        waiting.recv(stop.signal());
        waiting.recv(&timer);
        waiting.ready();
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
    fn new(path: &Path, source: io::Error) -> Self {
        Self { path: path.to_owned(), source }
    }
}

#[cfg(test)]
mod tests;
