//! The quarantine read back: what could not be parsed, and its bytes.

use std::io::{self, Read};
use std::ops::Range;

use super::{TableError, record};
use crate::model::{CommitRecord, KeptStretch, QuarantineEntry};
use crate::storage::Storage;

/// Hands every commit record of a table that holds quarantined input to `see`, in the order of their names.
///
/// # Errors
/// A record is damaged, or the storage or `see` fails.
pub fn quarantined<E: From<TableError>>(storage: &dyn Storage, mut see: impl FnMut(CommitRecord) -> Result<(), E>) -> Result<(), E> {
    record::each(storage, |record| if record.quarantine.is_empty() { Ok(()) } else { see(record) })
}

/// Copies the bytes of one entry of a record to `out`.
///
/// # Errors
/// The storage or `out` fails, or the file holds less than the record says.
pub fn copy_quarantined<E: From<TableError> + From<io::Error>>(
    storage: &dyn Storage,
    record: &CommitRecord,
    entry: &QuarantineEntry,
    out: &mut dyn io::Write,
) -> Result<(), E> {
    let Some(path) = &record.quarantine_file else { return Ok(()) };
    let short = || TableError::QuarantineShort { path: path.clone(), at: entry.at };
    let mut at = entry.at;
    let end = entry.at.saturating_add(entry.length);
    while at < end {
        let stretch =
            record.kept.iter().find(|stretch| stretch.compressed == entry.compressed && within(stretch).contains(&at)).ok_or_else(short)?;
        let (offset, length) = (stretch.offset.saturating_add(at - stretch.at), within(stretch).end.min(end) - at);
        let mut file = storage.open(path).map_err(TableError::from)?;
        let skipped = io::copy(&mut file.by_ref().take(offset), &mut io::sink())?;
        if skipped < offset || io::copy(&mut file.take(length), out)? < length {
            return Err(short().into());
        }
        at += length;
    }
    Ok(())
}

fn within(stretch: &KeptStretch) -> Range<u64> {
    stretch.at..stretch.at.saturating_add(stretch.length)
}
