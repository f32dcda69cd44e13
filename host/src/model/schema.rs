//! The shape of a table's rows.

use arrow_schema::{FieldRef, SchemaRef};

use super::{Column, Columns};

/// Fields in Arrow's types, and which of them is the time of the event. A field's description is its metadata `doc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSchema {
    /// Of the rows. Text fields are `Utf8`, or `Dictionary(UInt32, Utf8)` in batches whose module sent a dictionary.
    pub fields: SchemaRef,
    /// The field that decides the partition of a row; none: the table is not partitioned.
    pub event_time: Option<EventTime>,
}

impl TableSchema {
    /// No fields: of a commit that holds no rows, because no session came to be.
    pub fn empty() -> Self {
        Self { fields: SchemaRef::new(arrow_schema::Schema::empty()), event_time: None }
    }

    /// How this schema differs from `other`, for people; none: it does not.
    pub fn difference(&self, other: &Self) -> Option<String> {
        match self.names().difference(&other.names()) {
            Some(difference) => Some(difference.to_string()),
            None if self != other => Some("describes them, or the time of the event, in another way".to_owned()),
            None => None,
        }
    }

    /// All fields.
    fn names(&self) -> Columns {
        let fields = self.fields.fields().iter();
        Columns(fields.map(|field| Column { name: field.name().clone(), data_type: field.data_type().to_string() }).collect())
    }

    /// Index of the field that is no column of the table.
    pub fn hidden(&self) -> Option<usize> {
        self.event_time.filter(|time| time.hidden).map(|time| time.field)
    }

    /// The fields that are columns of the table.
    pub fn columns(&self) -> impl Iterator<Item = &FieldRef> {
        let hidden = self.hidden();
        self.fields.fields().iter().enumerate().filter(move |(index, _)| Some(*index) != hidden).map(|(_, field)| field)
    }
}

/// The field whose time decides the partition of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTime {
    /// Index in the fields: a timestamp (ns, UTC) or an int64.
    pub field: usize,
    /// Of an int64 field; of a timestamp always nanoseconds.
    pub unit: TimeUnit,
    /// It only says where a row lies: rows have it, the table does not.
    pub hidden: bool,
}

/// Unit of a count of time since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// 1 s.
    Seconds,
    /// 1 ms.
    Milliseconds,
    /// 1 µs.
    Microseconds,
    /// 1 ns.
    Nanoseconds,
}

impl TimeUnit {
    /// How many make an hour.
    pub fn per_hour(self) -> i64 {
        match self {
            Self::Seconds => 3_600,
            Self::Milliseconds => 3_600_000,
            Self::Microseconds => 3_600_000_000,
            Self::Nanoseconds => 3_600_000_000_000,
        }
    }
}
