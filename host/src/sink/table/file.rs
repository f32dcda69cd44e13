//! One Parquet file that is being written.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::TableError;
use crate::fault;
use crate::model::Partition;
use crate::storage::{Output, Storage};

/// A file with rows of one partition.
pub(super) struct OpenFile {
    pub(super) partition: Option<Partition>,
    pub(super) number: u32,
    path: String,
    rows: u64,
    writer: ArrowWriter<Slot>,
}

/// A file that is whole and durable under its temporary name.
pub(super) struct ClosedFile {
    pub(super) partition: Option<Partition>,
    pub(super) number: u32,
    /// The temporary name.
    pub(super) path: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

impl OpenFile {
    pub(super) fn create(
        storage: &dyn Storage,
        path: String,
        (partition, number): (Option<Partition>, u32),
        schema: &SchemaRef,
        properties: &WriterProperties,
    ) -> Result<Self, TableError> {
        let slot = Slot(Some(storage.create(&path)?));
        fault::point("file-created");
        let options = ArrowWriterOptions::new().with_properties(properties.clone()).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(slot, schema.clone(), options).map_err(|error| TableError::encode(&path, error))?;
        Ok(Self { partition, number, path, rows: 0, writer })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), TableError> {
        self.writer.write(rows).map_err(|error| TableError::encode(&self.path, error))?;
        self.rows = self.rows.saturating_add(rows.num_rows() as u64);
        Ok(())
    }

    /// Ends the row group that is in memory.
    pub(super) fn flush(&mut self) -> Result<(), TableError> {
        self.writer.flush().map_err(|error| TableError::encode(&self.path, error))?;
        fault::point("row-group-written");
        Ok(())
    }

    /// Bytes held in memory.
    pub(super) fn memory(&self) -> u64 {
        self.writer.memory_size() as u64
    }

    /// Bytes the file would have, closed now; an estimate.
    pub(super) fn size(&self) -> u64 {
        (self.writer.bytes_written() + self.writer.in_progress_size()) as u64
    }

    /// Ends the file. `last` joins what it says of itself.
    pub(super) fn close(mut self, last: Option<KeyValue>) -> Result<ClosedFile, TableError> {
        last.into_iter().for_each(|entry| self.writer.append_key_value_metadata(entry));
        self.writer.finish().map_err(|error| TableError::encode(&self.path, error))?;
        let bytes = match self.writer.inner_mut().0.take() {
            Some(output) => output.close()?,
            None => 0,
        };
        fault::point("file-closed");
        Ok(ClosedFile { partition: self.partition, number: self.number, path: self.path, rows: self.rows, bytes })
    }
}

/// An output that can be taken back from the encoder, which by itself only gives it back with its errors turned to text.
struct Slot(Option<Box<dyn Output>>);

impl Write for Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(output) => output.write(bytes),
            None => Err(io::Error::other("the file is closed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), |output| output.flush())
    }
}
