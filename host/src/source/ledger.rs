//! What is known of the files of a tree: those that were handed out, those that wait, and what was said of the others.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::backlog::Backlog;
use super::moment::Moment;
use super::scan::Met;
use super::seen::{Known, Seen};
use super::stamp::{Stamp, touched};
use super::watch::Watch;
use crate::config::FileOrder;

/// Files that may wait at one time: some 200 bytes each, with names of usual length.
const WAITING: usize = 50_000;

/// The files of a tree, by their paths below its root.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) backlog: Backlog,
    pub(super) seen: Seen,
    /// Files and directories that could not be looked at, as of the last listing.
    unreadable: usize,
    /// Whether an error other than a want of rights may have hidden files from it.
    partial: bool,
}

impl Ledger {
    pub(super) fn new(settle: Duration, order: FileOrder) -> Self {
        Self { backlog: Backlog::new(settle, WAITING).in_order(order), seen: Seen::default(), unreadable: 0, partial: false }
    }

    pub(super) fn begin_round(&mut self) {
        (self.unreadable, self.partial) = (0, false);
        self.seen.begin_round();
    }

    /// A listing that met everything there is forgets what it did not meet.
    pub(super) fn end_round(&mut self, whole: bool) {
        self.seen.end_round(whole && !self.partial);
    }

    /// A listing met something. With a `bound`, only files that were not touched later are taken.
    pub(super) fn meet(&mut self, root: &Path, path: &Path, met: Met, bound: Option<SystemTime>, watch: &mut Watch) {
        match met {
            Met::Directory => watch.add(&root.join(path)),
            Met::File(metadata) => {
                let stamp = Stamp::of(&metadata);
                let is_late = bound.is_some_and(|bound| touched(&metadata) > bound);
                if !self.seen.is(path, &Known::Handed(stamp)) && !is_late {
                    self.backlog.met(path, stamp, Moment::now());
                }
            }
            Met::Refused => self.refuse(path),
            Met::Odd(kind) => {
                if self.news(path, &Known::Refused) {
                    tracing::warn!(?path, "{kind}: not taken, only files and links to files are");
                }
            }
            Met::Unreadable(error) => {
                self.unreadable += 1;
                self.partial |= error.kind() != io::ErrorKind::PermissionDenied;
                self.say_unreadable(path, &error);
            }
        }
    }

    /// Somebody writes to the file.
    pub(super) fn changed(&mut self, path: &Path, stamp: Stamp) {
        if !self.seen.is(path, &Known::Handed(stamp)) {
            self.backlog.changed(path, stamp, Moment::now());
        }
    }

    /// The file was closed by its writer, or moved in.
    pub(super) fn closed(&mut self, path: &Path, stamp: Stamp) {
        if !self.seen.is(path, &Known::Handed(stamp)) {
            self.backlog.closed(path, stamp, Moment::now());
        }
    }

    /// Nothing is at the path any more.
    pub(super) fn lose(&mut self, path: &Path) {
        self.backlog.remove(path);
        self.seen.forget(path);
    }

    /// The file waits no more. False when it was handed out before as it is.
    pub(super) fn hand_out(&mut self, path: &Path, stamp: Stamp) -> bool {
        self.backlog.remove(path);
        self.seen.note(path, &Known::Handed(stamp))
    }

    /// The file should be ready, and somebody holds or has just changed it.
    pub(super) fn still_grows(&mut self, path: &Path, stamp: Stamp, now: Moment) {
        self.backlog.grows(path, stamp, now);
        tracing::debug!(?path, size = stamp.size, "not taken yet: somebody is still writing to it");
    }

    /// The file should be ready, and may not be read.
    pub(super) fn cannot_read(&mut self, path: &Path, stamp: Stamp, error: &io::Error, again: Instant, now: Moment) {
        self.backlog.left(path, stamp, again, now);
        self.say_unreadable(path, error);
    }

    /// Files and directories that were found and could not be taken.
    pub(super) fn count_left(&self) -> usize {
        self.backlog.files_left().count() + self.unreadable
    }

    /// Says which those are.
    pub(super) fn say_left(&self) {
        for path in self.backlog.files_left() {
            tracing::warn!(?path, "left for the next run: it is still being written to, or cannot be read");
        }
    }

    fn refuse(&mut self, path: &Path) {
        if !self.news(path, &Known::Refused) {
            return;
        }
        if path.file_name().is_some_and(|name| name.to_string_lossy().contains(".current")) {
            tracing::info!(?path, "not taken: it is being written by its collector");
        } else {
            tracing::debug!(?path, "not taken: not selected by `include`, or by `exclude`");
        }
    }

    fn say_unreadable(&mut self, path: &Path, error: &io::Error) {
        if self.news(path, &Known::Unreadable) {
            tracing::warn!(?path, %error, "cannot be read, tried again with each listing: give the user that runs weir the right to read it");
        }
    }

    fn news(&mut self, path: &Path, known: &Known) -> bool {
        self.seen.note(path, known)
    }
}
