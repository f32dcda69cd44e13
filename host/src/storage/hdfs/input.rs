//! A file of HDFS that is read forward.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use hdfs_native::file::FileReader;

use super::cluster::{Cluster, in_time};
use crate::storage::Operation;

/// Bytes that are asked for at a time.
const CHUNK: usize = 4 << 20;

/// See the top of the file.
pub(super) struct HdfsInput {
    pub cluster: Arc<Cluster>,
    pub path: String,
    pub file: FileReader,
    pub chunk: Bytes,
}

impl Read for HdfsInput {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.chunk.is_empty() {
            let read = self.cluster.runtime.block_on(in_time(self.file.read_bytes(CHUNK)));
            self.chunk = read.map_err(|error| io::Error::other(self.cluster.failed(Operation::Read, &self.path, error)))?;
        }
        let count = into.len().min(self.chunk.len());
        self.chunk.copy_to_slice(into.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}
