//! Files that are written and have no name yet.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tracing::warn;

use super::error::OriginalsError;
use super::hour::Hour;
use crate::model::{Digest, DigestWriter};
use crate::storage::{self, Operation, Storage, StorageError};

/// A file that waits for its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    /// Where it lies.
    pub temp: String,
    /// The name that it wants.
    pub name: String,
    pub hour: Hour,
    pub digest: Digest,
}

/// Files that wait for their names. Dropped, they are removed.
pub struct Staged {
    storage: Arc<dyn Storage>,
    files: Vec<Waiting>,
}

impl Staged {
    /// In the order in which they were written.
    pub(super) fn files(&self) -> &[Waiting] {
        &self.files
    }

    /// They have their names.
    pub(super) fn forget(&mut self) {
        self.files.clear();
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for file in &self.files {
            remove(self.storage.as_ref(), &file.temp);
        }
    }
}

/// Writes files.
pub(super) struct Staging<'a> {
    directory: &'a str,
    staged: Staged,
}

/// A file that is being written.
pub(super) struct Output {
    /// None: it was closed.
    output: Option<Box<dyn storage::Output>>,
    storage: Arc<dyn Storage>,
    temp: String,
    name: String,
    hour: Hour,
    digest: DigestWriter,
}

impl Output {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OriginalsError> {
        let Some(output) = &mut self.output else { return Ok(()) };
        let written = output.write_all(bytes).and_then(|()| self.digest.write_all(bytes));
        Ok(written.map_err(|source| StorageError::from_io(Operation::Write, &self.temp, source))?)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.output.is_some() {
            remove(self.storage.as_ref(), &self.temp);
        }
    }
}

impl<'a> Staging<'a> {
    /// Into a directory that is its owner's alone.
    pub fn new(storage: Arc<dyn Storage>, directory: &'a str) -> Self {
        Self { directory, staged: Staged { storage, files: Vec::new() } }
    }

    /// Begins a file.
    pub fn begin(&mut self, name: &str, hour: Hour) -> Result<Output, OriginalsError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let temp = format!("{}/{}-{}.tmp", self.directory, std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let storage = Arc::clone(&self.staged.storage);
        let output = Some(storage.create(&temp)?);
        Ok(Output { output, storage, temp, name: name.to_owned(), hour, digest: DigestWriter::default() })
    }

    /// Ends a file.
    pub fn close(&mut self, mut output: Output) -> Result<(), OriginalsError> {
        if let Some(written) = output.output.take()
            && let Err(error) = written.close()
        {
            remove(output.storage.as_ref(), &output.temp);
            return Err(error.into());
        }
        let digest = std::mem::take(&mut output.digest).finish();
        let (temp, name) = (std::mem::take(&mut output.temp), std::mem::take(&mut output.name));
        self.staged.files.push(Waiting { temp, name, hour: output.hour, digest });
        Ok(())
    }

    /// Removes all of them.
    pub fn discard(&mut self) {
        for file in self.staged.files.drain(..) {
            remove(self.staged.storage.as_ref(), &file.temp);
        }
    }

    pub fn end(self) -> Staged {
        self.staged
    }
}

fn remove(storage: &dyn Storage, temp: &str) {
    if let Err(error) = storage.remove(temp) {
        warn!("an unfinished file stays until the next start: {error}");
    }
}
