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

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;

    fn field(data_type: DataType, nullable: bool, is_list: bool) -> types::Field {
        types::Field { name: "x".into(), data_type, nullable, is_list, doc: String::new() }
    }

    fn bytes_of(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn bytes(offsets: &[u32], data: &[u8]) -> types::Bytes {
        types::Bytes { offsets: bytes_of(offsets), data: data.to_vec() }
    }

    fn dictionary(keys: &[u32], offsets: &[u32], data: &str) -> Values {
        Values::Dictionary(Dictionary { keys: bytes_of(keys), distinct: bytes(offsets, data.as_bytes()) })
    }

    /// Three rows of a field that may be null.
    fn text(values: Values, valid: Option<u8>) -> Result<ArrayRef, String> {
        let column = Column { valid: valid.map(|bits| vec![bits]), lists: None, values };
        let claim = Claim { field: &field(DataType::Text, true, false), rows: 3, limit: 1 << 20 };
        claim.array(column).map_err(|wrong| wrong.to_string())
    }

    fn shown(array: &ArrayRef) -> Vec<Option<&str>> {
        match array.data_type() {
            arrow_schema::DataType::Utf8 => array.as_string::<i32>().iter().collect(),
            _ => array.as_dictionary::<UInt32Type>().downcast_dict::<StringArray>().unwrap().into_iter().collect(),
        }
    }

    #[test]
    fn a_text_column_is_the_same_as_bytes_as_a_dictionary_and_as_strings() {
        let want = [Some("a"), None, Some("öl")];
        let plain = text(Values::Bytes(bytes(&[0, 1, 1, 4], "aöl".as_bytes())), Some(0b101)).unwrap();
        let keyed = text(dictionary(&[1, 0, 0], &[0, 3, 4], "öla"), Some(0b101)).unwrap();
        let strings = text(Values::Strings(vec!["a".into(), String::new(), "öl".into()]), Some(0b101)).unwrap();
        assert_eq!((shown(&plain), shown(&keyed), shown(&strings)), (want.to_vec(), want.to_vec(), want.to_vec()));
    }

    #[test]
    fn a_dictionary_of_nothing_holds_nulls_alone() {
        assert_eq!(shown(&text(dictionary(&[0, 0, 0], &[0], ""), Some(0)).unwrap()), [None; 3]);
        let key = |key| Some(format!("the key {key} in a dictionary of 0"));
        assert_eq!(text(dictionary(&[0, 0, 0], &[0], ""), Some(0b10)).err(), key(0));
        assert_eq!(text(dictionary(&[0, 0, 0], &[0], ""), None).err(), key(0));
        assert_eq!(text(dictionary(&[0, 1, 0], &[0], ""), Some(0)).err(), key(1));
    }

    #[test]
    fn the_key_of_a_null_row_must_exist_too() {
        assert_eq!(text(dictionary(&[0, 9, 0], &[0, 1], "a"), Some(0b101)).err(), Some("the key 9 in a dictionary of 1".into()));
    }

    #[test]
    fn a_dictionary_may_not_have_offsets_of_half_a_number() {
        let values =
            Values::Dictionary(Dictionary { keys: bytes_of(&[0; 3]), distinct: types::Bytes { offsets: vec![0; 7], data: vec![] } });
        assert_eq!(text(values, Some(0)).err(), Some("7 bytes of offsets where 4 are right".into()));
        let values = Values::Dictionary(Dictionary { keys: bytes_of(&[0; 3]), distinct: types::Bytes { offsets: vec![], data: vec![] } });
        assert_eq!(text(values, Some(0)).err(), Some("0 bytes of offsets where 4 are right".into()));
    }

    #[test]
    fn a_dictionary_is_held_to_the_limit_by_what_it_stands_for() {
        let large = "a".repeat(1 << 20);
        let values = |keys: &[u32]| dictionary(keys, &[0, 1 << 20, (1 << 20) + 1], &format!("{large}b"));
        assert!(text(values(&[0, 1, 1]), None).is_err_and(|wrong| wrong == "texts that come to more than the limit"));
        assert!(text(values(&[1, 1, 1]), None).is_ok());
    }

    #[test]
    fn a_row_of_a_list_column_holds_the_values_between_two_outer_offsets() {
        let column =
            Column { valid: Some(vec![0b011]), lists: Some(bytes_of(&[0, 2, 2, 2])), values: dictionary(&[1, 0], &[0, 1, 2], "ab") };
        let claim = Claim { field: &field(DataType::Text, true, true), rows: 3, limit: 1 << 20 };
        let array = claim.array(column).unwrap();
        let lists = array.as_list::<i32>();
        assert_eq!((shown(&lists.value(0)), lists.value(1).len(), lists.is_null(2)), (vec![Some("b"), Some("a")], 0, true));
    }

    #[test]
    fn outer_offsets_must_agree_with_the_values() {
        let list = |lists: Option<&[u32]>, values: usize| {
            let column = Column { valid: None, lists: lists.map(bytes_of), values: Values::Fixed(vec![0; values]) };
            let claim = Claim { field: &field(DataType::Uint16, false, true), rows: 2, limit: 1 << 20 };
            claim.array(column).map(drop).map_err(|wrong| wrong.to_string())
        };
        assert_eq!(list(Some(&[0, 1, 3]), 6), Ok(()));
        assert_eq!(list(Some(&[0, 1, 3]), 4), Err("4 bytes of values where 6 are right".into()));
        assert_eq!(list(Some(&[0, 1, u32::MAX]), 4), Err("outer offsets that fall or pass 2^31".into()));
        assert_eq!(list(Some(&[0, 1]), 2), Err("8 bytes of outer offsets where 12 are right".into()));
        assert_eq!(list(None, 4), Err("no outer offsets in a field of lists".into()));
    }

    #[test]
    fn every_fixed_type_takes_its_width_and_no_other() {
        let widths = [
            (DataType::Int8, 1),
            (DataType::Uint8, 1),
            (DataType::Int16, 2),
            (DataType::Uint16, 2),
            (DataType::Int32, 4),
            (DataType::Uint32, 4),
            (DataType::Float32, 4),
            (DataType::Int64, 8),
            (DataType::Uint64, 8),
            (DataType::Float64, 8),
            (DataType::Timestamp, 8),
        ];
        for (of, width) in widths {
            let array = |length| {
                let column = Column { valid: None, lists: None, values: Values::Fixed(vec![1; length]) };
                Claim { field: &field(of, false, false), rows: 3, limit: 0 }.array(column)
            };
            assert_eq!(array(3 * width).unwrap().len(), 3);
            assert_eq!(
                array(3 * width + 1).unwrap_err().to_string(),
                format!("{} bytes of values where {} are right", 3 * width + 1, 3 * width)
            );
        }
        for of in [DataType::Text, DataType::Binary] {
            let column = Column { valid: None, lists: None, values: Values::Fixed(vec![]) };
            let wrong = Claim { field: &field(of, false, false), rows: 0, limit: 0 }.array(column).unwrap_err();
            assert_eq!(wrong.to_string(), format!("values of kind `fixed` in a field of type {}", type_name(of)));
        }
    }

    #[test]
    fn binary_may_be_any_bytes_and_booleans_are_bits() {
        let column = |values| Column { valid: None, lists: None, values };
        let array = |of, values| Claim { field: &field(of, false, false), rows: 2, limit: 0 }.array(column(values)).unwrap();
        let binary = array(DataType::Binary, Values::Bytes(bytes(&[0, 2, 3], b"\xff\xfe\0")));
        assert_eq!(binary.as_binary::<i32>().iter().collect::<Vec<_>>(), [Some(&b"\xff\xfe"[..]), Some(b"\0")]);
        let bits = array(DataType::Boolean, Values::Fixed(vec![0b10]));
        assert_eq!(bits.as_boolean().iter().collect::<Vec<_>>(), [Some(false), Some(true)]);
    }
}
