//! Column builders: values of one field, row after row, in the layout of the contract.

use std::hash::Hash;

use crate::distinct::Distinct;

/// One finished column, as the contract passes it. Numbers are little-endian bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Bitmap of the rows that are not null; `None`: no nulls.
    pub valid: Option<Vec<u8>>,
    /// Outer offsets (u32) of a list column.
    pub lists: Option<Vec<u8>>,
    /// The values.
    pub values: Values,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Numbers of the field's width, or the bitmap of a boolean field.
    Fixed(Vec<u8>),
    /// Text or binary.
    Bytes(Bytes),
    /// Text, each distinct value once.
    Dictionary {
        /// u32 a row, index in `distinct`.
        keys: Vec<u8>,
        /// The distinct texts.
        distinct: Bytes,
    },
}

/// Value i is `data[offsets[i]..offsets[i + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// u32, one more than there are values.
    pub offsets: Vec<u8>,
    /// All values, one after the other.
    pub data: Vec<u8>,
}

impl Default for Bytes {
    fn default() -> Self {
        Self { offsets: vec![0; 4], data: Vec::new() }
    }
}

impl Bytes {
    #[inline]
    pub(crate) fn end_value(&mut self) {
        self.offsets.extend_from_slice(&(self.data.len() as u32).to_le_bytes());
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() / 4 - 1
    }

    pub(crate) fn hand_out(&mut self) -> Self {
        let offsets = hand_out(&mut self.offsets);
        self.offsets.extend_from_slice(&[0; 4]);
        Self { offsets, data: hand_out(&mut self.data) }
    }
}

/// Takes the bytes and leaves room for as many: the next batch is about as large, and growing step by step copies everything twice.
fn hand_out(bytes: &mut Vec<u8>) -> Vec<u8> {
    let next = Vec::with_capacity(bytes.len());
    std::mem::replace(bytes, next)
}

/// One bit a row, least significant first.
#[derive(Debug, Default)]
struct Bitmap {
    bytes: Vec<u8>,
    len: usize,
}

impl Bitmap {
    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.len % 8);
        }
        self.len += 1;
    }

    fn ones(len: usize) -> Self {
        let mut bytes = vec![0xff; len / 8];
        if !len.is_multiple_of(8) {
            bytes.push((1 << (len % 8)) - 1);
        }
        Self { bytes, len }
    }
}

/// Which rows are null: nothing is kept until the first null.
#[derive(Debug, Default)]
struct Validity(Option<Bitmap>);

impl Validity {
    /// Adds a row; `before` says how many there were, and is asked once a batch at most.
    #[inline(always)]
    fn push(&mut self, valid: bool, before: impl FnOnce() -> usize) {
        if !valid || self.0.is_some() {
            self.push_bit(valid, before());
        }
    }

    /// Apart, so that the usual row, without a null before it, costs one comparison.
    #[inline(never)]
    fn push_bit(&mut self, valid: bool, before: usize) {
        self.0.get_or_insert_with(|| Bitmap::ones(before)).push(valid);
    }

    fn finish(&mut self) -> Option<Vec<u8>> {
        self.0.take().map(|bitmap| bitmap.bytes)
    }
}

/// A number type that a fixed-width column holds.
pub trait Number: Copy + Default {
    /// As it lies in a column, little-endian.
    type Bytes: Copy + std::fmt::Debug;
    /// The bytes of zero.
    const ZERO: Self::Bytes;

    /// The bytes of a number.
    fn to_bytes(self) -> Self::Bytes;

    /// The bytes of many, one after the other.
    fn flat(numbers: &[Self::Bytes]) -> &[u8];
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Number for $type {
            type Bytes = [u8; size_of::<$type>()];
            const ZERO: Self::Bytes = [0; size_of::<$type>()];

            #[inline(always)]
            fn to_bytes(self) -> Self::Bytes {
                self.to_le_bytes()
            }

            #[inline]
            fn flat(numbers: &[Self::Bytes]) -> &[u8] {
                numbers.as_flattened()
            }
        }
    )*};
}
numbers!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

/// Builds a column of numbers, or of timestamps as `i64` nanoseconds.
#[derive(Debug, Default)]
pub struct Numbers<T> {
    data: Vec<u8>,
    validity: Validity,
    of: std::marker::PhantomData<T>,
}

impl<T: Number> Numbers<T> {
    /// Adds a row.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.data.extend_from_slice(T::flat(&[value.to_bytes()]));
        self.validity.push(true, || self.data.len() / size_of::<T>() - 1);
    }

    /// Adds a row that may be null.
    #[inline]
    pub fn push_option(&mut self, value: Option<T>) {
        self.data.extend_from_slice(T::flat(&[value.unwrap_or_default().to_bytes()]));
        self.validity.push(value.is_some(), || self.data.len() / size_of::<T>() - 1);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        Column { valid: self.validity.finish(), lists: None, values: Values::Fixed(hand_out(&mut self.data)) }
    }
}

/// Builds a column of booleans.
#[derive(Debug, Default)]
pub struct Booleans {
    bits: Bitmap,
    validity: Validity,
}

impl Booleans {
    /// Adds a row.
    pub fn push(&mut self, value: bool) {
        self.push_option(Some(value));
    }

    /// Adds a row that may be null.
    pub fn push_option(&mut self, value: Option<bool>) {
        self.bits.push(value.unwrap_or_default());
        self.validity.push(value.is_some(), || self.bits.len - 1);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        Column { valid: self.validity.finish(), lists: None, values: Values::Fixed(std::mem::take(&mut self.bits).bytes) }
    }
}

/// Builds a column of byte strings.
#[derive(Debug, Default)]
pub struct Binary {
    bytes: Bytes,
    validity: Validity,
}

impl Binary {
    /// Adds a row.
    pub fn push(&mut self, value: &[u8]) {
        self.push_option(Some(value));
    }

    /// Adds a row that may be null.
    pub fn push_option(&mut self, value: Option<&[u8]>) {
        self.bytes.data.extend_from_slice(value.unwrap_or_default());
        self.bytes.end_value();
        self.validity.push(value.is_some(), || self.bytes.offsets.len() / 4 - 2);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        Column { valid: self.validity.finish(), lists: None, values: Values::Bytes(self.bytes.hand_out()) }
    }
}

/// Builds a column of texts. See [`Dictionary`] for texts that repeat.
#[derive(Debug, Default)]
pub struct Texts(Binary);

impl Texts {
    /// Adds a row.
    pub fn push(&mut self, value: &str) {
        self.0.push(value.as_bytes());
    }

    /// Adds a row that may be null.
    pub fn push_option(&mut self, value: Option<&str>) {
        self.0.push_option(value.map(str::as_bytes));
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        self.0.finish()
    }
}

/// Builds a column of texts that repeat: each row gives a key, and a text is made once for each distinct key.
#[derive(Debug)]
pub struct Dictionary<K> {
    known: Distinct<K>,
    keys: Vec<u8>,
    distinct: Bytes,
    text: String,
    validity: Validity,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self {
            known: Distinct::default(),
            keys: Vec::new(),
            distinct: Bytes::default(),
            text: String::new(),
            validity: Validity::default(),
        }
    }
}

impl<K: Eq + Hash> Dictionary<K> {
    /// Adds a row; `text` writes the text of a key that is new.
    #[inline]
    pub fn push(&mut self, key: K, text: impl FnOnce(&K, &mut String)) {
        let Self { known, distinct, text: scratch, .. } = self;
        let number = known.number(key, |key| {
            scratch.clear();
            text(key, scratch);
            distinct.data.extend_from_slice(scratch.as_bytes());
            distinct.end_value();
        });
        self.push_number(number);
    }

    /// Adds a row; `text` appends the text of a key that is new, in UTF-8: cheaper than [`push`](Self::push) where it is written byte by byte.
    #[inline]
    pub fn push_utf8(&mut self, key: K, text: impl FnOnce(&K, &mut Vec<u8>)) {
        let number = self.known.number(key, |key| {
            text(key, &mut self.distinct.data);
            self.distinct.end_value();
        });
        self.push_number(number);
    }

    #[inline]
    fn push_number(&mut self, number: u32) {
        self.keys.extend_from_slice(&number.to_le_bytes());
        self.validity.push(true, || self.keys.len() / 4 - 1);
    }

    /// Adds a row that is null.
    pub fn push_null(&mut self) {
        self.keys.extend_from_slice(&[0; 4]);
        self.validity.push(false, || self.keys.len() / 4 - 1);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        self.known.clear();
        let values = Values::Dictionary { keys: hand_out(&mut self.keys), distinct: self.distinct.hand_out() };
        Column { valid: self.validity.finish(), lists: None, values }
    }
}

/// Builds a list column from any builder of its values: push values, then end the row.
#[derive(Debug)]
pub struct Lists<B> {
    /// Builder of the values of all rows.
    pub values: B,
    offsets: Vec<u8>,
    count: u32,
    validity: Validity,
}

impl<B: Default> Default for Lists<B> {
    fn default() -> Self {
        Self { values: B::default(), offsets: vec![0; 4], count: 0, validity: Validity::default() }
    }
}

impl<B> Lists<B> {
    /// Ends a row to which `count` values were pushed.
    pub fn end_row(&mut self, count: u32) {
        self.count += count;
        self.offsets.extend_from_slice(&self.count.to_le_bytes());
        self.validity.push(true, || self.offsets.len() / 4 - 2);
    }

    /// Adds a row that is null (an empty list is a row of no values).
    pub fn push_null(&mut self) {
        self.offsets.extend_from_slice(&self.count.to_le_bytes());
        self.validity.push(false, || self.offsets.len() / 4 - 2);
    }

    /// The column, from the finished column of the values; the builder starts anew.
    pub fn finish(&mut self, values: impl FnOnce(&mut B) -> Column) -> Column {
        let values = values(&mut self.values).values;
        self.count = 0;
        let lists = std::mem::replace(&mut self.offsets, vec![0; 4]);
        Column { valid: self.validity.finish(), lists: Some(lists), values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_before_and_after_values_are_zero_bits() {
        let mut numbers = Numbers::<u16>::default();
        numbers.push(1);
        numbers.push_option(None);
        numbers.push(0x0203);
        let column = numbers.finish();
        assert_eq!(column.valid, Some(vec![0b101]));
        assert_eq!(column.values, Values::Fixed(vec![1, 0, 0, 0, 3, 2]));
        assert_eq!(numbers.finish().values, Values::Fixed(vec![]));
    }

    #[test]
    fn every_builder_knows_the_rows_before_its_first_null() {
        let mut dictionary = Dictionary::<u8>::default();
        dictionary.push(1, |_, _| {});
        dictionary.push_null();
        let mut bytes = Binary::default();
        bytes.push(b"a");
        bytes.push_option(None);
        let mut lists = Lists::<Numbers<u8>>::default();
        lists.end_row(0);
        lists.push_null();
        let mut booleans = Booleans::default();
        booleans.push(true);
        booleans.push_option(None);
        let columns = [dictionary.finish(), bytes.finish(), lists.finish(Numbers::finish), booleans.finish()];
        assert!(columns.iter().all(|column| column.valid == Some(vec![0b01])));
    }

    #[test]
    fn a_dictionary_makes_each_text_once() {
        let mut made = 0;
        let mut texts = Dictionary::<u8>::default();
        for key in [7, 9, 7] {
            texts.push(key, |key, out| {
                made += 1;
                out.push_str(&key.to_string());
            });
        }
        let Values::Dictionary { keys, distinct } = texts.finish().values else { panic!("not a dictionary") };
        assert_eq!((made, keys, distinct.data), (2, vec![0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], b"79".to_vec()));
    }

    #[test]
    fn a_list_row_holds_the_values_pushed_before_it_ended() {
        let mut lists = Lists::<Numbers<u8>>::default();
        lists.values.push(5);
        lists.values.push(6);
        lists.end_row(2);
        lists.end_row(0);
        lists.push_null();
        let column = lists.finish(Numbers::finish);
        assert_eq!(column.lists, Some(vec![0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]));
        assert_eq!(column.valid, Some(vec![0b011]));
    }
}
