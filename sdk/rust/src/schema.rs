//! The shape of rows.

/// The fields of every row, and which of them is the time of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// In the order of the columns.
    pub fields: Vec<Field>,
    /// The field whose time decides the partition of a row.
    pub event_time: Option<EventTime>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Unique in its schema.
    pub name: String,
    /// Of one value.
    pub data_type: DataType,
    /// A row may have no value.
    pub nullable: bool,
    /// Each row holds a list of values.
    pub is_list: bool,
    /// One sentence: what it is, unit and range.
    pub doc: String,
}

impl Field {
    /// A field of one value a row, never null.
    pub fn new(name: &str, data_type: DataType, doc: &str) -> Self {
        Self { name: name.to_owned(), data_type, nullable: false, is_list: false, doc: doc.to_owned() }
    }

    /// The same field, where a row may have no value.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// The same field, where each row holds a list of values.
    #[must_use]
    pub fn list(self) -> Self {
        Self { is_list: true, ..self }
    }
}

/// Type of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// One bit.
    Boolean,
    /// Signed, 1 byte.
    Int8,
    /// Signed, 2 bytes.
    Int16,
    /// Signed, 4 bytes.
    Int32,
    /// Signed, 8 bytes.
    Int64,
    /// Unsigned, 1 byte.
    Uint8,
    /// Unsigned, 2 bytes.
    Uint16,
    /// Unsigned, 4 bytes.
    Uint32,
    /// Unsigned, 8 bytes.
    Uint64,
    /// IEEE 754, 4 bytes.
    Float32,
    /// IEEE 754, 8 bytes.
    Float64,
    /// i64, nanoseconds since 1970-01-01 UTC.
    Timestamp,
    /// UTF-8.
    Text,
    /// Any bytes.
    Binary,
}

/// The field whose time decides the partition of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTime {
    /// Index in `fields`: a timestamp, or an int64 counting from 1970-01-01 UTC.
    pub field: u32,
    /// Of an int64 field; a timestamp is always in nanoseconds.
    pub unit: TimeUnit,
    /// The field is no column of the table: it only says where a row lies.
    pub hidden: bool,
}

/// Unit of a count of time.
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
