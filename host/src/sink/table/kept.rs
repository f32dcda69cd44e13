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

/// Copies the bytes of one entry of a record to `out`. Of a capture they come behind the headers that they can be read with: a capture of its own.
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
    for header in headers(record, entry) {
        copy::<E>(storage, path, record, (header, false), out)?;
    }
    copy(storage, path, record, (entry.at..entry.at.saturating_add(entry.length), entry.compressed), out)
}

/// Those of the section in which the entry lies, as far as they lie before it.
fn headers(record: &CommitRecord, entry: &QuarantineEntry) -> impl Iterator<Item = Range<u64>> {
    let before = record.headers.iter().filter(|header| !entry.compressed && header.at < entry.at);
    let section = before.clone().map(|header| header.section).max();
    let end = entry.at;
    before
        .filter(move |header| Some(header.section) == section)
        .map(move |header| header.at..header.at.saturating_add(header.length).min(end))
}

/// Copies a range of the source, which its quarantine file holds.
fn copy<E: From<TableError> + From<io::Error>>(
    storage: &dyn Storage,
    path: &str,
    record: &CommitRecord,
    (range, compressed): (Range<u64>, bool),
    out: &mut dyn io::Write,
) -> Result<(), E> {
    let short = || TableError::QuarantineShort { path: path.to_owned(), at: range.start };
    let mut at = range.start;
    while at < range.end {
        let behind = record.kept.partition_point(|stretch| (stretch.compressed, stretch.at) <= (compressed, at));
        let stretch = behind.checked_sub(1).and_then(|last| record.kept.get(last));
        let holds = |stretch: &&KeptStretch| stretch.compressed == compressed && within(stretch).contains(&at);
        let stretch = stretch.filter(holds).ok_or_else(short)?;
        let (offset, length) = (stretch.offset.saturating_add(at - stretch.at), within(stretch).end.min(range.end) - at);
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
