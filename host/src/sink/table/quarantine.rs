//! The bytes of a commit that gave no rows, in one file as they were.

use std::io::{ErrorKind, Read, Write};

use super::TableError;
use crate::model::QuarantineEntry;
use crate::storage::{Operation, Output, Storage, StorageError};

/// Bytes copied at a time.
const CHUNK: usize = 64 << 10;

/// A quarantine file that is being written.
pub(super) struct Quarantine {
    path: String,
    output: Box<dyn Output>,
    written: u64,
}

impl Quarantine {
    pub(super) fn create(storage: &dyn Storage, path: String) -> Result<Self, StorageError> {
        Ok(Self { output: storage.create(&path)?, path, written: 0 })
    }

    /// Copies all that `bytes` gives, and says in the entry where it lies.
    pub(super) fn append(&mut self, entry: QuarantineEntry, bytes: &mut dyn Read) -> Result<QuarantineEntry, TableError> {
        let entry = QuarantineEntry { offset: self.written, ..entry };
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match bytes.read(&mut chunk) {
                Ok(0) => return Ok(entry),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                other => other.map_err(TableError::Input)?,
            };
            let read = chunk.get(..count).unwrap_or_default();
            self.output.write_all(read).map_err(|source| StorageError::from_io(Operation::Write, &self.path, source))?;
            self.written = self.written.saturating_add(count as u64);
        }
    }

    /// Gives the path and the size.
    pub(super) fn close(self) -> Result<(String, u64), StorageError> {
        Ok((self.path, self.output.close()?))
    }
}
