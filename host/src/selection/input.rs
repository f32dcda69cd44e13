//! Where packets come from.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::content::{Coding, Content};

/// An input, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, compressed or not, or a FIFO.
    File(PathBuf),
    /// Standard input.
    Standard,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Standard => f.write_str("standard input"),
        }
    }
}

/// An input that was opened.
#[derive(Debug)]
pub(super) enum Opened {
    /// Any part of it can be read at any time.
    Plain { file: Arc<File>, size: u64 },
    /// It is read from its first byte to its last.
    Stream(Content),
}

impl Input {
    pub(super) fn open(&self) -> io::Result<Opened> {
        let Self::File(path) = self else { return Content::of_stream(io::stdin()).map(Opened::Stream) };
        let file = File::open(path)?;
        let facts = file.metadata()?;
        if facts.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !facts.is_file() {
            return Content::of_stream(file).map(Opened::Stream);
        }
        let file = Arc::new(file);
        let content = Content::of_file(Arc::clone(&file))?;
        Ok(match content.coding() {
            Coding::Plain => Opened::Plain { file, size: facts.len() },
            _ => Opened::Stream(content),
        })
    }

    /// Bytes that can be read in any order, at most; `None`: it is a stream or compressed, or cannot be opened.
    pub(super) fn parallel(&self) -> Option<u64> {
        match self {
            Self::File(path) if path.metadata().is_ok_and(|facts| facts.is_file()) => match self.open().ok()? {
                Opened::Plain { size, .. } => Some(size),
                Opened::Stream(_) => None,
            },
            _ => None,
        }
    }
}
