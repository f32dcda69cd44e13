//! The quarantine read back: what could not be parsed, and its bytes.

use std::io::Read;

use super::{TableError, layout, record};
use crate::model::{CommitRecord, QuarantineEntry};
use crate::storage::Storage;

/// Hands every commit record of a table that holds quarantined input to `see`, in the order of their names.
///
/// # Errors
/// A record is damaged, or the storage or `see` fails.
pub fn quarantined<E: From<TableError>>(storage: &dyn Storage, mut see: impl FnMut(CommitRecord) -> Result<(), E>) -> Result<(), E> {
    for shard in names(storage, layout::COMMITS)? {
        for name in names(storage, &format!("{}/{shard}", layout::COMMITS))? {
            let Some(id) = layout::commit_id(&name) else { continue };
            match record::read(storage, id)? {
                Some(record) if !record.quarantine.is_empty() => see(record)?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// The bytes of one entry of a record.
///
/// # Errors
/// The storage fails, or the file is shorter than the record says.
pub fn quarantined_bytes(
    storage: &dyn Storage,
    record: &CommitRecord,
    entry: &QuarantineEntry,
) -> Result<Box<dyn Read + Send>, TableError> {
    let Some(path) = &record.quarantine_file else { return Ok(Box::new(std::io::empty())) };
    let mut file = storage.open(path)?;
    let skipped = std::io::copy(&mut file.by_ref().take(entry.offset), &mut std::io::sink());
    match skipped {
        Ok(skipped) if skipped == entry.offset => Ok(Box::new(file.take(entry.length))),
        _ => Err(TableError::QuarantineShort { path: path.clone(), at: entry.offset }),
    }
}

fn names(storage: &dyn Storage, dir: &str) -> Result<Vec<String>, TableError> {
    let mut names: Vec<_> = storage.list(dir)?.into_iter().map(|entry| entry.name).collect();
    names.sort();
    Ok(names)
}
