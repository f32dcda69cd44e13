//! One column of an answer as an Arrow array. Values are wrapped where they lie; what they claim about each other is checked.

use std::sync::Arc;

use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, DictionaryArray, ListArray, PrimitiveArray, StringArray,
    TimestampNanosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer};
use arrow_schema::{ArrowError, Field};

use super::numbers::{BadNumbers, bits, nulls, numbers, offsets};
use super::schema::UTC;
use super::worlds::types::{self, Column, DataType, Dictionary, Values};

/// What is wrong with a column.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadColumn {
    #[error(transparent)]
    Numbers(#[from] BadNumbers),
    #[error("values of kind `{got}` in a field of type {}", type_name(*of))]
    Kind { got: &'static str, of: DataType },
    #[error("nulls in a field that has none")]
    Nulls,
    #[error("outer offsets in a field that is not a list")]
    NotAList,
    #[error("no outer offsets in a field of lists")]
    NoOffsets,
    #[error("{got} texts where {want} are right")]
    Texts { got: usize, want: usize },
    #[error("offsets that end at {end} in {length} bytes of data")]
    End { end: usize, length: usize },
    #[error("text that is not UTF-8, or offsets within a character")]
    Utf8,
    #[error("the key {key} in a dictionary of {distinct}")]
    Key { key: u32, distinct: usize },
    #[error("texts that come to more than the limit")]
    TooLarge,
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// As the contract names it.
fn type_name(of: DataType) -> String {
    format!("{of:?}").replace("DataType::", "").to_lowercase()
}

/// What the schema says of a column, and how large its values may be.
pub(super) struct Claim<'a> {
    pub field: &'a types::Field,
    pub rows: usize,
    /// Bytes that a dictionary's texts may come to, written out row by row.
    pub limit: u64,
}

impl Claim<'_> {
    /// The array of a column.
    pub fn array(&self, column: Column) -> Result<ArrayRef, BadColumn> {
        if column.valid.is_some() && !self.field.nullable {
            return Err(BadColumn::Nulls);
        }
        let nulls = nulls(column.valid, self.rows)?;
        match (column.lists, self.field.is_list) {
            (None, false) => self.values(column.values, self.rows, nulls),
            (Some(lists), true) => self.lists(lists, column.values, nulls),
            (Some(_), false) => Err(BadColumn::NotAList),
            (None, true) => Err(BadColumn::NoOffsets),
        }
    }

    fn lists(&self, lists: Vec<u8>, values: Values, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
        let (offsets, count) = offsets("outer offsets", lists, self.rows)?;
        let values = self.values(values, count, None)?;
        let item = Arc::new(Field::new_list_field(values.data_type().clone(), false));
        Ok(Arc::new(ListArray::try_new(item, offsets, values, nulls)?))
    }

    fn values(&self, values: Values, count: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
        match (values, self.field.data_type) {
            (Values::Bytes(bytes), DataType::Text) => Ok(Arc::new(texts(bytes, count, nulls)?)),
            (Values::Bytes(bytes), DataType::Binary) => Ok(Arc::new(binary(bytes, count, nulls)?)),
            (Values::Dictionary(dictionary), DataType::Text) => self.dictionary(dictionary, count, nulls),
            (Values::Strings(texts), DataType::Text) => strings(&texts, count, nulls),
            (Values::Fixed(data), DataType::Boolean) => Ok(Arc::new(BooleanArray::new(bits("values", data, count)?, nulls))),
            (Values::Fixed(data), of) => fixed(of, data, count, nulls),
            (Values::Bytes(_), of) => Err(BadColumn::Kind { got: "bytes", of }),
            (Values::Dictionary(_), of) => Err(BadColumn::Kind { got: "dictionary", of }),
            (Values::Strings(_), of) => Err(BadColumn::Kind { got: "strings", of }),
        }
    }

    fn dictionary(&self, dictionary: Dictionary, count: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
        let distinct_count = (dictionary.distinct.offsets.len() / size_of::<u32>()).saturating_sub(1);
        let distinct = texts(dictionary.distinct, distinct_count, None)?;
        let keys = numbers::<u32>("keys", dictionary.keys, count)?;
        let largest = keys.iter().fold(0, |largest, &key| largest.max(key));
        let all_null = nulls.as_ref().is_some_and(|nulls| nulls.null_count() == count);
        if usize::try_from(largest).map_or(true, |key| key >= distinct_count) && count > 0 && !(all_null && largest == 0) {
            return Err(BadColumn::Key { key: largest, distinct: distinct_count });
        }
        if written_out(&keys, &distinct) > self.limit {
            return Err(BadColumn::TooLarge);
        }
        let keys = PrimitiveArray::<UInt32Type>::try_new(keys, nulls)?;
        Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(distinct))?))
    }
}

/// At most so many bytes are the texts of all rows together: exact only when a first guess is large.
fn written_out(keys: &[u32], distinct: &StringArray) -> u64 {
    const SMALL: usize = 1 << 20;
    let longest = distinct.offsets().lengths().max().unwrap_or(0);
    let guess = longest.saturating_mul(keys.len());
    let lengths: Vec<_> = if guess > SMALL { distinct.offsets().lengths().collect() } else { Vec::new() };
    let exact =
        || keys.iter().filter_map(|&key| lengths.get(usize::try_from(key).ok()?)).fold(0_usize, |sum, length| sum.saturating_add(*length));
    u64::try_from(if lengths.is_empty() { guess } else { exact() }).unwrap_or(u64::MAX)
}

fn fixed(of: DataType, data: Vec<u8>, count: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
    match of {
        DataType::Int8 => primitive::<Int8Type>(data, count, nulls),
        DataType::Int16 => primitive::<Int16Type>(data, count, nulls),
        DataType::Int32 => primitive::<Int32Type>(data, count, nulls),
        DataType::Int64 => primitive::<Int64Type>(data, count, nulls),
        DataType::Uint8 => primitive::<UInt8Type>(data, count, nulls),
        DataType::Uint16 => primitive::<UInt16Type>(data, count, nulls),
        DataType::Uint32 => primitive::<UInt32Type>(data, count, nulls),
        DataType::Uint64 => primitive::<UInt64Type>(data, count, nulls),
        DataType::Float32 => primitive::<Float32Type>(data, count, nulls),
        DataType::Float64 => primitive::<Float64Type>(data, count, nulls),
        DataType::Timestamp => {
            let times = TimestampNanosecondArray::try_new(numbers("values", data, count)?, nulls)?;
            Ok(Arc::new(times.with_timezone(UTC)))
        }
        DataType::Boolean | DataType::Text | DataType::Binary => Err(BadColumn::Kind { got: "fixed", of }),
    }
}

fn primitive<T: ArrowPrimitiveType>(data: Vec<u8>, count: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
    Ok(Arc::new(PrimitiveArray::<T>::try_new(numbers("values", data, count)?, nulls)?))
}

fn texts(bytes: types::Bytes, count: usize, nulls: Option<NullBuffer>) -> Result<StringArray, BadColumn> {
    let (offsets, end) = offsets("offsets", bytes.offsets, count)?;
    check_end(end, bytes.data.len())?;
    StringArray::try_new(offsets, Buffer::from_vec(bytes.data), nulls).map_err(|_| BadColumn::Utf8)
}

fn binary(bytes: types::Bytes, count: usize, nulls: Option<NullBuffer>) -> Result<BinaryArray, BadColumn> {
    let (offsets, end) = offsets("offsets", bytes.offsets, count)?;
    check_end(end, bytes.data.len())?;
    Ok(BinaryArray::try_new(offsets, Buffer::from_vec(bytes.data), nulls)?)
}

fn check_end(end: usize, length: usize) -> Result<(), BadColumn> {
    if end == length { Ok(()) } else { Err(BadColumn::End { end, length }) }
}

fn strings(texts: &[String], count: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, BadColumn> {
    if texts.len() != count {
        return Err(BadColumn::Texts { got: texts.len(), want: count });
    }
    let bytes = texts.iter().fold(0_usize, |sum, text| sum.saturating_add(text.len()));
    if i32::try_from(bytes).is_err() {
        return Err(BadColumn::TooLarge);
    }
    let plain = StringArray::from_iter_values(texts);
    let (offsets, data, _) = plain.into_parts();
    Ok(Arc::new(StringArray::try_new(offsets, data, nulls)?))
}
