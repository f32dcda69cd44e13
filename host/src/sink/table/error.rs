//! What can go wrong with a table.

use std::io;

use arrow_schema::{ArrowError, DataType};
use parquet::errors::ParquetError;

use crate::sink::kafka::KafkaError;
use crate::storage::{Operation, StorageError};

/// A step that failed. Unless it says otherwise, the table is as it was before the commit began.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The quarantine holds less than the record says.
    #[error("{path} lacks bytes of the entry at byte {at} of the input: the file or its record is damaged")]
    QuarantineShort {
        /// Relative to the table.
        path: String,
        /// Where the entry begins in the source.
        at: u64,
    },
    /// A record that this weir does not know how to read.
    #[error("{path} is a record of version {found}, this weir reads version 1: use a later weir for this table")]
    RecordVersion {
        /// Below the table.
        path: String,
        /// As the record says.
        found: u32,
    },
    /// A record that is none.
    #[error("the record {path} is damaged ({reason}): remove it only if its input may be ingested again")]
    RecordDamaged {
        /// Below the table.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that says whose turn it is, and does not.
    #[error("{path} is damaged ({reason}): remove it, and whose state is carried on is found again by reading all commit records")]
    TurnDamaged {
        /// Below the table.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// More rejects, or a larger state, than a record may hold.
    #[error("the record {path} would have {size} bytes, more than {limit}: commit a shorter stretch of the input")]
    RecordTooLarge {
        /// Below the table.
        path: String,
        /// Bytes.
        size: u64,
        /// Bytes.
        limit: u64,
    },
    /// The table's form is no form.
    #[error("{path} is damaged ({reason}): remove it only if the table's files all have the columns that this pipeline writes")]
    FormDamaged {
        /// Below the table.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Rows of another form than the table's.
    #[error("the table that lies there {difference}, unlike what this pipeline writes: give the pipeline another `path`")]
    OtherForm {
        /// A predicate.
        difference: String,
    },
    /// A bloom filter for a column that the table does not have.
    #[error("no column `{column}` for a bloom filter; there are {columns}")]
    NoSuchColumn {
        /// As configured.
        column: String,
        /// All there are.
        columns: String,
    },
    /// A column with the name of a partition's.
    #[error("the module's column `{column}` has the name of a partition column: tables are partitioned by y, m, d and h")]
    ReservedColumn {
        /// The name.
        column: String,
    },
    /// Two columns of one name; Hive does not tell upper from lower case.
    #[error("two columns are named `{column}`, seen without upper and lower case as Hive does")]
    ColumnTwice {
        /// The name.
        column: String,
    },
    /// The event time is no time.
    #[error("column {field} cannot be the event time: it must be a timestamp in nanoseconds or an int64")]
    NoTime {
        /// Index in the schema.
        field: usize,
    },
    /// Rows of another shape than the schema said.
    #[error("column {column} has type {found}, the schema says {expected}")]
    Shape {
        /// Index and, where it has one, name.
        column: String,
        /// By the schema.
        expected: DataType,
        /// In the batch.
        found: DataType,
    },
    /// Rows with more or fewer columns than the schema said.
    #[error("a batch has {found} columns, the schema {expected}")]
    Columns {
        /// By the schema.
        expected: usize,
        /// In the batch.
        found: usize,
    },
    /// A value that the file's type cannot hold, or rows that are no rows.
    #[error("rows cannot be arranged for the table")]
    Arrange(#[from] ArrowError),
    /// The encoder refused.
    #[error("cannot encode {path}")]
    Encode {
        /// The temporary file.
        path: String,
        /// Why.
        source: ParquetError,
    },
    /// The topic that rows go to.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// The bytes for the quarantine cannot be had.
    #[error("cannot read the input to quarantine")]
    Input(#[source] io::Error),
    /// A file that no record knows has the name that this commit needs.
    #[error(
        "{path} is in the way: it was written by a commit whose record is gone; restore `.weir`, or remove the file to have its rows again"
    )]
    Occupied {
        /// Below the table.
        path: String,
    },
    /// A file written for this commit is gone or changed.
    #[error("{path} was removed or changed while it was being committed; let nothing else write below `.weir`")]
    Vanished {
        /// The temporary file.
        path: String,
    },
    /// The storage failed at the commit point.
    #[error("it is not known whether the commit {record} was stored; the next start finds out, and nothing is lost or doubled")]
    InDoubt {
        /// Below the table.
        record: String,
        /// How.
        source: StorageError,
    },
    /// Committed, and not all files have their names.
    #[error("the commit {record} is stored, but {path} has no place in the table yet; the next start moves it")]
    NotInPlace {
        /// Below the table.
        record: String,
        /// The file's place.
        path: String,
        /// Why, if the storage said.
        source: Option<StorageError>,
    },
}

impl TableError {
    /// Whether a later try may do better without another configuration or module: when the storage is well again, or somebody has made room.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Storage(_)
            | Self::QuarantineShort { .. }
            | Self::RecordVersion { .. }
            | Self::RecordDamaged { .. }
            | Self::FormDamaged { .. }
            | Self::TurnDamaged { .. }
            | Self::Input(_)
            | Self::Occupied { .. }
            | Self::Vanished { .. }
            | Self::InDoubt { .. }
            | Self::NotInPlace { .. } => true,
            Self::Kafka(error) => error.may_pass(),
            Self::RecordTooLarge { .. }
            | Self::OtherForm { .. }
            | Self::NoSuchColumn { .. }
            | Self::ReservedColumn { .. }
            | Self::ColumnTwice { .. }
            | Self::NoTime { .. }
            | Self::Shape { .. }
            | Self::Columns { .. }
            | Self::Arrange(_)
            | Self::Encode { .. } => false,
        }
    }

    /// Whether rows of another schema would do: the fault is with these.
    pub fn is_of_schema(&self) -> bool {
        matches!(self, Self::OtherForm { .. } | Self::ReservedColumn { .. } | Self::ColumnTwice { .. } | Self::NoTime { .. })
    }

    /// Finds the storage's own error in what the encoder says.
    pub(super) fn encode(path: &str, error: ParquetError) -> Self {
        let path = path.to_owned();
        match error {
            ParquetError::External(cause) => match cause.downcast::<io::Error>() {
                Ok(cause) => Self::Storage(StorageError::from_io(Operation::Write, &path, *cause)),
                Err(cause) => Self::Encode { path, source: ParquetError::External(cause) },
            },
            source => Self::Encode { path, source },
        }
    }
}
