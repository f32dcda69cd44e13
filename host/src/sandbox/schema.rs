//! A session's schema, from the contract's types to Arrow's, checked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit as ArrowUnit};

use super::line::{is_harmful, one_line};
use super::worlds::types;
use crate::model::{EventTime, TableSchema, TimeUnit};

/// The widest tables known have some hundred columns.
const FIELDS: usize = 2000;
/// Bytes of a name; file systems and metastores take no longer ones.
const NAME: usize = 255;
/// Characters of a description.
const DOC: usize = 1000;
/// Time zone of timestamps.
pub(super) const UTC: &str = "UTC";

/// What makes no sense in a schema.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadSchema {
    #[error("{0} fields, more than {FIELDS}")]
    Fields(usize),
    #[error("the name of field {0} is empty, longer than {NAME} bytes, or has control characters")]
    Name(usize),
    #[error("two fields are called `{0}`, or differ in upper and lower case alone")]
    TwiceNamed(String),
    #[error("the event time is field {0}, and there is none")]
    NoEventTime(u32),
    #[error("the event time `{0}` is neither a timestamp nor an int64")]
    EventTimeType(String),
    #[error("the only field is the event time `{0}`, and it is hidden")]
    NothingShown(String),
}

/// Checks names and the event time.
pub(super) fn table(schema: &types::Schema) -> Result<TableSchema, BadSchema> {
    check_names(&schema.fields)?;
    let event_time = schema.event_time.map(|time| event_time(&schema.fields, time)).transpose()?;
    let fields: Vec<_> = schema.fields.iter().map(field).collect();
    Ok(TableSchema { fields: Arc::new(Schema::new(fields)), event_time })
}

/// Query engines over the table do not tell upper from lower case.
fn check_names(fields: &[types::Field]) -> Result<(), BadSchema> {
    if fields.len() > FIELDS {
        return Err(BadSchema::Fields(fields.len()));
    }
    let mut known = HashSet::new();
    for (index, field) in fields.iter().enumerate() {
        if field.name.is_empty() || field.name.len() > NAME || field.name.chars().any(is_harmful) {
            return Err(BadSchema::Name(index));
        }
        if !known.insert(field.name.to_lowercase()) {
            return Err(BadSchema::TwiceNamed(field.name.clone()));
        }
    }
    Ok(())
}

fn event_time(fields: &[types::Field], time: types::EventTime) -> Result<EventTime, BadSchema> {
    let none = || BadSchema::NoEventTime(time.field);
    let index = usize::try_from(time.field).map_err(|_| none())?;
    let field = fields.get(index).ok_or_else(none)?;
    let unit = match field.data_type {
        types::DataType::Timestamp => TimeUnit::Nanoseconds,
        types::DataType::Int64 => unit(time.unit),
        _ => return Err(BadSchema::EventTimeType(field.name.clone())),
    };
    match (field.is_list, time.hidden && fields.len() == 1) {
        (true, _) => Err(BadSchema::EventTimeType(field.name.clone())),
        (false, true) => Err(BadSchema::NothingShown(field.name.clone())),
        (false, false) => Ok(EventTime { field: index, unit, hidden: time.hidden }),
    }
}

fn unit(unit: types::TimeUnit) -> TimeUnit {
    match unit {
        types::TimeUnit::Seconds => TimeUnit::Seconds,
        types::TimeUnit::Milliseconds => TimeUnit::Milliseconds,
        types::TimeUnit::Microseconds => TimeUnit::Microseconds,
        types::TimeUnit::Nanoseconds => TimeUnit::Nanoseconds,
    }
}

fn field(field: &types::Field) -> Field {
    let value = data_type(field.data_type);
    let data_type = if field.is_list { DataType::List(Arc::new(Field::new_list_field(value, false))) } else { value };
    let doc = HashMap::from([("doc".to_owned(), one_line(&field.doc, DOC))]);
    Field::new(&field.name, data_type, field.nullable).with_metadata(doc)
}

fn data_type(of: types::DataType) -> DataType {
    match of {
        types::DataType::Boolean => DataType::Boolean,
        types::DataType::Int8 => DataType::Int8,
        types::DataType::Int16 => DataType::Int16,
        types::DataType::Int32 => DataType::Int32,
        types::DataType::Int64 => DataType::Int64,
        types::DataType::Uint8 => DataType::UInt8,
        types::DataType::Uint16 => DataType::UInt16,
        types::DataType::Uint32 => DataType::UInt32,
        types::DataType::Uint64 => DataType::UInt64,
        types::DataType::Float32 => DataType::Float32,
        types::DataType::Float64 => DataType::Float64,
        types::DataType::Timestamp => DataType::Timestamp(ArrowUnit::Nanosecond, Some(UTC.into())),
        types::DataType::Text => DataType::Utf8,
        types::DataType::Binary => DataType::Binary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(fields: &[(&str, types::DataType)], event_time: Option<types::EventTime>) -> Result<TableSchema, BadSchema> {
        let field = |&(name, data_type): &(&str, types::DataType)| types::Field {
            name: name.into(),
            data_type,
            nullable: false,
            is_list: false,
            doc: String::new(),
        };
        table(&types::Schema { fields: fields.iter().map(field).collect(), event_time })
    }

    #[test]
    fn names_that_differ_in_case_alone_are_refused() {
        let fields = [("Time", types::DataType::Int64), ("time", types::DataType::Int64)];
        assert_eq!(schema(&fields, None), Err(BadSchema::TwiceNamed("time".into())));
        assert_eq!(schema(&[("", types::DataType::Int64)], None), Err(BadSchema::Name(0)));
    }

    #[test]
    fn the_event_time_is_a_field_of_time() {
        let time = |field| Some(types::EventTime { field, unit: types::TimeUnit::Seconds, hidden: false });
        let fields = [("t", types::DataType::Timestamp), ("i", types::DataType::Int64), ("x", types::DataType::Text)];
        assert_eq!(schema(&fields, time(3)), Err(BadSchema::NoEventTime(3)));
        assert_eq!(schema(&fields, time(2)), Err(BadSchema::EventTimeType("x".into())));
        let event_time = |index| schema(&fields, time(index)).unwrap().event_time.unwrap();
        assert_eq!(event_time(0), EventTime { field: 0, unit: TimeUnit::Nanoseconds, hidden: false });
        assert_eq!(event_time(1), EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false });
    }

    #[test]
    fn a_hidden_event_time_is_no_column_and_not_the_only_field() {
        let time = Some(types::EventTime { field: 0, unit: types::TimeUnit::Seconds, hidden: true });
        let fields = [("t", types::DataType::Int64), ("x", types::DataType::Text)];
        let table = schema(&fields, time).unwrap();
        assert_eq!(table.columns().map(|field| field.name().as_str()).collect::<Vec<_>>(), ["x"]);
        assert_eq!(schema(&fields[..1], time), Err(BadSchema::NothingShown("t".into())));
    }
}
