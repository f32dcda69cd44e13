//! A directory whose files are handed out, each once while it stays as it is.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, at, never, unbounded};

use super::feedback::{Feedback, Return};
use super::found::{self, FoundFile, OpenError};
use super::ledger::Ledger;
use super::moment::Moment;
use super::rounds::{DirectoryError, Mode, Rounds};
use super::scan::{Met, Tree};
use super::stamp::Stamp;
use super::watch::{Notice, Watch};
use super::writers::{Held, Writers};
use crate::config::DirectorySource;
use crate::stop::Stop;

/// Notices that are heard before the next file is handed out.
const NOTICES: usize = 1 << 16;

/// A source directory.
#[derive(Debug)]
pub struct Directory {
    tree: Tree,
    ledger: Ledger,
    watch: Watch,
    writers: Writers,
    returned: Receiver<Return>,
    feedback: Feedback,
    /// When the next pass over the writers is due, while a file waits for it.
    pass: Option<Instant>,
    rounds: Rounds,
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
            tree: Tree::new(root.clone(), spec),
            ledger: Ledger::new(spec.settle, spec.order),
            watch,
            writers: Writers::default(),
            returned,
            feedback: Feedback(sender),
            pass: None,
            rounds: Rounds::new(root, spec.rescan),
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
        self.rounds.trouble()
    }

    /// As [`trouble`](Self::trouble), for the one who is done with the directory.
    pub fn into_trouble(self) -> Option<DirectoryError> {
        self.rounds.into_trouble()
    }

    /// Waits for the next file that is ready: of several the oldest, and of equally old ones the first by path, unless files are to come by name. None when `mode` says that there is
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
        let whole = !self.rounds.is_retrying();
        self.rounds.trouble().is_some() || whole && self.returned.is_empty() && self.ledger.backlog.is_drained()
    }

    /// Brings the ledger up to date.
    fn follow(&mut self, mode: Mode, stop: &Stop) {
        if self.ledger.backlog.has_room_again() || self.rounds.is_due(mode) {
            self.scan(mode, stop);
        }
        for notice in self.watch.notices().clone().try_iter().take(NOTICES) {
            self.hear(notice, mode);
        }
        if self.watch.lost_notices() {
            self.overrun();
        }
        for file in self.returned.clone().try_iter() {
            self.take_back(&file);
        }
        self.ledger.backlog.advance(Instant::now());
    }

    /// Lists the whole tree.
    fn scan(&mut self, mode: Mode, stop: &Stop) {
        let began = Moment::now();
        let bound = self.rounds.bound(mode);
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
        self.rounds.end(lost_root, began);
    }

    fn hear(&mut self, notice: Notice, mode: Mode) {
        let (Notice::Closed(path) | Notice::MovedIn(path) | Notice::Changed(path) | Notice::Gone(path)) = &notice else {
            return self.overrun();
        };
        let Ok(relative) = path.strip_prefix(&self.tree.root).map(Path::to_owned) else { return };
        if relative.as_os_str().is_empty() {
            self.rounds.root_moved();
        } else if let Notice::Gone(_) = notice {
            self.ledger.lose(&relative);
        } else if mode == Mode::ForEver || self.is_awaited(&relative, &notice) {
            self.look(&relative, &notice);
        }
    }

    /// Notices were lost.
    fn overrun(&mut self) {
        self.watch.tell_lost();
        self.rounds.hasten();
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
            let (rest, stamp) = match found::open(&self.tree.root.join(&path)) {
                Ok((file, stamp)) => (candidate.rest(&file, now), stamp),
                Err(OpenError::Unreadable { source, .. }) => {
                    self.ledger.cannot_read(&path, candidate.stamp, &source, self.rounds.next(), now);
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
            if !rest.is_zero() {
                self.ledger.backlog.delayed(&path, stamp, now.steady + rest, now);
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
        let listing = self.rounds.goes_on(mode).then(|| self.rounds.next());
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

#[cfg(test)]
mod tests;
