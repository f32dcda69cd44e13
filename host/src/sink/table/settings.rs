//! How files are encoded: the properties given to the Parquet writer.
//!
//! Only what readers of ten years ago know: data pages of version 1, PLAIN and dictionary encoding. The delta encodings are smaller on counters and
//! are refused by Impala and by Spark's fast path before 3.3.

use arrow_schema::SchemaRef;
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::{ColumnDescPtr, ColumnPath, SchemaDescriptor};

use super::TableError;
use crate::config::{Compression, TableSink};

/// The properties of every file of a commit.
pub(super) fn properties(spec: &TableSink, schema: &SchemaRef, metadata: Vec<KeyValue>) -> Result<WriterProperties, TableError> {
    let mut builder = WriterProperties::builder()
        // The words that readers parse: without `version` Hive and Spark distrust the statistics.
        .set_created_by(concat!("weir version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(level(spec)?.map_or(Codec::UNCOMPRESSED, Codec::ZSTD))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(None)
        .set_key_value_metadata(Some(metadata));
    let descriptor = ArrowSchemaConverter::new().convert(schema).map_err(|error| TableError::encode("", error))?;
    for field in schema.fields().iter().filter(|field| field.data_type().is_floating()) {
        // Measured quantities hardly repeat, and the crate looks each up.
        builder = builder.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
    }
    for name in &spec.bloom_filters {
        let leaves = leaves(&descriptor, name);
        if leaves.is_empty() {
            return Err(no_such_column(schema, name));
        }
        builder = leaves.into_iter().fold(builder, |builder, leaf| builder.set_column_bloom_filter_enabled(leaf, true));
    }
    Ok(builder.build())
}

/// The level of ZSTD, or none for no compression.
pub(super) fn level(spec: &TableSink) -> Result<Option<ZstdLevel>, TableError> {
    match spec.compression {
        Compression::None => Ok(None),
        Compression::Zstd(level) => ZstdLevel::try_new(level).map(Some).map_err(|error| TableError::encode("", error)),
    }
}

/// The stored columns of a field: one, of a list as well.
fn leaves(descriptor: &SchemaDescriptor, name: &str) -> Vec<ColumnPath> {
    let of_field = |column: &&ColumnDescPtr| column.path().parts().first().is_some_and(|root| root == name);
    descriptor.columns().iter().filter(of_field).map(|column| column.path().clone()).collect()
}

fn no_such_column(schema: &SchemaRef, column: &str) -> TableError {
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    TableError::NoSuchColumn { column: column.to_owned(), columns: columns.join(", ") }
}
