//! What all files of a table have in common: their columns, and how its partitions are spelled. A table keeps the form of its first commit with rows,
//! in `.weir/table.json`; readers take the columns of one file for those of all.

use arrow_schema::DataType;
use serde::{Deserialize, Serialize};

use super::shape::Shape;
use super::{TableError, layout};
use crate::config::TableSink;
use crate::model::{Column, Columns, TableSchema};
use crate::storage::{Creation, Storage, StorageError};

/// Bytes that its file may have.
const LIMIT: u64 = 16 << 20;

/// The form of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    partitions: Spelling,
    columns: Columns,
}

/// How the directories of partitions are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Spelling {
    /// There are none: rows have no time.
    None,
    /// `m=9`
    Plain,
    /// `m=09`
    Padded,
}

impl Form {
    /// Of a table that a sink fills with rows of a schema.
    ///
    /// # Errors
    /// The schema cannot be a table's.
    pub fn new(spec: &TableSink, schema: &TableSchema) -> Result<Self, TableError> {
        Ok(Self::of(spec, &Shape::new(schema)?, schema.event_time.is_some()))
    }

    pub(super) fn of(spec: &TableSink, shape: &Shape, partitioned: bool) -> Self {
        let partitions = match (partitioned, spec.padded) {
            (false, _) => Spelling::None,
            (true, false) => Spelling::Plain,
            (true, true) => Spelling::Padded,
        };
        let column = |name: &String, data_type| Column { name: name.clone(), data_type: hive(data_type) };
        let fields = shape.schema().fields().iter();
        Self { partitions, columns: Columns(fields.map(|field| column(field.name(), field.data_type())).collect()) }
    }

    /// Of the table that lies in a storage; none: it holds no rows yet.
    ///
    /// # Errors
    /// The storage fails, or the file is damaged.
    pub fn stored(storage: &dyn Storage) -> Result<Option<Self>, TableError> {
        let damaged = |error: serde_json::Error| TableError::FormDamaged { path: layout::FORM.to_owned(), reason: error.to_string() };
        match storage.read(layout::FORM, LIMIT) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(damaged),
            Err(StorageError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// How a table of this form differs from one of another, as a predicate; none: it does not.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if let Some(difference) = self.columns.difference(&other.columns) {
            return Some(difference.to_string());
        }
        let spelling = |partitions| match partitions {
            Spelling::None => "no partitions",
            Spelling::Plain => "partitions like m=9",
            Spelling::Padded => "partitions like m=09",
        };
        (self.partitions != other.partitions).then(|| format!("has {}, not {}", spelling(self.partitions), spelling(other.partitions)))
    }

    /// Makes this the table's form, unless it has one, which must then be the same. `by` is a temporary name.
    pub(super) fn keep(&self, storage: &dyn Storage, by: &str) -> Result<(), TableError> {
        let known = match Self::stored(storage)? {
            None => match storage.create_if_absent(layout::FORM, &self.bytes()?, by)? {
                Creation::Created => None,
                Creation::Exists => Self::stored(storage)?,
            },
            known => known,
        };
        match known.and_then(|known| known.difference(self)) {
            Some(difference) => Err(TableError::OtherForm { difference }),
            None => Ok(()),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, TableError> {
        serde_json::to_vec_pretty(self)
            .map_err(|error| TableError::FormDamaged { path: layout::FORM.to_owned(), reason: error.to_string() })
    }
}

/// Hive's word for a type: it outlives the names that a library has for its own.
fn hive(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 => "smallint",
        DataType::Int32 => "int",
        DataType::Int64 => "bigint",
        DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Utf8 => "string",
        DataType::Binary => "binary",
        DataType::Timestamp(..) => "timestamp",
        DataType::Decimal128(precision, scale) => return format!("decimal({precision},{scale})"),
        DataType::List(element) => return format!("array<{}>", hive(element.data_type())),
        other => return other.to_string(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{Field, Schema};

    use super::*;
    use crate::config::{Compression, Hdfs};
    use crate::model::{EventTime, TimeUnit};

    fn form(padded: bool, event_time: Option<EventTime>) -> Form {
        let spec = TableSink {
            path: "out".into(),
            hdfs: Hdfs::default(),
            file_size: 1,
            row_group: 1,
            open_partitions: 1,
            padded,
            compression: Compression::None,
            bloom_filters: Vec::new(),
        };
        let list = DataType::List(Arc::new(Field::new("item", DataType::UInt32, false)));
        let fields =
            vec![Field::new("time", DataType::Int64, false), Field::new("ports", list, true), Field::new("n", DataType::UInt64, true)];
        Form::new(&spec, &TableSchema { fields: Arc::new(Schema::new(fields)), event_time }).unwrap()
    }

    const TIME: EventTime = EventTime { field: 0, unit: TimeUnit::Seconds, hidden: false };

    #[test]
    fn a_form_is_kept_in_words_that_any_weir_can_read() {
        let kept = r#"{"partitions":"plain","columns":[{"name":"time","type":"bigint"},{"name":"ports","type":"array<bigint>"},{"name":"n","type":"decimal(20,0)"}]}"#;
        assert_eq!(serde_json::to_string(&form(false, Some(TIME))).unwrap(), kept);
        assert_eq!(serde_json::from_str::<Form>(kept).unwrap(), form(false, Some(TIME)));
    }

    #[test]
    fn another_spelling_of_partitions_is_another_form() {
        let said = form(true, Some(TIME)).difference(&form(false, Some(TIME)));
        assert_eq!(said.as_deref(), Some("has partitions like m=09, not partitions like m=9"));
        let hidden = EventTime { hidden: true, ..TIME };
        assert_eq!(form(false, Some(hidden)).difference(&form(false, Some(TIME))).as_deref(), Some("lacks time"));
        assert_eq!(form(false, None).difference(&form(true, None)), None);
    }
}
