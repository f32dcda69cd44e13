//! A column of a batch, to be written as text.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use arrow_array::{Array, ArrayRef, BinaryArray, Float32Array, Float64Array, Int32Array, Int64Array, StringArray, UInt32Array};
use arrow_schema::DataType;

/// The values of a column, of one of the types that lines are made of.
pub(super) enum Cells<'a> {
    Int32(&'a Int32Array),
    Int64(&'a Int64Array),
    Float32(&'a Float32Array),
    Float64(&'a Float64Array),
    Text(&'a StringArray),
    Binary(&'a BinaryArray),
    Dictionary(&'a UInt32Array, &'a StringArray),
}

impl<'a> Cells<'a> {
    /// None: of another type.
    pub fn of(column: &'a ArrayRef) -> Option<Self> {
        Some(match column.data_type() {
            DataType::Int32 => Self::Int32(column.as_primitive_opt::<Int32Type>()?),
            DataType::Int64 => Self::Int64(column.as_primitive_opt::<Int64Type>()?),
            DataType::Float32 => Self::Float32(column.as_primitive_opt::<Float32Type>()?),
            DataType::Float64 => Self::Float64(column.as_primitive_opt::<Float64Type>()?),
            DataType::Utf8 => Self::Text(column.as_string_opt::<i32>()?),
            DataType::Binary => Self::Binary(column.as_binary_opt::<i32>()?),
            DataType::Dictionary(..) => {
                let dictionary = column.as_dictionary_opt::<UInt32Type>()?;
                Self::Dictionary(dictionary.keys(), dictionary.values().as_string_opt::<i32>()?)
            }
            _ => return None,
        })
    }

    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Int32(values) => values.is_null(row),
            Self::Int64(values) => values.is_null(row),
            Self::Float32(values) => values.is_null(row),
            Self::Float64(values) => values.is_null(row),
            Self::Text(values) => values.is_null(row),
            Self::Binary(values) => values.is_null(row),
            Self::Dictionary(keys, _) => keys.is_null(row),
        }
    }

    /// The text of a row of text.
    pub fn text(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Text(values) if !values.is_null(row) => Some(values.value(row)),
            Self::Dictionary(keys, values) if !keys.is_null(row) => Some(values.value(keys.value(row) as usize)),
            _ => None,
        }
    }

    /// Writes the value of a row; nothing for null.
    pub fn write(&self, row: usize, out: &mut Vec<u8>) {
        if self.is_null(row) {
            return;
        }
        // Writing to memory does not fail.
        let _ = match self {
            Self::Int32(values) => write!(out, "{}", values.value(row)),
            Self::Int64(values) => write!(out, "{}", values.value(row)),
            Self::Float32(values) => write!(out, "{}", values.value(row)),
            Self::Float64(values) => write!(out, "{}", values.value(row)),
            Self::Binary(values) => out.write_all(values.value(row)),
            Self::Text(_) | Self::Dictionary(..) => out.write_all(self.text(row).unwrap_or_default().as_bytes()),
        };
    }
}
