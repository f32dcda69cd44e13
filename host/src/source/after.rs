//! What becomes of a file once its rows are committed.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::found::{FoundFile, Presence};
use super::relocate::relocate;
use crate::config::AfterIngest;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposal {
    /// It lies where it lay, as wished, or because it is to be moved to where it lies.
    Kept,
    /// It lies there.
    Moved(PathBuf),
    /// It was removed, because a file of the same content was already there.
    AlreadyThere(PathBuf),
    /// It was removed.
    Deleted,
    /// Somebody else had removed or moved it.
    Vanished,
    /// It was left alone: it changed since it was found, and is handed out again.
    Changed,
}

/// Does with the file what `action` says, if it is still the file that was found. Never overwrites another file.
///
/// # Errors
/// When the file system refuses. The file is then where it was, or whole in both places.
pub fn after(file: &FoundFile, action: &AfterIngest) -> Result<Disposal, AfterError> {
    let failed = |source| AfterError::new(file, action, source);
    if *action == AfterIngest::Keep {
        return Ok(Disposal::Kept);
    }
    match file.state().map_err(failed)? {
        Presence::Gone => return Ok(Disposal::Vanished),
        Presence::Other => return Ok(Disposal::Changed),
        Presence::Same => {}
    }
    let done = match action {
        AfterIngest::Keep => Ok(Disposal::Kept),
        AfterIngest::Delete => remove(file, Disposal::Deleted),
        AfterIngest::Move(directory) => relocate(file, &directory.join(&file.relative)),
    };
    done.map_err(failed)
}

/// Removes the name that was found: of a link, the link.
pub(super) fn remove(file: &FoundFile, done: Disposal) -> io::Result<Disposal> {
    match fs::remove_file(&file.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Disposal::Vanished),
        removed => removed.map(|()| done),
    }
}

/// A file could not be disposed of. Its rows are committed all the same.
#[derive(Debug, thiserror::Error)]
pub enum AfterError {
    /// It could not be moved.
    #[error("cannot move {path:?} into {to:?}: the user that runs weir needs the right to write to both directories, and room")]
    Move {
        /// Of the file.
        path: PathBuf,
        /// The directory.
        to: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It could not be removed.
    #[error("cannot delete {path:?}: the user that runs weir needs the right to write to its directory")]
    Delete {
        /// Of the file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl AfterError {
    fn new(file: &FoundFile, action: &AfterIngest, source: io::Error) -> Self {
        let path = file.path.clone();
        match action {
            AfterIngest::Move(to) => Self::Move { path, to: to.clone(), source },
            AfterIngest::Keep | AfterIngest::Delete => Self::Delete { path, source },
        }
    }
}
