//! What the kernel says of a tree while it happens (inotify).
//!
//! Each directory gets a watch of its own, from the listing that meets it and before its entries are read: a file that is made in between is then in
//! the listing, in the notices, or in both. Watches are set again with every listing, which is cheap and heals what moved or came back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};
use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

/// Notices that may wait; what comes on top is found by a listing.
const WAITING: usize = 1 << 16;

/// Something happened at a path, which is absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notice {
    /// Who wrote the file closed it.
    Closed(PathBuf),
    /// A file or directory was moved in.
    MovedIn(PathBuf),
    /// A file or directory was made, or a file was written to.
    Changed(PathBuf),
    /// It is no longer there.
    Gone(PathBuf),
    /// The kernel's queue ran over: anything may have happened.
    Lost,
}

/// The watches on the directories of one tree.
#[derive(Debug)]
pub(super) struct Watch {
    /// None when the kernel gives none: then listings find everything.
    watcher: Option<RecommendedWatcher>,
    /// Keeps the channel connected when there is no watcher: who waits for notices then waits.
    _open: Sender<Notice>,
    notices: Receiver<Notice>,
    lost: Arc<AtomicBool>,
    /// Whether a limit was reached since [`Watch::begin_round`]; and what was said of it and of lost notices.
    full: bool,
    told_full: bool,
    told_lost: bool,
}

impl Watch {
    /// Watches nothing yet.
    pub(super) fn new() -> Self {
        let (sender, notices) = bounded(WAITING);
        let lost = Arc::new(AtomicBool::new(false));
        let watcher = notify::recommended_watcher(handler(sender.clone(), Arc::clone(&lost)));
        if let Err(error) = &watcher {
            tracing::warn!(%error, "no notices of new files, which listings find later: raise `sysctl fs.inotify.max_user_instances`");
        }
        Self { watcher: watcher.ok(), _open: sender, notices, lost, full: false, told_full: false, told_lost: false }
    }

    /// Before a listing of the whole tree.
    pub(super) fn begin_round(&mut self) {
        self.full = false;
    }

    /// Watches the entries of a directory, which may already be watched.
    pub(super) fn add(&mut self, directory: &Path) {
        let Some(watcher) = self.watcher.as_mut().filter(|_| !self.full) else { return };
        match watcher.watch(directory, RecursiveMode::NonRecursive) {
            Ok(()) => {}
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => self.reached_limit(directory),
            Err(error) => tracing::debug!(?directory, %error, "not watched"),
        }
    }

    /// What happened, in order. Never disconnects.
    pub(super) fn notices(&self) -> &Receiver<Notice> {
        &self.notices
    }

    /// Whether notices did not fit since the last call, so that only a listing tells what happened. To be asked after notices were received: when
    /// further ones do not fit then, there are some to receive.
    pub(super) fn lost_notices(&self) -> bool {
        self.lost.swap(false, Ordering::Relaxed)
    }

    /// As though the kernel had run out of watches.
    #[cfg(test)]
    pub(super) fn deafen(&mut self) {
        self.watcher = None;
    }

    /// As though the kernel's queue had run over.
    #[cfg(test)]
    pub(super) fn lose_notices(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Says that notices were lost, the first time as a warning.
    pub(super) fn tell_lost(&mut self) {
        let remedy = "the directory is listed for what was missed; if this is frequent, raise `sysctl fs.inotify.max_queued_events`";
        if std::mem::replace(&mut self.told_lost, true) {
            tracing::debug!("more happened than could be followed: {remedy}");
        } else {
            tracing::warn!("more happened than could be followed: {remedy}");
        }
    }

    fn reached_limit(&mut self, directory: &Path) {
        self.full = true;
        if !std::mem::replace(&mut self.told_full, true) {
            let remedy =
                "new files there and in further directories are found by listings only: raise `sysctl fs.inotify.max_user_watches`";
            tracing::warn!(?directory, "no more watches to be had; {remedy}");
        }
    }
}

/// Runs in the watcher's thread and never waits: who adds a watch waits for that thread.
fn handler(sender: Sender<Notice>, lost: Arc<AtomicBool>) -> impl FnMut(notify::Result<Event>) + Send + 'static {
    let mut last = None;
    move |event| {
        let notice = if event.as_ref().map_or(true, Event::need_rescan) { Some(Notice::Lost) } else { event.ok().and_then(translate) };
        let Some(notice) = notice else { return };
        // A file that is written to gives one event for each write.
        let changed = matches!(notice, Notice::Changed(_)).then(|| notice.clone());
        let repeated = changed.is_some() && changed == last;
        last = changed;
        if !repeated && sender.try_send(notice).is_err() {
            lost.store(true, Ordering::Relaxed);
        }
    }
}

fn translate(event: Event) -> Option<Notice> {
    let notice = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Notice::Closed,
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Notice::MovedIn,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_)) => Notice::Changed,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Notice::Gone,
        _ => return None,
    };
    event.paths.into_iter().next().map(notice)
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, Flag};

    use super::*;

    #[test]
    fn a_full_queue_and_an_overrun_of_the_kernel_are_lost_notices() {
        let (sender, receiver) = bounded(1);
        let lost = Arc::new(AtomicBool::new(false));
        let mut handle = handler(sender, Arc::clone(&lost));
        let written = |path: &str| Ok(Event::new(EventKind::Modify(ModifyKind::Data(DataChange::Any))).add_path(path.into()));
        handle(written("a"));
        handle(written("a"));
        assert!(!lost.swap(false, Ordering::Relaxed));
        handle(written("b"));
        assert!(lost.swap(false, Ordering::Relaxed));
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [Notice::Changed("a".into())]);
        handle(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)));
        assert!(!lost.load(Ordering::Relaxed));
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [Notice::Lost]);
    }
}
