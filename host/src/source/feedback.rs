//! What becomes of handed-out files, told to the source by those who work on them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::found::FoundFile;

/// Tells a [`super::Directory`] of files that it handed out, from any thread, also while it waits for the next. Copies are cheap.
#[derive(Debug, Clone)]
pub struct Feedback(pub(super) Sender<Return>);

/// A file that was handed out in vain.
#[derive(Debug)]
pub(super) struct Return {
    /// Below the source's directory.
    pub(super) relative: PathBuf,
    /// When it is to be handed out again; None: when a listing or a notice meets it again.
    pub(super) at: Option<Instant>,
}

impl Feedback {
    /// The file is handed out again once `after` has gone by, if it is still there.
    pub fn retry(&self, file: &FoundFile, after: Duration) {
        let now = Instant::now();
        self.send(file, Some(now.checked_add(after).unwrap_or(now)));
    }

    /// The file counts as never seen: the next listing finds it again.
    pub fn forget(&self, file: &FoundFile) {
        self.send(file, None);
    }

    /// Nobody listens any more once the directory is dropped, and nothing is then to be done.
    fn send(&self, file: &FoundFile, at: Option<Instant>) {
        let _ = self.0.send(Return { relative: file.relative.clone(), at });
    }
}
