//! Where the rows of a file come from, as the file itself says: it holds on a copy too.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use serde::Serialize;

use super::{Shared, StoredFile};
use crate::config::Hdfs;
use crate::model::{Digest, ModuleRef, SourceRef};
use crate::storage::{self, StorageError};

const PIPELINE: &str = "weir.pipeline";
const HOST: &str = "weir.version";
const INPUT_NAME: &str = "weir.input.name";
const INPUT_DIGEST: &str = "weir.input.digest";
const INPUT_SIZE: &str = "weir.input.size";
const INPUT_FROM: &str = "weir.input.from";
const INPUT_TO: &str = "weir.input.to";
const MODULE_NAME: &str = "weir.module.name";
const MODULE_VERSION: &str = "weir.module.version";
const MODULE_DIGEST: &str = "weir.module.digest";

/// Which input and which module made a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lineage {
    /// The input.
    pub source: SourceRef,
    /// First position of the commit that the file belongs to.
    pub from: u64,
    /// First position behind it. None where the file was full before the commit ended; the record knows.
    pub to: Option<u64>,
    /// The module that made the rows.
    pub module: ModuleRef,
    /// Version of weir.
    pub host: String,
    /// Which pipeline wrote it.
    pub pipeline: String,
    /// Rows in the file.
    pub rows: u64,
}

/// A file that does not say where it comes from.
#[derive(Debug, thiserror::Error)]
pub enum LineageError {
    /// The storage in which it lies fails.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is damaged or something else.
    #[error("{path} is no Parquet file, or a damaged one")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ParquetError,
    },
    /// Parquet, and not weir's.
    #[error("{path} has no `{key}` in its metadata that makes sense: weir did not write it")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        key: &'static str,
    },
}

/// Reads what a file of a table says of itself.
///
/// # Errors
/// The file cannot be read, is no Parquet file, or was not written by weir.
pub fn lineage(path: &Path) -> Result<Lineage, LineageError> {
    let unreadable = |source| LineageError::Read { path: path.to_owned(), source };
    let storage = storage::open(path, &Hdfs::default().without_patience())?;
    let Some(file) = StoredFile::open(&storage, "")? else {
        let missing = if storage.list("")?.is_empty() { ErrorKind::NotFound } else { ErrorKind::IsADirectory };
        return Err(unreadable(missing.into()));
    };
    let metadata =
        ParquetMetaDataReader::new().parse_and_finish(&file).map_err(|source| LineageError::Foreign { path: path.to_owned(), source })?;
    let metadata = metadata.file_metadata();
    let entries = Entries { path, entries: metadata.key_value_metadata().map_or(&[], Vec::as_slice) };
    let rows = u64::try_from(metadata.num_rows()).unwrap_or(0);
    entries.lineage(rows)
}

/// The entries that every file of a commit has.
pub(super) fn entries(shared: &Shared, source: &SourceRef, from: u64, module: &ModuleRef) -> Vec<KeyValue> {
    let entry = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
    vec![
        entry(PIPELINE, shared.pipeline.clone()),
        entry(HOST, env!("CARGO_PKG_VERSION").to_owned()),
        entry(INPUT_NAME, source.name.clone()),
        entry(INPUT_DIGEST, source.digest.to_string()),
        entry(INPUT_SIZE, source.size.to_string()),
        entry(INPUT_FROM, from.to_string()),
        entry(MODULE_NAME, module.name.clone()),
        entry(MODULE_VERSION, module.version.clone()),
        entry(MODULE_DIGEST, module.digest.to_string()),
    ]
}

/// The entry of files that are closed when the commit's end is known.
pub(super) fn end_entry(to: u64) -> KeyValue {
    KeyValue::new(INPUT_TO.to_owned(), to.to_string())
}

struct Entries<'a> {
    path: &'a Path,
    entries: &'a [KeyValue],
}

impl Entries<'_> {
    fn lineage(&self, rows: u64) -> Result<Lineage, LineageError> {
        Ok(Lineage {
            source: SourceRef { name: self.text(INPUT_NAME)?, digest: self.digest(INPUT_DIGEST)?, size: self.number(INPUT_SIZE)? },
            from: self.number(INPUT_FROM)?,
            to: self.find(INPUT_TO).map(|_| self.number(INPUT_TO)).transpose()?,
            module: ModuleRef { name: self.text(MODULE_NAME)?, version: self.text(MODULE_VERSION)?, digest: self.digest(MODULE_DIGEST)? },
            host: self.text(HOST)?,
            pipeline: self.text(PIPELINE)?,
            rows,
        })
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.key == key).and_then(|entry| entry.value.as_deref())
    }

    fn text(&self, key: &'static str) -> Result<String, LineageError> {
        self.find(key).map(str::to_owned).ok_or_else(|| self.unknown(key))
    }

    fn digest(&self, key: &'static str) -> Result<Digest, LineageError> {
        self.text(key)?.parse().map_err(|_| self.unknown(key))
    }

    fn number(&self, key: &'static str) -> Result<u64, LineageError> {
        self.text(key)?.parse().map_err(|_| self.unknown(key))
    }

    fn unknown(&self, key: &'static str) -> LineageError {
        LineageError::Unknown { path: self.path.to_owned(), key }
    }
}
