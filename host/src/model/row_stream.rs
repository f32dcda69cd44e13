//! Rows as a message of weir's own format carries them: one Arrow IPC stream, the schema first, the rows behind it, nothing left to ask.
//!
//! Types are those that modules give (`wit/weir-ingest.wit`); text may come as a dictionary. Which field is the time of the event stands in the metadata of
//! the schema, and a stream without it is rows without a time:
//!
//! | key | value |
//! |---|---|
//! | `weir.event-time` | name of the field |
//! | `weir.event-time-unit` | `s`, `ms`, `us` or `ns` |
//! | `weir.event-time-hidden` | `true`: the field is no column of the table |
//!
//! The format: <https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format>.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::MetadataVersion;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use super::{Digest, EventTime, TableSchema, TimeUnit};

const TIME: &str = "weir.event-time";
const UNIT: &str = "weir.event-time-unit";
const HIDDEN: &str = "weir.event-time-hidden";
const UNITS: [(&str, TimeUnit); 4] =
    [("s", TimeUnit::Seconds), ("ms", TimeUnit::Milliseconds), ("us", TimeUnit::Microseconds), ("ns", TimeUnit::Nanoseconds)];
/// Bytes of text that the dictionaries of one stream may stand for: a small stream could mean any amount.
const WRITTEN_OUT: u64 = 1 << 30;

/// The rows of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct RowStream {
    /// Of the rows; text is text, whether it came as a dictionary or not.
    pub schema: TableSchema,
    /// The rows, in their order.
    pub batches: Vec<RecordBatch>,
}

/// Why bytes are no rows.
#[derive(Debug, thiserror::Error)]
pub enum NotRows {
    /// It is no stream, or a damaged one.
    #[error("the value is no Arrow IPC stream: {0}")]
    Stream(String),
    /// It ends too early.
    #[error("the Arrow IPC stream breaks off")]
    Short,
    /// A field of a type that no module has.
    #[error("field `{field}` is of type {data_type}, which no table of weir has")]
    Type {
        /// Its name.
        field: String,
        /// In Arrow's words.
        data_type: DataType,
    },
    /// Rows of nothing.
    #[error("the Arrow IPC stream has no fields")]
    NoFields,
    /// The metadata name a time that is none.
    #[error("the schema's `{TIME}` is no field of whole numbers with a unit (`{UNIT}`), and no timestamp in nanoseconds")]
    Time,
    /// Its dictionaries stand for too much.
    #[error("the text of its dictionaries, written out, has {0} bytes: at most {WRITTEN_OUT} are taken")]
    TooLarge(u64),
}

impl RowStream {
    /// The rows of bytes that anybody may have sent. Every offset, length and key is checked; what the result holds is bounded by the bytes themselves.
    ///
    /// # Errors
    /// They are no rows that a table could have.
    pub fn read(bytes: &[u8]) -> Result<Self, NotRows> {
        // The decoder is written for bytes that lie, yet a panic in it must end a message and not the host.
        let decoded = catch_unwind(AssertUnwindSafe(|| decode(bytes))).unwrap_or_else(|_| Err(NotRows::Stream("damaged".to_owned())));
        let (schema, batches) = decoded?;
        let schema = TableSchema { event_time: event_time(&schema)?, fields: Arc::new(plain(&schema)?) };
        let written_out = batches.iter().flat_map(RecordBatch::columns).map(written_out).fold(0, u64::saturating_add);
        match written_out > WRITTEN_OUT {
            true => Err(NotRows::TooLarge(written_out)),
            false => Ok(Self { schema, batches }),
        }
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }

    /// The stream of some rows, which are of the schema; their text may be in dictionaries.
    ///
    /// # Errors
    /// The rows are of another schema.
    pub fn write(schema: &TableSchema, rows: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        let fields = schema.fields.fields().iter().zip(rows.columns());
        let fields: Vec<Field> =
            fields.map(|(field, column)| Field::new(field.name(), column.data_type().clone(), field.is_nullable())).collect();
        let fields = Arc::new(Schema::new(fields).with_metadata(metadata(schema)));
        let rows = RecordBatch::try_new(Arc::clone(&fields), rows.columns().to_vec())?;
        // A message is read once and not mapped: it need not be padded for wide loads.
        let options = IpcWriteOptions::try_new(8, false, MetadataVersion::V5)?;
        let mut writer = StreamWriter::try_new_with_options(Vec::with_capacity(rows.get_array_memory_size() + 4096), &fields, options)?;
        writer.write(&rows)?;
        writer.into_inner()
    }
}

impl TableSchema {
    /// Names this schema: equal for schemas whose fields have the same names and types, and the same time.
    pub fn id(&self) -> Digest {
        let fields = self.fields.fields().iter();
        let mut text: String =
            fields.map(|field| format!("{}\0{:?}\0{}\n", field.name(), word(field.data_type()), field.is_nullable())).collect();
        text.push_str(&format!("{:?}", self.event_time.map(|time| (time.field, unit(time.unit), time.hidden))));
        Digest::of(text.as_bytes())
    }
}

fn decode(bytes: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), NotRows> {
    let wrong = |error: ArrowError| NotRows::Stream(error.to_string());
    let (mut decoder, mut rest, mut batches) = (StreamDecoder::new(), Buffer::from(bytes), Vec::new());
    while !rest.is_empty() {
        batches.extend(decoder.decode(&mut rest).map_err(wrong)?);
    }
    let schema = decoder.schema().ok_or(NotRows::Short)?;
    decoder.finish().map_err(|_| NotRows::Short)?;
    Ok((schema, batches))
}

/// The schema with text in place of dictionaries.
fn plain(schema: &Schema) -> Result<Schema, NotRows> {
    if schema.fields().is_empty() {
        return Err(NotRows::NoFields);
    }
    let plain = |field: &Arc<Field>| match word(field.data_type()) {
        Some(_) => Ok(Field::new(field.name(), of_values(field.data_type()), field.is_nullable())),
        None => Err(NotRows::Type { field: field.name().clone(), data_type: field.data_type().clone() }),
    };
    Ok(Schema::new(schema.fields().iter().map(plain).collect::<Result<Vec<_>, _>>()?))
}

fn of_values(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        DataType::List(element) => {
            DataType::List(Arc::new(Field::new(element.name(), of_values(element.data_type()), element.is_nullable())))
        }
        other => other.clone(),
    }
}

/// The contract's word for a type; none: it has none.
fn word(data_type: &DataType) -> Option<String> {
    let word = match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8 => "int8",
        DataType::Int16 => "int16",
        DataType::Int32 => "int32",
        DataType::Int64 => "int64",
        DataType::UInt8 => "uint8",
        DataType::UInt16 => "uint16",
        DataType::UInt32 => "uint32",
        DataType::UInt64 => "uint64",
        DataType::Float32 => "float32",
        DataType::Float64 => "float64",
        DataType::Utf8 => "text",
        DataType::Binary => "binary",
        DataType::Timestamp(arrow_schema::TimeUnit::Nanosecond, zone) if zone.as_deref().is_none_or(|zone| zone == "UTC") => "timestamp",
        DataType::Dictionary(keys, values) if (keys.as_ref(), values.as_ref()) == (&DataType::UInt32, &DataType::Utf8) => "text",
        DataType::List(element) if !matches!(element.data_type(), DataType::List(_)) => {
            return Some(format!("list<{}, {}>", word(element.data_type())?, element.is_nullable()));
        }
        _ => return None,
    };
    Some(word.to_owned())
}

fn metadata(schema: &TableSchema) -> HashMap<String, String> {
    let Some((time, field)) = schema.event_time.and_then(|time| Some((time, schema.fields.fields().get(time.field)?))) else {
        return HashMap::new();
    };
    let hidden = time.hidden.then(|| (HIDDEN.to_owned(), "true".to_owned()));
    [(TIME.to_owned(), field.name().clone()), (UNIT.to_owned(), unit(time.unit).to_owned())].into_iter().chain(hidden).collect()
}

fn unit(unit: TimeUnit) -> &'static str {
    UNITS.iter().find(|(_, known)| *known == unit).map_or("ns", |(name, _)| name)
}

fn event_time(schema: &Schema) -> Result<Option<EventTime>, NotRows> {
    let Some(name) = schema.metadata().get(TIME) else { return Ok(None) };
    let said = schema.metadata().get(UNIT).and_then(|said| UNITS.iter().find(|(name, _)| name == said));
    let (field, found) = schema.fields().iter().enumerate().find(|(_, field)| field.name() == name).ok_or(NotRows::Time)?;
    let unit = match (found.data_type(), said) {
        (DataType::Int64, Some((_, unit))) => *unit,
        (DataType::Timestamp(arrow_schema::TimeUnit::Nanosecond, _), _) => TimeUnit::Nanoseconds,
        _ => return Err(NotRows::Time),
    };
    let hidden = schema.metadata().get(HIDDEN).is_some_and(|hidden| hidden == "true");
    Ok(Some(EventTime { field, unit, hidden }))
}

/// Bytes of the text that a column's dictionary stands for.
fn written_out(column: &ArrayRef) -> u64 {
    if let Some(list) = column.as_list_opt::<i32>() {
        return written_out(list.values());
    }
    let Some(dictionary) = column.as_dictionary_opt::<UInt32Type>() else { return 0 };
    let Some(values) = dictionary.values().as_string_opt::<i32>() else { return 0 };
    let length = |key: u32| values.offsets().get(key as usize + 1).zip(values.offsets().get(key as usize)).map(|(end, start)| end - start);
    dictionary.keys().iter().flatten().filter_map(length).map(|length| u64::from(length.unsigned_abs())).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use arrow_array::types::Int32Type;
    use arrow_array::{BooleanArray, DictionaryArray, Int64Array, ListArray, StringArray};

    use super::*;

    fn rows() -> (TableSchema, RecordBatch) {
        let dictionary: DictionaryArray<UInt32Type> = ["a", "b", "a"].into_iter().collect();
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), Some(2)]), None, Some(vec![])]);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![1, 2, 3])),
            Arc::new(dictionary),
            Arc::new(list),
            Arc::new(StringArray::from(vec![Some("x"), None, Some("z")])),
            Arc::new(BooleanArray::from(vec![true, false, true])),
        ];
        let names = ["at", "name", "ports", "text", "is"].into_iter().zip(&columns);
        let fields: Vec<Field> = names.map(|(name, column)| Field::new(name, of_values(column.data_type()), name != "at")).collect();
        let schema = TableSchema {
            fields: Arc::new(Schema::new(fields)),
            event_time: Some(EventTime { field: 0, unit: TimeUnit::Milliseconds, hidden: true }),
        };
        let as_sent: Vec<Field> = schema
            .fields
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), field.is_nullable()))
            .collect();
        (schema, RecordBatch::try_new(Arc::new(Schema::new(as_sent)), columns).unwrap())
    }

    #[test]
    fn rows_with_dictionaries_lists_and_a_hidden_time_come_back_as_they_were() {
        let (schema, rows) = rows();
        let read = RowStream::read(&RowStream::write(&schema, &rows).unwrap()).unwrap();
        assert_eq!((read.schema.id(), read.count()), (schema.id(), 3));
        assert_eq!(read.schema, schema);
        assert_eq!(read.batches[0].columns(), rows.columns());
    }

    #[test]
    fn a_stream_that_is_cut_or_has_a_byte_of_another_value_is_rows_or_an_error_and_never_a_panic() {
        let (schema, rows) = rows();
        let whole = RowStream::write(&schema, &rows).unwrap();
        let body_ends = whole.len() - 8;
        assert_eq!((0..body_ends).filter(|length| RowStream::read(&whole[..*length]).is_ok_and(|rows| rows.count() > 0)).count(), 0);
        for at in 0..whole.len() {
            for bits in [0x01, 0x80, 0xff] {
                let mut other = whole.clone();
                other[at] ^= bits;
                let _ = RowStream::read(&other).map(|rows| rows.count());
            }
        }
    }

    #[test]
    fn a_type_that_no_table_has_is_named() {
        let fields = Schema::new(vec![Field::new("day", DataType::Date32, true)]);
        let bytes = StreamWriter::try_new(Vec::new(), &fields).and_then(StreamWriter::into_inner).unwrap();
        let said = RowStream::read(&bytes).unwrap_err().to_string();
        assert_eq!(said, "field `day` is of type Date32, which no table of weir has");
        assert_eq!(RowStream::read(b"").unwrap_err().to_string(), "the Arrow IPC stream breaks off");
    }

    #[test]
    fn a_dictionary_that_stands_for_too_much_is_refused_before_it_is_written_out() {
        let values = StringArray::from(vec!["x".repeat(1 << 20)]);
        let keys = arrow_array::UInt32Array::from(vec![0; 1025]);
        let column: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
        let schema = TableSchema { fields: Arc::new(Schema::new(vec![Field::new("name", DataType::Utf8, true)])), event_time: None };
        let fields = Schema::new(vec![Field::new("name", column.data_type().clone(), true)]);
        let bytes = RowStream::write(&schema, &RecordBatch::try_new(Arc::new(fields), vec![column]).unwrap()).unwrap();
        assert!(matches!(RowStream::read(&bytes), Err(NotRows::TooLarge(bytes)) if bytes == 1025 << 20));
    }
}
