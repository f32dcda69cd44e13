//! Reads a file from a position of its own: several readers of one open file do not move each other.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A reader of a shared file. Its position can be watched from elsewhere, since a decoder takes the reader itself away.
#[derive(Debug, Clone)]
pub struct Positioned {
    file: Arc<File>,
    position: Arc<AtomicU64>,
}

impl Positioned {
    /// Starts at `position`, in bytes.
    pub fn new(file: Arc<File>, position: u64) -> Self {
        Self { file, position: Arc::new(AtomicU64::new(position)) }
    }

    /// The next byte that will be read.
    pub fn position(&self) -> u64 {
        self.position.load(Relaxed)
    }
}

impl Read for Positioned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.position())?;
        self.position.fetch_add(count as u64, Relaxed);
        Ok(count)
    }
}
