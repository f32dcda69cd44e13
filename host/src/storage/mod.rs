//! Where tables lie: a few synchronous calls, the same for a local directory and for HDFS. [`open`] chooses by the path.
//!
//! A path is relative to the storage's root: names joined by `/`, none of them `.` or `..`, none empty. The empty path is the root itself.
//! Only a file that was closed counts as stored; no call changes a file after that.

mod error;
mod hdfs;
mod local;

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

pub use error::{Operation, StorageError};
pub use hdfs::HdfsStorage;
pub use local::LocalStorage;

use crate::config::{Hdfs, file_url, is_hdfs};

/// The storage of a path: HDFS for a URL like `hdfs://namenode:8020/spot`, else a directory of this machine, also as `file:///spot`.
///
/// # Errors
/// The URL names nothing that a client could be made for. Nothing is asked of HDFS yet.
pub fn open(path: &Path, hdfs: &Hdfs) -> Result<Arc<dyn Storage>, StorageError> {
    match is_hdfs(path) {
        true => Ok(Arc::new(HdfsStorage::new(&path.to_string_lossy(), hdfs)?)),
        false => Ok(Arc::new(LocalStorage::new(path.to_str().map_or(path, |text| Path::new(file_url(text)))))),
    }
}

/// A tree of files that are written once.
pub trait Storage: Send + Sync {
    /// The root as people write it, for messages.
    fn root(&self) -> &str;

    /// Begins a file in a directory that exists. A file of that name is replaced: choose names nobody else uses.
    fn create(&self, path: &str) -> Result<Box<dyn Output>, StorageError>;

    /// Stores `bytes` under `path` as a whole, durably, unless there is a file of that name: of any number of callers at once one creates it.
    /// `by` is a name in the same storage that the bytes may pass through; a crash may leave a file there.
    /// After an error the file may be there or not.
    fn create_if_absent(&self, path: &str, bytes: &[u8], by: &str) -> Result<Creation, StorageError>;

    /// Reads forward from the first byte.
    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError>;

    /// Gives a closed file another name, in a directory that exists; never replaces a file. Of any number of callers at once one moves it.
    /// A power loss may undo it.
    fn rename(&self, from: &str, to: &str) -> Result<Renaming, StorageError>;

    /// Makes the names that a directory holds durable, as a rename alone does not. HDFS has nothing to do.
    fn settle(&self, _dir: &str) -> Result<(), StorageError> {
        Ok(())
    }

    /// Removes a file; one that is not there counts as removed.
    fn remove(&self, path: &str) -> Result<(), StorageError>;

    /// What a directory holds, in no order, without what lies deeper. A directory that is not there holds nothing.
    fn list(&self, dir: &str) -> Result<Vec<Entry>, StorageError>;

    /// Makes a directory and those above it, durably; those that exist are left alone.
    fn make_dirs(&self, dir: &str) -> Result<(), StorageError>;

    /// Bytes of a file, or none where no file is.
    fn size(&self, path: &str) -> Result<Option<u64>, StorageError>;

    /// Holds `path`, a name for this purpose alone, until the claim is dropped or the process ends, however it ends.
    /// An error names who holds it.
    fn claim(&self, path: &str) -> Result<Box<dyn Claim>, StorageError>;

    /// Bytes of a file from `offset` on: `length`, or fewer where it ends.
    fn read_range(&self, path: &str, offset: u64, length: u64) -> Result<Vec<u8>, StorageError> {
        let failed = |source| StorageError::from_io(Operation::Read, path, source);
        let (mut file, mut bytes) = (self.open(path)?, Vec::new());
        io::copy(&mut file.by_ref().take(offset), &mut io::sink()).map_err(failed)?;
        file.take(length).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// All bytes of a file of at most `limit` bytes.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, StorageError> {
        let mut bytes = Vec::new();
        let file = self.open(path)?;
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|source| StorageError::from_io(Operation::Read, path, source))?;
        if bytes.len() as u64 > limit {
            return Err(StorageError::TooLarge { path: path.to_owned(), limit });
        }
        Ok(bytes)
    }
}

/// A file that is being written. Dropped without [`close`](Output::close) it stays behind, whole or not: remove it by its name.
pub trait Output: Write + Send {
    /// No more bytes come: whatever closing takes may begin. [`close`](Output::close) waits for it, so that several files are closed at one time.
    fn end(&mut self) {}

    /// Ends the file. Afterwards it is durable, its name included. Gives its size in bytes.
    fn close(self: Box<Self>) -> Result<u64, StorageError>;
}

/// An exclusive hold on a name; dropping it lets go.
pub trait Claim: Send + Sync {}

/// What became of [`Storage::create_if_absent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// The file holds the bytes given.
    Created,
    /// There was a file, and it is as it was.
    Exists,
}

/// What became of [`Storage::rename`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renaming {
    /// It has the new name.
    Moved,
    /// There is a file of the new name; both are as they were.
    TargetExists,
    /// There is no file of the old name.
    SourceMissing,
}

/// Something in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Without the directory.
    pub name: String,
    /// A directory; otherwise a file, or something else that is not to be entered.
    pub directory: bool,
}
