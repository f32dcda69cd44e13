//! Commit records as bytes and back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use super::{TableError, layout};
use crate::model::{CommitId, CommitRecord, Digest, SavedState, StateRecord};
use crate::storage::{Storage, StorageError};

/// The version of the layout that is written and read.
pub(super) const VERSION: u32 = 1;

/// Bytes that a record may have: it is read as a whole, and a file of more was not written by weir.
const LIMIT: u64 = 256 << 20;

/// The last record of a source that has one, and what follows it has none.
pub(super) fn last(storage: &dyn Storage, source: Digest) -> Result<Option<CommitRecord>, TableError> {
    let (mut last, mut from) = (None, 0);
    while let Some(record) = read(storage, CommitId { source, from })? {
        from = record.to;
        let end = record.end;
        last = Some(record);
        if end {
            break;
        }
    }
    Ok(last)
}

/// Hands every record of a table to `see`, in the order of their names.
pub(super) fn each<E: From<TableError>>(storage: &dyn Storage, mut see: impl FnMut(CommitRecord) -> Result<(), E>) -> Result<(), E> {
    for shard in names(storage, layout::COMMITS)? {
        for name in names(storage, &format!("{}/{shard}", layout::COMMITS))? {
            let Some(id) = layout::commit_id(&name) else { continue };
            read(storage, id)?.map_or(Ok(()), &mut see)?;
        }
    }
    Ok(())
}

fn names(storage: &dyn Storage, dir: &str) -> Result<Vec<String>, TableError> {
    let mut names: Vec<_> = storage.list(dir)?.into_iter().map(|entry| entry.name).collect();
    names.sort();
    Ok(names)
}

/// The record of a commit, if it was committed.
pub(super) fn read(storage: &dyn Storage, id: CommitId) -> Result<Option<CommitRecord>, TableError> {
    let path = layout::record(id);
    match storage.read(&path, LIMIT) {
        Ok(bytes) => parse(&path, id, &bytes).map(Some),
        Err(StorageError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn parse(path: &str, id: CommitId, bytes: &[u8]) -> Result<CommitRecord, TableError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let version: Version = serde_json::from_slice(bytes).map_err(|error| damaged(path, &error))?;
    if version.version != VERSION {
        return Err(TableError::RecordVersion { path: path.to_owned(), found: version.version });
    }
    let record: CommitRecord = serde_json::from_slice(bytes).map_err(|error| damaged(path, &error))?;
    if record.source.digest != id.source || record.from != id.from {
        return Err(damaged(path, &"it is of another commit"));
    }
    // A record that leads nowhere would be followed for ever.
    if record.to < record.from || (record.to == record.from && !record.end) {
        return Err(damaged(path, &"it ends where it begins"));
    }
    Ok(record)
}

fn damaged(path: &str, reason: &dyn std::fmt::Display) -> TableError {
    TableError::RecordDamaged { path: path.to_owned(), reason: reason.to_string() }
}

/// A record as it is stored.
pub(super) fn bytes(record: &CommitRecord) -> Result<Vec<u8>, TableError> {
    let path = || layout::record(CommitId { source: record.source.digest, from: record.from });
    let bytes = serde_json::to_vec(record).map_err(|error| damaged(&path(), &error))?;
    match bytes.len() as u64 {
        0..=LIMIT => Ok(bytes),
        size => Err(TableError::RecordTooLarge { path: path(), size, limit: LIMIT }),
    }
}

/// A module's state for a record.
pub(super) fn state_record(state: &SavedState) -> StateRecord {
    StateRecord { version: state.version, data: BASE64.encode(&state.data) }
}

/// A module's state out of a record.
pub(super) fn saved_state(record: &CommitRecord) -> Result<Option<SavedState>, TableError> {
    let Some(state) = &record.state else { return Ok(None) };
    let id = CommitId { source: record.source.digest, from: record.from };
    let data = BASE64.decode(&state.data).map_err(|error| damaged(&layout::record(id), &error))?;
    Ok(Some(SavedState { version: state.version, data }))
}
