//! The packets of one commit on their way into files.

use std::time::{Duration, Instant};

use super::file::StoreFile;
use crate::config::PacketStoreSink;
use crate::model::{QuarantineEntry, RejectReason};
use crate::sink::table::{Outcome, TableError, Writer};
use crate::store::FileName;

/// Files of one commit at most.
const FILES: u64 = 1000;
/// Commits do not follow each other faster than this because files do.
const APART: Duration = Duration::from_secs(1);

/// Whose packets they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The topic.
    pub topic: String,
    /// Its partition.
    pub number: i32,
    /// The pipeline: names differ by it where two fill one store.
    pub pipeline: String,
}

/// Collects what one commit will hold. Dropped, it leaves nothing behind.
pub struct StoreWriter<'a> {
    table: Writer,
    spec: &'a PacketStoreSink,
    partition: Partition,
    began: Instant,
    open: Option<StoreFile>,
    /// Offset of the open file's first packet.
    first: u64,
    files: u64,
    /// Bytes of messages in the quarantine.
    quarantined: u64,
}

impl<'a> StoreWriter<'a> {
    /// Of no packets yet.
    pub fn new(table: Writer, spec: &'a PacketStoreSink, partition: Partition) -> Self {
        Self { table, spec, partition, began: Instant::now(), open: None, first: 0, files: 0, quarantined: 0 }
    }

    /// When it must be committed.
    pub fn deadline(&self) -> Instant {
        self.began + self.spec.roll.time
    }

    /// Ends the open file if a packet of this time belongs into another one. Says whether it is time to commit before that packet.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn make_room(&mut self, time: u64) -> Result<bool, TableError> {
        if self.open.as_ref().is_some_and(|file| file.is_full_for(time, &self.spec.roll)) {
            self.end_file()?;
        }
        let rolled = self.open.is_none() && self.files > 0;
        Ok(rolled && (self.began.elapsed() >= APART || self.files >= FILES || self.table.is_full(self.spec.roll.size)))
    }

    /// Whether the record has as many entries as it should hold.
    pub fn is_full(&self) -> bool {
        self.table.is_full(u64::MAX)
    }

    /// Adds the packet of a message: its time, and its value in two parts.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn append(&mut self, offset: u64, time: u64, head: &[u8], frame: &[u8]) -> Result<(), TableError> {
        let file = match &mut self.open {
            Some(file) => file,
            None => {
                self.first = offset;
                self.open.insert(StoreFile::begin(self.table.begin_file()?, time)?)
            }
        };
        file.append(time, head, frame)
    }

    /// Keeps the bytes of a message that is no packet.
    ///
    /// # Errors
    /// The storage fails; drop the writer then.
    pub fn quarantine(&mut self, offset: u64, value: &[u8], reason: RejectReason, detail: String) -> Result<(), TableError> {
        let (at, length) = (self.quarantined, value.len() as u64);
        self.quarantined += length;
        let entry = QuarantineEntry { at, length, reason, detail, compressed: false, message: Some(offset) };
        for missing in self.table.quarantine(entry) {
            self.table.keep(missing.start, false, &mut &*value)?;
        }
        Ok(())
    }

    /// Makes everything visible in one step, as what the partition holds before `to`.
    ///
    /// # Errors
    /// As of [`Writer::commit`].
    pub fn commit(mut self, to: u64) -> Result<Outcome, TableError> {
        self.end_file()?;
        self.table.commit(to, false, None)
    }

    fn end_file(&mut self) -> Result<(), TableError> {
        let Some(file) = self.open.take() else { return Ok(()) };
        let (begun, extent) = file.end()?;
        let name = self.name(extent.earliest)?;
        self.files += 1;
        self.table.end_file(begun, name, extent.packets)
    }

    /// A name that no other file has: where one word stands behind the partition of all files, the offset joins it when times are equal.
    fn name(&self, time: u64) -> Result<String, TableError> {
        let Partition { topic, number, pipeline } = &self.partition;
        let name = |id: &str| {
            let name = FileName { topic: topic.clone(), time: Some(time), partition: Some(*number), uuid: id.to_owned() };
            name.to_string()
        };
        let offset = self.first;
        let Some(id) = &self.spec.id else { return Ok(name(&format!("{}-{offset}", pipeline.replace('_', "-")))) };
        let plain = name(id);
        Ok(if self.table.is_taken(&plain)? { name(&format!("{id}-{offset}")) } else { plain })
    }
}
