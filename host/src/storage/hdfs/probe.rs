//! Whether a directory of HDFS can be written, for a check before a run.

use std::io::{Cursor, ErrorKind};

use super::output::upload;
use super::{HdfsStorage, Meaning};
use crate::storage::{Operation, StorageError};

impl HdfsStorage {
    /// Writes a small file as a run would, and removes it: in the directory, or in the nearest one above it that exists.
    ///
    /// # Errors
    /// Whatever keeps a file from being written: the NameNode, a DataNode, rights, quotas.
    pub fn probe(&self) -> Result<(), StorageError> {
        let mut directory = self.locate("")?;
        while !self.is_directory(&directory)? {
            let parent = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
            directory = if parent.is_empty() { "/".to_owned() } else { parent.to_owned() };
        }
        let path = format!("{}/.weir-check-{}", directory.trim_end_matches('/'), std::process::id());
        self.cluster.runtime.block_on(upload(&self.cluster, &path, Cursor::new(b"weir check\n")))?;
        self.cluster.call(Operation::Remove, &path, async || self.cluster.client.delete(&path, false).await).map(drop)
    }

    fn is_directory(&self, at: &str) -> Result<bool, StorageError> {
        match self.cluster.persist(at, async || self.cluster.client.get_file_info(at).await) {
            Ok(status) if status.isdir => Ok(true),
            Ok(_) => {
                let source = ErrorKind::NotADirectory.into();
                Err(StorageError::Other { operation: Operation::List, path: self.cluster.name(at), source })
            }
            Err(error) if Meaning::of(&error) == Meaning::Missing && at != "/" => Ok(false),
            Err(error) => Err(self.cluster.failed(Operation::Read, at, error)),
        }
    }
}
