//! A sequence file that is being filled.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufWriter};

use super::roll::Extent;
use crate::config::Roll;
use crate::sink::table::{Begun, TableError};
use crate::store::SequenceWriter;

/// Bytes that wait for the file: a packet is copied into them, and from there to the system.
const BUFFER: usize = 1 << 20;

/// See the top of the file.
pub(super) struct StoreFile {
    writer: SequenceWriter<BufWriter<Begun>>,
    path: String,
    extent: Extent,
}

impl StoreFile {
    /// With its header written.
    pub fn begin(begun: Begun, time: u64) -> Result<Self, TableError> {
        let path = begun.path().to_owned();
        let writer = SequenceWriter::new(BufWriter::with_capacity(BUFFER, begun), mark());
        let writer = writer.map_err(|error| Begun::failed(&path, error))?;
        Ok(Self { extent: Extent::at(time), writer, path })
    }

    /// Whether a packet of this time belongs into another file.
    pub fn is_full_for(&self, time: u64, roll: &Roll) -> bool {
        self.extent.is_full_for(time, self.writer.size(), roll)
    }

    /// Adds a record: its time, and its value in two parts.
    pub fn append(&mut self, time: u64, head: &[u8], frame: &[u8]) -> Result<(), TableError> {
        self.writer.append_parts(time, head, frame).map_err(|error| self.failed(error))?;
        self.extent = self.extent.with(time);
        Ok(())
    }

    fn failed(&self, error: io::Error) -> TableError {
        Begun::failed(&self.path, error)
    }

    /// Ends it. Gives the file, and what is in it.
    pub fn end(self) -> Result<(Begun, Extent), TableError> {
        let Self { writer, path, extent } = self;
        let begun = writer.into_inner().into_inner().map_err(|error| Begun::failed(&path, error.into_error()))?;
        Ok((begun, extent))
    }
}

/// 16 bytes that no other file has.
fn mark() -> [u8; 16] {
    let word = || RandomState::new().build_hasher().finish();
    (u128::from(word()) << 64 | u128::from(word())).to_be_bytes()
}
