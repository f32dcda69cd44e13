//! How far a source's messages are confirmed, between two commits. A crash then sends no message again that is known to have arrived.
//!
//! A mark is a hint and no more: one that is lost or half written costs messages that come twice, which readers drop by their headers.

use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::model::Digest;
use crate::storage::{Storage, StorageError};

/// Bytes that a mark may have.
const LIMIT: u64 = 4096;

/// Everything before these is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Segments.
    pub segments: u64,
    /// Their rows.
    pub rows: u64,
    /// Partitions that the topic had when the source was begun.
    pub partitions: i32,
}

impl Mark {
    /// The mark of a source, if there is a whole one.
    pub fn read(storage: &dyn Storage, source: &Digest) -> Option<Self> {
        serde_json::from_slice(&storage.read(&path(source), LIMIT).ok()?).ok()
    }

    /// Leaves a mark, which the system writes to the disk when it likes.
    pub fn write(&self, storage: &dyn Storage, source: &Digest) -> Result<(), StorageError> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        let path = path(source);
        let mut output = storage.create(&path)?;
        output.write_all(&bytes).map_err(|error| StorageError::from_io(crate::storage::Operation::Write, &path, error))
    }

    /// Makes room for the marks.
    pub fn prepare(storage: &dyn Storage) -> Result<(), StorageError> {
        storage.make_dirs(DIRECTORY)
    }

    /// The source is done.
    pub fn remove(storage: &dyn Storage, source: &Digest) -> Result<(), StorageError> {
        storage.remove(&path(source))
    }
}

const DIRECTORY: &str = ".weir/sent";

fn path(source: &Digest) -> String {
    format!("{DIRECTORY}/{}.json", source.hex())
}
