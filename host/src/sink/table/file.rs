//! One Parquet file that is being written.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowSchemaConverter;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::SerializedFileWriter;

use super::TableError;
use super::encode::{Codec, RowGroup, RowGroups};
use crate::fault;
use crate::model::Partition;
use crate::storage::{Output, Storage};

/// A file with rows of one partition.
pub(super) struct OpenFile {
    pub(super) partition: Option<Partition>,
    pub(super) number: u32,
    path: String,
    rows: u64,
    writer: SerializedFileWriter<Slot>,
    groups: RowGroups,
    group: Option<RowGroup>,
    codec: Codec,
}

/// A file that is whole and durable under its temporary name.
pub(super) struct ClosedFile {
    pub(super) partition: Option<Partition>,
    pub(super) number: u32,
    /// The temporary name.
    pub(super) path: String,
    /// Its place, where that does not follow from the commit.
    pub(super) place: Option<String>,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// A file that is whole, and may not be durable yet.
pub(super) struct EndedFile {
    file: ClosedFile,
    output: Option<Box<dyn Output>>,
}

impl EndedFile {
    /// Bytes of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.file.bytes
    }

    pub(super) fn close(self) -> Result<ClosedFile, TableError> {
        let bytes = self.output.map_or(Ok(0), |output| output.close())?;
        fault::point("file-closed");
        Ok(ClosedFile { bytes, ..self.file })
    }
}

impl OpenFile {
    pub(super) fn create(
        storage: &dyn Storage,
        path: String,
        (partition, number): (Option<Partition>, u32),
        schema: &SchemaRef,
        properties: &WriterPropertiesPtr,
        codec: Codec,
    ) -> Result<Self, TableError> {
        let slot = Slot(Some(storage.create(&path)?));
        fault::point("file-created");
        let writer = begin(slot, schema, properties).map_err(|error| TableError::encode(&path, error))?;
        let groups = RowGroups::new(&writer, schema);
        Ok(Self { partition, number, path, rows: 0, writer, groups, group: None, codec })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), TableError> {
        self.encode(rows).map_err(|error| TableError::encode(&self.path, error))?;
        self.rows = self.rows.saturating_add(rows.num_rows() as u64);
        Ok(())
    }

    fn encode(&mut self, rows: &RecordBatch) -> ParquetResult<()> {
        let group = match self.group.take() {
            Some(group) => group,
            None => self.groups.begin(self.writer.flushed_row_groups().len())?,
        };
        self.group.insert(group).write(rows, &mut self.codec)
    }

    /// Ends the row group that is in memory.
    pub(super) fn flush(&mut self) -> Result<(), TableError> {
        let Some(group) = self.group.take() else { return Ok(()) };
        group.finish(&mut self.writer, &mut self.codec).map_err(|error| TableError::encode(&self.path, error))?;
        fault::point("row-group-written");
        Ok(())
    }

    /// Bytes held in memory.
    pub(super) fn memory(&self) -> u64 {
        self.group.as_ref().map_or(0, RowGroup::memory) as u64
    }

    /// Bytes the file would have, closed now; an estimate.
    pub(super) fn size(&self) -> u64 {
        (self.writer.bytes_written() + self.group.as_ref().map_or(0, RowGroup::size)) as u64
    }

    /// Ends the file, which has yet to be closed. `last` joins what it says of itself.
    pub(super) fn end(mut self, last: Option<KeyValue>) -> Result<EndedFile, TableError> {
        self.flush()?;
        last.into_iter().for_each(|entry| self.writer.append_key_value_metadata(entry));
        self.writer.finish().map_err(|error| TableError::encode(&self.path, error))?;
        let bytes = self.writer.bytes_written() as u64;
        let mut output = self.writer.inner_mut().0.take();
        output.iter_mut().for_each(|output| output.end());
        let file = ClosedFile { partition: self.partition, number: self.number, path: self.path, place: None, rows: self.rows, bytes };
        Ok(EndedFile { file, output })
    }
}

fn begin(slot: Slot, schema: &SchemaRef, properties: &WriterPropertiesPtr) -> ParquetResult<SerializedFileWriter<Slot>> {
    let columns = ArrowSchemaConverter::new().schema_root("weir").convert(schema)?;
    SerializedFileWriter::new(slot, columns.root_schema_ptr(), properties.clone())
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
