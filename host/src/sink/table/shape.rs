//! The columns of the files, made so that the widest set of readers understands them.
//!
//! | module's type | in the file | why |
//! |---|---|---|
//! | text, as dictionary or not | BYTE_ARRAY (STRING) | one schema for all batches; the pages are dictionary encoded anyway |
//! | timestamp | INT64 (TIMESTAMP(NANOS, UTC)) | keeps what the input said; Arrow, DuckDB, Trino, Impala 3.3 and Hive 4 read it, Spark as a number of ns (`spark.sql.legacy.parquet.nanosAsLong`). MICROS would lose digits, INT96 has no statistics and no zone |
//! | uint8, uint16 | INT32 | Hive has no unsigned numbers, Spark reads them only since 3.2: the next wider signed type holds every value |
//! | uint32 | INT64 | as above |
//! | uint64 | DECIMAL(20, 0) | as above; the only type that every reader has and that holds every value. A module whose counts fit 63 bits should say int64 |
//! | list | LIST with `element` | the name that the format prescribes |
//! | all else | as it is | |
//!
//! Nothing of Arrow's own schema is stored: a reader sees these types and no other.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};

use super::TableError;
use crate::model::TableSchema;

const PARTITION_COLUMNS: [&str; 4] = ["y", "m", "d", "h"];

/// What every file of a commit looks like.
pub(super) struct Shape {
    /// By the module.
    rows: SchemaRef,
    /// Index of the field of `rows` that is not in the file.
    hidden: Option<usize>,
    /// In the file.
    file: SchemaRef,
}

impl Shape {
    pub(super) fn new(schema: &TableSchema) -> Result<Self, TableError> {
        check_names(schema)?;
        let fields: Vec<Field> =
            schema.columns().map(|field| Field::new(field.name(), stored(field.data_type()), field.is_nullable())).collect();
        Ok(Self { rows: Arc::clone(&schema.fields), hidden: schema.hidden(), file: Arc::new(Schema::new(fields)) })
    }

    /// The file's schema, in Arrow's types.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.file
    }

    /// A batch as the file takes it. Columns that need no other type are not copied.
    pub(super) fn conform(&self, batch: &RecordBatch) -> Result<RecordBatch, TableError> {
        let (expected, found) = (self.rows.fields().len(), batch.num_columns());
        if expected != found {
            return Err(TableError::Columns { expected, found });
        }
        let shown = self.rows.fields().iter().zip(batch.columns()).enumerate().filter(|(index, _)| Some(*index) != self.hidden);
        let columns = shown.zip(self.file.fields());
        let columns: Vec<ArrayRef> = columns.map(|((_, (row, column)), file)| conform(row, file, column)).collect::<Result<_, _>>()?;
        let fields: Vec<Field> = self.file.fields().iter().zip(&columns).map(|(field, column)| retyped(field, column)).collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

/// The field as this column has it: text may come as a dictionary, which the encoder takes as it is.
fn retyped(field: &Field, column: &ArrayRef) -> Field {
    Field::new(field.name(), column.data_type().clone(), true)
}

fn conform(row: &Field, file: &Field, column: &ArrayRef) -> Result<ArrayRef, TableError> {
    let (expected, found) = (plain(row.data_type()), plain(column.data_type()));
    if !expected.equals_datatype(&found) {
        return Err(TableError::Shape { column: row.name().clone(), expected, found });
    }
    match plain(&stored(&expected)).equals_datatype(&expected) {
        true => Ok(Arc::clone(column)),
        false => Ok(cast(column, file.data_type())?),
    }
}

/// The type of the values, whether they come as a dictionary or not; of a timestamp without the zone, which is always UTC.
fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        DataType::List(element) => DataType::List(renamed(element, plain(element.data_type()))),
        DataType::Timestamp(unit, _) => DataType::Timestamp(*unit, None),
        other => other.clone(),
    }
}

/// The type in the file.
fn stored(data_type: &DataType) -> DataType {
    match data_type {
        DataType::UInt8 | DataType::UInt16 => DataType::Int32,
        DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        DataType::Dictionary(_, values) => stored(values),
        DataType::List(element) => DataType::List(renamed(element, stored(element.data_type()))),
        other => other.clone(),
    }
}

fn renamed(element: &Field, data_type: DataType) -> FieldRef {
    Arc::new(Field::new("element", data_type, element.is_nullable()))
}

fn check_names(schema: &TableSchema) -> Result<(), TableError> {
    let mut seen = HashSet::new();
    for field in schema.fields.fields() {
        let name = field.name().to_lowercase();
        if schema.event_time.is_some() && PARTITION_COLUMNS.contains(&name.as_str()) {
            return Err(TableError::ReservedColumn { column: field.name().clone() });
        }
        if !seen.insert(name) {
            return Err(TableError::ColumnTwice { column: field.name().clone() });
        }
    }
    Ok(())
}
