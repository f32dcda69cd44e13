//! Entries of the quarantine that are settled: replayed, or purged. A record never changes, so what became of its entries lies beside it.
//!
//! An entry is replayed as a source of its own, whose digest follows from where the entry is: that its end is committed says that the entry is
//! settled, in the same step that makes its rows visible. What is purged is named in marks, each of which is written once.

use std::collections::BTreeSet;

use super::{TableError, layout, record};
use crate::model::{CommitId, CommitRecord, Digest, QuarantineEntry};
use crate::storage::{Creation, Storage, StorageError};

/// Bytes of a mark: the numbers of all entries that a record can have are fewer.
const LIMIT: u64 = 16 << 20;

/// What an entry is called as a source of its own.
pub fn replay_digest(record: &CommitRecord, number: usize) -> Digest {
    let stem = CommitId { source: record.source.digest, from: record.from }.file_stem();
    Digest::of(format!("weir quarantine entry\n{stem}\n{number}\n").as_bytes())
}

/// Hands every entry that is not settled to `see`, with its record and its number in it, in the order of the records' names.
///
/// # Errors
/// A record or a mark is damaged, or the storage or `see` fails.
pub fn waiting<E: From<TableError>>(
    storage: &dyn Storage,
    mut see: impl FnMut(&CommitRecord, usize, &QuarantineEntry) -> Result<(), E>,
) -> Result<(), E> {
    super::quarantined(storage, |record| {
        let purged = purged(storage, &record)?;
        for (number, entry) in record.quarantine.iter().enumerate() {
            if !purged.contains(&number) && !is_replayed(storage, &record, number)? {
                see(&record, number, entry)?;
            }
        }
        Ok(())
    })
}

/// Takes entries of a record out of the quarantine. Their bytes go with the last entry of the record.
///
/// # Errors
/// The storage fails, or a mark or a record is damaged. The entries are purged or not, each as a whole.
pub fn purge(storage: &dyn Storage, record: &CommitRecord, numbers: &BTreeSet<usize>) -> Result<(), TableError> {
    let known = purged(storage, record)?;
    let new: Vec<_> = numbers.difference(&known).copied().collect();
    if !new.is_empty() {
        mark(storage, record, &new)?;
    }
    clear(storage, record)
}

/// Removes the bytes of a record's entries if all of them are settled.
///
/// # Errors
/// As [`purge`].
pub fn clear(storage: &dyn Storage, record: &CommitRecord) -> Result<(), TableError> {
    let Some(path) = &record.quarantine_file else { return Ok(()) };
    let purged = purged(storage, record)?;
    for number in 0..record.quarantine.len() {
        if !purged.contains(&number) && !is_replayed(storage, record, number)? {
            return Ok(());
        }
    }
    Ok(storage.remove(path)?)
}

/// Whether all that an entry holds is committed as rows, or as entries of its own.
fn is_replayed(storage: &dyn Storage, record: &CommitRecord, number: usize) -> Result<bool, TableError> {
    Ok(record::last(storage, replay_digest(record, number))?.is_some_and(|last| last.end))
}

fn id(record: &CommitRecord) -> CommitId {
    CommitId { source: record.source.digest, from: record.from }
}

fn mark(storage: &dyn Storage, record: &CommitRecord, numbers: &[usize]) -> Result<(), TableError> {
    let bytes = serde_json::to_vec(numbers).map_err(|error| damaged(&layout::purged(id(record), 0), &error))?;
    storage.make_dirs(layout::TEMP)?;
    storage.make_dirs(layout::parent(&layout::purged(id(record), 0)))?;
    for count in 0.. {
        let path = layout::purged(id(record), count);
        let by = format!("{path}{}", layout::EXTENSION);
        if storage.create_if_absent(&path, &bytes, &by)? == Creation::Created {
            break;
        }
    }
    Ok(())
}

fn purged(storage: &dyn Storage, record: &CommitRecord) -> Result<BTreeSet<usize>, TableError> {
    let mut purged = BTreeSet::new();
    for count in 0.. {
        let path = layout::purged(id(record), count);
        match storage.read(&path, LIMIT) {
            Ok(bytes) => purged.extend(serde_json::from_slice::<Vec<usize>>(&bytes).map_err(|error| damaged(&path, &error))?),
            Err(StorageError::Missing { .. }) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(purged)
}

fn damaged(path: &str, reason: &serde_json::Error) -> TableError {
    TableError::RecordDamaged { path: path.to_owned(), reason: reason.to_string() }
}
