//! A Parquet file of a storage, of which a reader fetches what it needs.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

use crate::storage::{Storage, StorageError};

/// Bytes that reading forward fetches at a time.
const AHEAD: u64 = 1 << 20;

/// See the top of the file.
#[derive(Clone)]
pub struct StoredFile {
    storage: Arc<dyn Storage>,
    path: String,
    size: u64,
}

impl StoredFile {
    /// The file at a path of a storage; none: there is no such file.
    ///
    /// # Errors
    /// The storage fails.
    pub fn open(storage: &Arc<dyn Storage>, path: &str) -> Result<Option<Self>, StorageError> {
        let size = storage.size(path)?;
        Ok(size.map(|size| Self { storage: Arc::clone(storage), path: path.to_owned(), size }))
    }

    fn range(&self, start: u64, length: u64) -> io::Result<Bytes> {
        self.storage.read_range(&self.path, start, length).map(Bytes::from).map_err(io::Error::other)
    }
}

impl Length for StoredFile {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for StoredFile {
    type T = Forward;

    fn get_read(&self, start: u64) -> ParquetResult<Forward> {
        Ok(Forward { file: self.clone(), at: start, ahead: io::Cursor::default() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.range(start, length as u64)?;
        match bytes.len() {
            found if found == length => Ok(bytes),
            found => Err(ParquetError::EOF(format!("{length} bytes expected at {start}, {found} found"))),
        }
    }
}

/// Reads forward from a place.
pub struct Forward {
    file: StoredFile,
    at: u64,
    ahead: io::Cursor<Bytes>,
}

impl Read for Forward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ahead.position() >= self.ahead.get_ref().len() as u64 {
            let fetched = self.file.range(self.at, AHEAD)?;
            self.at = self.at.saturating_add(fetched.len() as u64);
            self.ahead = io::Cursor::new(fetched);
        }
        self.ahead.read(into)
    }
}
