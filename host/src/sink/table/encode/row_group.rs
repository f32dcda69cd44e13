//! A row group in memory.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::types::{Int32Type, Int64Type, TimestampNanosecondType};
use arrow_schema::{DataType, Field, SchemaRef, TimeUnit};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::bloom_filter::Sbbf;
use parquet::errors::Result;
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;

use super::codec::Codec;
use super::column::Column;
use super::numbers::Numbers;
use super::pages::Pages;
use super::texts::Texts;

/// What the row groups of a file have in common.
pub(in super::super) struct RowGroups {
    schema: SchemaRef,
    factory: ArrowRowGroupWriterFactory,
    columns: Vec<ColumnDescPtr>,
    properties: WriterPropertiesPtr,
}

/// Columns that grow together.
pub(in super::super) struct RowGroup {
    schema: SchemaRef,
    columns: Vec<Encoder>,
}

enum Encoder {
    Text(Column<Texts>),
    Int(Column<Numbers<Int32Type>>),
    Long(Column<Numbers<Int64Type>>),
    Time(Column<Numbers<TimestampNanosecondType>>),
    /// The crate's own.
    Other(Box<ArrowColumnWriter>),
}

impl RowGroups {
    /// `schema` has no structs: each field has one column.
    pub(in super::super) fn new<W: Write + Send>(writer: &SerializedFileWriter<W>, schema: &SchemaRef) -> Self {
        Self {
            schema: Arc::clone(schema),
            factory: ArrowRowGroupWriterFactory::new(writer, Arc::clone(schema)),
            columns: writer.schema_descr().columns().to_vec(),
            properties: Arc::clone(writer.properties()),
        }
    }

    /// Begins the row group of this number.
    pub(in super::super) fn begin(&self, number: usize) -> Result<RowGroup> {
        let fields = self.schema.fields().iter().zip(&self.columns);
        let writers = self.factory.create_column_writers(number)?;
        let columns = fields.zip(writers).map(|((field, column), writer)| self.encoder(field, column, writer));
        Ok(RowGroup { schema: Arc::clone(&self.schema), columns: columns.collect::<Result<_>>()? })
    }

    fn encoder(&self, field: &Field, column: &ColumnDescPtr, writer: ArrowColumnWriter) -> Result<Encoder> {
        let pages = || Pages::new(Arc::clone(column));
        let bloom = || self.bloom(column);
        let nullable = field.is_nullable();
        Ok(match field.data_type() {
            DataType::Utf8 => Encoder::Text(Column::new(Texts::default(), nullable, pages(), bloom()?)),
            DataType::Int32 => Encoder::Int(Column::new(Numbers::default(), nullable, pages(), bloom()?)),
            DataType::Int64 => Encoder::Long(Column::new(Numbers::default(), nullable, pages(), bloom()?)),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Encoder::Time(Column::new(Numbers::default(), nullable, pages(), bloom()?)),
            _ => Encoder::Other(Box::new(writer)),
        })
    }

    fn bloom(&self, column: &ColumnDescPtr) -> Result<Option<Sbbf>> {
        let settings = self.properties.bloom_filter_properties(column.path());
        settings.map(|settings| Sbbf::new_with_ndv_fpp(settings.ndv(), settings.fpp())).transpose()
    }
}

impl RowGroup {
    /// Adds rows in the file's types; text may come as a dictionary.
    pub(in super::super) fn write(&mut self, rows: &RecordBatch, codec: &mut Codec) -> Result<()> {
        for ((encoder, array), field) in self.columns.iter_mut().zip(rows.columns()).zip(self.schema.fields()) {
            match encoder {
                Encoder::Text(column) => column.write(array, codec)?,
                Encoder::Int(column) => column.write(array, codec)?,
                Encoder::Long(column) => column.write(array, codec)?,
                Encoder::Time(column) => column.write(array, codec)?,
                Encoder::Other(writer) => compute_leaves(field, array)?.iter().try_for_each(|leaf| writer.write(leaf))?,
            }
        }
        Ok(())
    }

    /// Bytes held.
    pub(in super::super) fn memory(&self) -> usize {
        let memory = |encoder: &Encoder| match encoder {
            Encoder::Text(column) => column.memory(),
            Encoder::Int(column) => column.memory(),
            Encoder::Long(column) => column.memory(),
            Encoder::Time(column) => column.memory(),
            Encoder::Other(writer) => writer.memory_size(),
        };
        self.columns.iter().map(memory).sum()
    }

    /// Bytes in the file, were it to end here; an estimate.
    pub(in super::super) fn size(&self) -> usize {
        let size = |encoder: &Encoder| match encoder {
            Encoder::Text(column) => column.size(),
            Encoder::Int(column) => column.size(),
            Encoder::Long(column) => column.size(),
            Encoder::Time(column) => column.size(),
            Encoder::Other(writer) => writer.get_estimated_total_bytes(),
        };
        self.columns.iter().map(size).sum()
    }

    /// Ends the row group and writes it.
    pub(in super::super) fn finish<W: Write + Send>(self, writer: &mut SerializedFileWriter<W>, codec: &mut Codec) -> Result<()> {
        let mut group = writer.next_row_group()?;
        for encoder in self.columns {
            let (bytes, close) = match encoder {
                Encoder::Text(column) => column.finish(codec)?,
                Encoder::Int(column) => column.finish(codec)?,
                Encoder::Long(column) => column.finish(codec)?,
                Encoder::Time(column) => column.finish(codec)?,
                Encoder::Other(writer) => {
                    writer.close()?.append_to_row_group(&mut group)?;
                    continue;
                }
            };
            group.append_column(&bytes, close)?;
        }
        group.close().map(drop)
    }
}

/// A filter as small as its values allow: it was made for a full row group.
pub(super) fn folded(mut bloom: Sbbf) -> Sbbf {
    bloom.fold_to_target_fpp(parquet::file::properties::DEFAULT_BLOOM_FILTER_FPP);
    bloom
}
