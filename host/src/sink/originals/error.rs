//! What can go wrong with keeping a file.

use std::io;

use crate::storage::StorageError;

/// A step that failed. The file is where it was, and nothing was sent of it.
#[derive(Debug, thiserror::Error)]
pub enum OriginalsError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Input(#[source] io::Error),
    /// A file that was kept before cannot be read.
    #[error("a file of the same name cannot be read")]
    Kept(#[source] io::Error),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Both names that the file may have are taken.
    #[error("there is another file at {name} and at the name beside it: take them away")]
    NoName {
        /// Below the store.
        name: String,
    },
}
