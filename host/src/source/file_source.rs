//! A source that hands files out, of whatever kind.

use crossbeam_channel::unbounded;

use super::directory::Directory;
use super::feedback::Feedback;
use super::found::FoundFile;
use super::rounds::{DirectoryError, Mode};
use super::stream::{Stream, StreamError};
use crate::stop::Stop;

/// What hands files out, one by one.
#[derive(Debug)]
pub enum FileSource {
    /// Files that others write.
    Directory(Box<Directory>),
    /// A stream, kept in files.
    Stream(Stream),
}

/// Why a source ended before it was at its end.
#[derive(Debug, thiserror::Error)]
pub enum FileSourceError {
    /// It cannot be listed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// It cannot be read or kept.
    #[error(transparent)]
    Stream(#[from] StreamError),
}

impl FileSource {
    /// The next file, or none: see [`Directory::next`] and [`Stream::next`].
    pub fn next(&mut self, mode: Mode, stop: &Stop) -> Option<FoundFile> {
        match self {
            Self::Directory(directory) => directory.next(mode, stop),
            Self::Stream(stream) => stream.next(mode, stop),
        }
    }

    /// For those who work on the files. What a stream handed out in vain stays for the next start.
    pub fn feedback(&self) -> Feedback {
        match self {
            Self::Directory(directory) => directory.feedback(),
            Self::Stream(_) => Feedback(unbounded().0),
        }
    }

    /// Files that were found and not taken.
    pub fn left(&self) -> usize {
        match self {
            Self::Directory(directory) => directory.left(),
            Self::Stream(_) => 0,
        }
    }

    /// Why there was nothing more.
    pub fn into_trouble(self) -> Option<FileSourceError> {
        match self {
            Self::Directory(directory) => directory.into_trouble().map(FileSourceError::from),
            Self::Stream(stream) => stream.into_trouble().map(FileSourceError::from),
        }
    }
}
