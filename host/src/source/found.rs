//! A file that is ready to be read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::stamp::Stamp;

/// A file as it was when it was found ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Absolute unless the working directory cannot be told.
    pub path: PathBuf,
    /// Below the source's directory.
    pub relative: PathBuf,
    /// Bytes.
    pub size: u64,
    /// When the content last changed.
    pub modified: SystemTime,
    pub(super) stamp: Stamp,
}

impl FoundFile {
    pub(super) fn new(root: &Path, relative: &Path, stamp: Stamp) -> Self {
        Self { path: root.join(relative), relative: relative.to_owned(), size: stamp.size, modified: stamp.modified(), stamp }
    }

    /// A file that somebody else found, below a directory.
    ///
    /// # Errors
    /// There is none, it is no regular file, or it may not be read.
    pub fn named(root: &Path, relative: &Path) -> Result<Self, OpenError> {
        let (_, stamp) = open(&root.join(relative))?;
        Ok(Self::new(root, relative, stamp))
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// When it vanished, may not be read, or is no longer the file that was found.
    pub fn open(&self) -> Result<File, OpenError> {
        let (file, stamp) = open(&self.path)?;
        if stamp == self.stamp { Ok(file) } else { Err(OpenError::Changed(self.path.clone())) }
    }

    /// Whether `opened`, which [`FoundFile::open`] gave, has changed since the file was found: what was read of it may then be half of this and half
    /// of that, and must not be committed. The file is handed out again by itself. A file that lost its name since, or gave it to another, did not change.
    pub fn changed(&self, opened: &File) -> bool {
        opened.metadata().map(|metadata| Stamp::of(&metadata)).ok() != Some(self.stamp)
    }

    /// As [`FoundFile::changed`], by name.
    pub(super) fn state(&self) -> io::Result<Presence> {
        match fs::metadata(&self.path) {
            Ok(metadata) if Stamp::of(&metadata) == self.stamp => Ok(Presence::Same),
            Ok(_) => Ok(Presence::Other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Presence::Gone),
            Err(error) => Err(error),
        }
    }
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// The file that was found, unchanged.
    Same,
    /// A changed or another file.
    Other,
    /// Nothing.
    Gone,
}

/// Opens a regular file and tells its stamp. Does not wait for the other end of a FIFO that took the file's name in the meantime.
pub(super) fn open(path: &Path) -> Result<(File, Stamp), OpenError> {
    let failed = |error| OpenError::from_io(path, error);
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(without_waiting).open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_file() { Ok((file, Stamp::of(&metadata))) } else { Err(OpenError::Changed(path.to_owned())) }
}

/// A found file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Somebody removed or moved it: nothing to do.
    #[error("{0:?} vanished before it was read")]
    Vanished(PathBuf),
    /// It is handed out again once it is ready.
    #[error("{0:?} changed after it was found: it is taken once it is complete")]
    Changed(PathBuf),
    /// Permissions or a failing disk.
    #[error("cannot read {path:?}: give the user that runs weir the right to read it")]
    Unreadable {
        /// Of the file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl OpenError {
    fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Vanished(path),
            _ => Self::Unreadable { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn found(directory: &Path, name: &str) -> FoundFile {
        let stamp = Stamp::of(&fs::metadata(directory.join(name)).unwrap());
        FoundFile::new(directory, Path::new(name), stamp)
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_has_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "one").unwrap();
        let file = found(directory.path(), "a");
        let opened = file.open().unwrap();
        assert!(!file.changed(&opened));
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"two").unwrap();
        assert!(file.changed(&opened));
        assert!(matches!(file.open(), Err(OpenError::Changed(at)) if at == path));
    }

    #[test]
    fn a_file_that_loses_its_name_while_it_is_read_has_not_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "one").unwrap();
        let file = found(directory.path(), "a");
        let opened = file.open().unwrap();
        fs::remove_file(&path).unwrap();
        assert!(!file.changed(&opened));
        assert!(matches!(file.open(), Err(OpenError::Vanished(at)) if at == path));
    }

    #[test]
    fn a_fifo_in_the_place_of_a_file_is_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, "one").unwrap();
        let file = found(directory.path(), "a");
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(matches!(file.open(), Err(OpenError::Changed(at)) if at == path));
    }
}
