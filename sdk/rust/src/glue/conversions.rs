//! Between the types of this crate and those of a world. Every world has types of its own, all alike.

/// The conversions for the world of the module that calls it, whose types are `wit`.
macro_rules! conversions {
    () => {
        pub fn log(level: sdk::log::Level, message: &str) {
            use sdk::log::Level;
            let level = match level {
                Level::Debug => weir::ingest::log::Level::Debug,
                Level::Info => weir::ingest::log::Level::Info,
                Level::Warn => weir::ingest::log::Level::Warn,
                Level::Error => weir::ingest::log::Level::Error,
            };
            weir::ingest::log::log(level, message);
        }

        impl From<sdk::Description> for wit::Description {
            fn from(from: sdk::Description) -> Self {
                Self {
                    name: from.name.to_owned(),
                    version: from.version.to_owned(),
                    summary: from.summary.to_owned(),
                    reads: from.reads.iter().map(|&name| name.to_owned()).collect(),
                    options: from.options.into_iter().map(Into::into).collect(),
                }
            }
        }

        impl From<sdk::OptionSpec> for wit::OptionSpec {
            fn from(from: sdk::OptionSpec) -> Self {
                Self {
                    name: from.name.to_owned(),
                    default_value: from.default.into(),
                    required: from.required,
                    choices: from.choices.iter().map(|&choice| choice.to_owned()).collect(),
                    doc: from.doc.to_owned(),
                }
            }
        }

        impl From<sdk::OptionValue> for wit::OptionValue {
            fn from(from: sdk::OptionValue) -> Self {
                match from {
                    sdk::OptionValue::Boolean(value) => Self::Boolean(value),
                    sdk::OptionValue::Integer(value) => Self::Integer(value),
                    sdk::OptionValue::Text(value) => Self::Text(value),
                    sdk::OptionValue::Texts(value) => Self::Texts(value),
                }
            }
        }

        impl From<wit::OptionValue> for sdk::OptionValue {
            fn from(from: wit::OptionValue) -> Self {
                match from {
                    wit::OptionValue::Boolean(value) => Self::Boolean(value),
                    wit::OptionValue::Integer(value) => Self::Integer(value),
                    wit::OptionValue::Text(value) => Self::Text(value),
                    wit::OptionValue::Texts(value) => Self::Texts(value),
                }
            }
        }

        impl From<sdk::Schema> for wit::Schema {
            fn from(from: sdk::Schema) -> Self {
                Self { fields: from.fields.into_iter().map(Into::into).collect(), event_time: from.event_time.map(Into::into) }
            }
        }

        impl From<sdk::EventTime> for wit::EventTime {
            fn from(from: sdk::EventTime) -> Self {
                let unit = match from.unit {
                    sdk::TimeUnit::Seconds => wit::TimeUnit::Seconds,
                    sdk::TimeUnit::Milliseconds => wit::TimeUnit::Milliseconds,
                    sdk::TimeUnit::Microseconds => wit::TimeUnit::Microseconds,
                    sdk::TimeUnit::Nanoseconds => wit::TimeUnit::Nanoseconds,
                };
                Self { field: from.field, unit, hidden: from.hidden }
            }
        }

        impl From<sdk::Field> for wit::Field {
            fn from(from: sdk::Field) -> Self {
                Self { name: from.name, data_type: from.data_type.into(), nullable: from.nullable, is_list: from.is_list, doc: from.doc }
            }
        }

        impl From<sdk::DataType> for wit::DataType {
            fn from(from: sdk::DataType) -> Self {
                match from {
                    sdk::DataType::Boolean => Self::Boolean,
                    sdk::DataType::Int8 => Self::Int8,
                    sdk::DataType::Int16 => Self::Int16,
                    sdk::DataType::Int32 => Self::Int32,
                    sdk::DataType::Int64 => Self::Int64,
                    sdk::DataType::Uint8 => Self::Uint8,
                    sdk::DataType::Uint16 => Self::Uint16,
                    sdk::DataType::Uint32 => Self::Uint32,
                    sdk::DataType::Uint64 => Self::Uint64,
                    sdk::DataType::Float32 => Self::Float32,
                    sdk::DataType::Float64 => Self::Float64,
                    sdk::DataType::Timestamp => Self::Timestamp,
                    sdk::DataType::Text => Self::Text,
                    sdk::DataType::Binary => Self::Binary,
                }
            }
        }

        impl From<sdk::Output> for wit::Output {
            fn from(from: sdk::Output) -> Self {
                Self {
                    rows: wit::Rows { count: from.rows, columns: from.columns.into_iter().map(Into::into).collect() },
                    rejects: from.rejects.into_iter().map(Into::into).collect(),
                    done_to: from.done_to,
                    more: from.more,
                }
            }
        }

        impl From<sdk::Column> for wit::Column {
            fn from(from: sdk::Column) -> Self {
                let values = match from.values {
                    sdk::Values::Fixed(values) => wit::Values::Fixed(values),
                    sdk::Values::Bytes(bytes) => wit::Values::Bytes(bytes.into()),
                    sdk::Values::Dictionary { keys, distinct } => {
                        wit::Values::Dictionary(wit::Dictionary { keys, distinct: distinct.into() })
                    }
                };
                Self { valid: from.valid, lists: from.lists, values }
            }
        }

        impl From<sdk::Bytes> for wit::Bytes {
            fn from(from: sdk::Bytes) -> Self {
                Self { offsets: from.offsets, data: from.data }
            }
        }

        impl From<sdk::Reject> for wit::Reject {
            fn from(from: sdk::Reject) -> Self {
                let reason = match from.reason {
                    sdk::RejectReason::Malformed => wit::RejectReason::Malformed,
                    sdk::RejectReason::Truncated => wit::RejectReason::Truncated,
                    sdk::RejectReason::Unsupported => wit::RejectReason::Unsupported,
                    sdk::RejectReason::TooLarge => wit::RejectReason::TooLarge,
                };
                Self { at: from.at, length: from.length, reason, detail: from.detail }
            }
        }

        impl From<sdk::OpenError> for wit::OpenError {
            fn from(from: sdk::OpenError) -> Self {
                match from {
                    sdk::OpenError::BadOption { name, expected } => Self::BadOption(wit::BadOption { name, expected }),
                    sdk::OpenError::BadExpression { at, expected } => Self::BadExpression(wit::BadExpression { at, expected }),
                    sdk::OpenError::ForeignState(version) => Self::ForeignState(version),
                    sdk::OpenError::Other(reason) => Self::Other(reason),
                }
            }
        }

        impl From<sdk::ParseError> for wit::ParseError {
            fn from(from: sdk::ParseError) -> Self {
                match from {
                    sdk::ParseError::WrongFormat(reason) => Self::WrongFormat(reason),
                    sdk::ParseError::Broken { at, reason } => Self::Broken(wit::Broken { at, reason }),
                    sdk::ParseError::Other(reason) => Self::Other(reason),
                }
            }
        }
    };
}

pub(crate) use conversions;
