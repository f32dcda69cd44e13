//! A file on its way to HDFS: it waits on this machine until it is whole, and then goes up as a whole, as often as it takes.
//!
//! A write that a DataNode or the NameNode interrupts cannot be gone on with, and what was written before the end counts for nothing; so the bytes have to
//! be at hand until the file is closed. Files that stay open for long hold no lease and no pipeline of DataNodes meanwhile.

use std::fs;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use bytes::Bytes;
use hdfs_native::HdfsError;
use tempfile::{SpooledTempFile, spooled_tempfile_in};
use tokio::task::JoinHandle;

use super::cluster::{Cluster, in_time};
use crate::storage::{Operation, Output, StorageError};

/// Bytes that wait in memory; a larger file waits on the disk.
const IN_MEMORY: usize = 1 << 20;
/// Bytes handed to the client at a time.
const CHUNK: usize = 1 << 20;

/// See the top of the file.
pub(super) struct HdfsOutput {
    cluster: Arc<Cluster>,
    path: String,
    written: u64,
    /// None: it goes up.
    waiting: Option<SpooledTempFile>,
    upload: Option<JoinHandle<Result<(), StorageError>>>,
}

impl HdfsOutput {
    pub fn new(cluster: Arc<Cluster>, path: String) -> Self {
        let waiting = Some(spooled_tempfile_in(IN_MEMORY, &cluster.spool));
        Self { cluster, path, written: 0, waiting, upload: None }
    }

    fn spool_failed(&self, source: io::Error) -> io::Error {
        let (path, directory) = (self.cluster.name(&self.path), self.cluster.spool.display().to_string());
        io::Error::other(StorageError::Spool { operation: Operation::Write, path, directory, source })
    }
}

impl Write for HdfsOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(waiting) = &mut self.waiting else { return Err(io::Error::other("the file is closed")) };
        if !waiting.is_rolled() && self.written.saturating_add(bytes.len() as u64) > IN_MEMORY as u64 {
            // Only now, and by whoever fills it: most files are small.
            let _ = fs::create_dir_all(&self.cluster.spool);
        }
        let written = waiting.write(bytes).map_err(|error| self.spool_failed(error))?;
        self.written = self.written.saturating_add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for HdfsOutput {
    fn end(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            let (cluster, path) = (Arc::clone(&self.cluster), self.path.clone());
            self.upload = Some(self.cluster.runtime.spawn(async move { upload(&cluster, &path, waiting).await }));
        }
    }

    fn close(mut self: Box<Self>) -> Result<u64, StorageError> {
        self.end();
        let Some(upload) = self.upload.take() else { return Ok(self.written) };
        let ended = self.cluster.runtime.block_on(upload);
        ended.unwrap_or_else(|panic| {
            let (operation, path) = (Operation::Close, self.cluster.name(&self.path));
            Err(StorageError::Other { operation, path, source: io::Error::other(panic.to_string()) })
        })?;
        Ok(self.written)
    }
}

impl Drop for HdfsOutput {
    fn drop(&mut self) {
        if let Some(upload) = self.upload.take() {
            upload.abort();
            // Whoever removes the file next must not be overtaken by it.
            let _ = self.cluster.runtime.block_on(upload);
        }
    }
}

/// Writes a whole file over whatever has its name, and closes it.
pub(super) async fn upload(cluster: &Cluster, path: &str, mut bytes: impl Read + Seek) -> Result<(), StorageError> {
    let _turn = cluster.uploads.acquire().await;
    let mut tries = cluster.tries(path);
    loop {
        match write(cluster, path, &mut bytes).await {
            Err(error) if tries.again(&error).await => {}
            ended => {
                tries.end(ended.as_ref().err());
                return ended.map_err(|error| cluster.failed(Operation::Write, path, error));
            }
        }
    }
}

async fn write(cluster: &Cluster, path: &str, bytes: &mut (impl Read + Seek)) -> Result<(), HdfsError> {
    bytes.rewind()?;
    let mut file = in_time(cluster.client.create(path, &cluster.file)).await?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        if bytes.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            return in_time(file.close()).await;
        }
        in_time(file.write_bytes(Bytes::from(chunk))).await?;
    }
}
