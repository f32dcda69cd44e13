//! Rows as numbers: two rows of the same schema are equal when their digests are, whatever layout their columns have.

use std::hash::{DefaultHasher, Hasher};

use weir_sdk::{Bytes, Column, DataType, Output, Schema, Values};

/// A digest for each row. The output keeps the rules of the contract.
pub fn rows(schema: &Schema, output: &Output) -> Vec<u64> {
    let mut rows = vec![DefaultHasher::new(); output.rows as usize];
    for (field, column) in schema.fields.iter().zip(&output.columns) {
        for (row, hasher) in rows.iter_mut().enumerate() {
            cell(field.data_type, column, row, hasher);
        }
    }
    rows.iter().map(Hasher::finish).collect()
}

fn cell(of: DataType, column: &Column, row: usize, hasher: &mut DefaultHasher) {
    if column.valid.as_ref().is_some_and(|valid| !bit(valid, row)) {
        return hasher.write_u8(0);
    }
    let values = match &column.lists {
        None => row..row + 1,
        Some(lists) => number(lists, row)..number(lists, row + 1),
    };
    hasher.write_usize(values.len() + 1);
    for index in values {
        match &column.values {
            Values::Bytes(bytes) => text(bytes, index, hasher),
            Values::Dictionary { keys, distinct } => text(distinct, number(keys, index), hasher),
            Values::Fixed(data) if of == DataType::Boolean => hasher.write_u8(bit(data, index).into()),
            Values::Fixed(data) => {
                let width = width(of);
                hasher.write(data.get(index * width..(index + 1) * width).expect("a value"));
            }
        }
    }
}

fn text(bytes: &Bytes, index: usize, hasher: &mut DefaultHasher) {
    let value = bytes.data.get(number(&bytes.offsets, index)..number(&bytes.offsets, index + 1)).expect("a value");
    hasher.write_usize(value.len());
    hasher.write(value);
}

fn bit(bitmap: &[u8], index: usize) -> bool {
    bitmap.get(index / 8).expect("a bit") >> (index % 8) & 1 == 1
}

fn number(numbers: &[u8], index: usize) -> usize {
    u32::from_le_bytes(*numbers.as_chunks().0.get(index).expect("a number")) as usize
}

/// Bytes of a number.
fn width(of: DataType) -> usize {
    match of {
        DataType::Boolean | DataType::Int8 | DataType::Uint8 => 1,
        DataType::Int16 | DataType::Uint16 => 2,
        DataType::Int32 | DataType::Uint32 | DataType::Float32 => 4,
        DataType::Int64 | DataType::Uint64 | DataType::Float64 | DataType::Timestamp => 8,
        DataType::Text | DataType::Binary => unreachable!("a text is no number"),
    }
}
