//! What could not be parsed, read back: a table's commit records say what it is and why, a file beside each record holds the bytes.

use std::io::{self, Read};

use serde::Serialize;

use crate::model::{CommitRecord, Digest, ModuleRef, QuarantineEntry, SourceRef};
use crate::storage::{Storage, StorageError};

/// Where a table keeps its commit records: `SHARD/NAME.json`.
const RECORDS: &str = ".weir/commits";
/// Bytes of a record; weir writes none that are larger.
const LARGEST_RECORD: u64 = 256 << 20;

/// One stretch of input in the quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// The first 12 hexadecimal digits of the input's digest, a dash, and where the stretch begins.
    pub id: String,
    /// The input.
    pub source: SourceRef,
    /// Where in the input, why, and where in `file`.
    #[serde(flatten)]
    pub entry: QuarantineEntry,
    /// The module that made no rows of it.
    pub module: ModuleRef,
    /// When it was committed, UTC, RFC 3339.
    pub committed: String,
    /// The file with its bytes, relative to the table.
    pub file: String,
}

/// Why the quarantine of a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No commit was ever made there.
    #[error("{0} is no table of weir: it has no commit records in {RECORDS}")]
    NoTable(String),
    /// A record is not what weir writes.
    #[error("the commit record {path} is damaged: {reason}")]
    Damaged {
        /// Relative to the table.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing has this id.
    #[error("no `{0}` in the quarantine: `weir quarantine list` shows what there is")]
    NoEntry(String),
    /// The bytes cannot be read.
    #[error("cannot read {path}")]
    Bytes {
        /// Relative to the table.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// Passes every stretch in the quarantine of a table to `each`, input by input. One record is held at a time.
///
/// # Errors
/// There is no table, or a record cannot be read; what came before it has been passed.
pub fn list<E: From<QuarantineError>>(storage: &dyn Storage, mut each: impl FnMut(Quarantined) -> Result<(), E>) -> Result<(), E> {
    let shards = names(storage, RECORDS)?;
    if shards.is_empty() {
        return Err(QuarantineError::NoTable(storage.root().to_owned()).into());
    }
    for shard in shards {
        let directory = format!("{RECORDS}/{shard}");
        for name in names(storage, &directory)?.into_iter().filter(|name| name.ends_with(".json")) {
            let record = record(storage, &format!("{directory}/{name}"))?;
            entries(record).try_for_each(&mut each)?;
        }
    }
    Ok(())
}

/// The stretch of an id.
///
/// # Errors
/// Nothing has this id, or the quarantine cannot be read.
pub fn find(storage: &dyn Storage, id: &str) -> Result<Quarantined, QuarantineError> {
    let mut found = None;
    list(storage, |stretch| {
        if stretch.id == id {
            found = Some(stretch);
        }
        Ok::<_, QuarantineError>(())
    })?;
    found.ok_or_else(|| QuarantineError::NoEntry(id.to_owned()))
}

/// The bytes of a stretch, as they were in the input.
///
/// # Errors
/// They cannot be read. Bytes that the file lacks are missing without an error: compare with the stretch's length.
pub fn bytes(storage: &dyn Storage, stretch: &Quarantined) -> Result<impl Read + use<>, QuarantineError> {
    let mut file = storage.open(&stretch.file)?;
    let before = &mut file.by_ref().take(stretch.entry.offset);
    io::copy(before, &mut io::sink()).map_err(|source| QuarantineError::Bytes { path: stretch.file.clone(), source })?;
    Ok(file.take(stretch.entry.length))
}

fn names(storage: &dyn Storage, directory: &str) -> Result<Vec<String>, QuarantineError> {
    let mut names: Vec<_> = storage.list(directory)?.into_iter().map(|entry| entry.name).filter(|name| !name.starts_with('.')).collect();
    names.sort();
    Ok(names)
}

fn record(storage: &dyn Storage, path: &str) -> Result<CommitRecord, QuarantineError> {
    let bytes = storage.read(path, LARGEST_RECORD)?;
    serde_json::from_slice(&bytes).map_err(|error| QuarantineError::Damaged { path: path.to_owned(), reason: error.to_string() })
}

fn entries(record: CommitRecord) -> impl Iterator<Item = Quarantined> {
    let CommitRecord { source, module, at, quarantine, quarantine_file, .. } = record;
    let file = quarantine_file.unwrap_or_default();
    quarantine.into_iter().map(move |entry| Quarantined {
        id: id(&source.digest, entry.at),
        source: source.clone(),
        entry,
        module: module.clone(),
        committed: at.clone(),
        file: file.clone(),
    })
}

fn id(source: &Digest, at: u64) -> String {
    format!("{:.12}-{at}", source.hex())
}
