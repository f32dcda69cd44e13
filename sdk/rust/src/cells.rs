//! Columns of at most `ROWS` rows whose cells are set by the number of their row.
//!
//! For parsers that fill many columns: the number of the row is kept once for all of them, so that a cell costs one store and no check of its own.
//! See [`Numbers`](crate::Numbers) and [`Dictionary`](crate::Dictionary) for columns that grow by themselves.

use std::hash::Hash;
use std::ops::Range;

use crate::columns::{Bytes, Column, Number, Values};
use crate::distinct::Distinct;

/// Cells of a column of numbers, or of timestamps as `i64` nanoseconds. What was not set holds what an earlier batch left there.
///
/// The cells lie within: many columns in one box have one address to begin from, and setting a cell is a store. It belongs on the heap.
#[derive(Debug)]
pub struct NumberCells<T: Number, const ROWS: usize> {
    values: [T::Bytes; ROWS],
    /// Rows that are null, in the order they were set.
    nulls: Vec<usize>,
}

impl<T: Number, const ROWS: usize> Default for NumberCells<T, ROWS> {
    fn default() -> Self {
        Self { values: [T::ZERO; ROWS], nulls: Vec::new() }
    }
}

impl<T: Number, const ROWS: usize> NumberCells<T, ROWS> {
    /// Sets a cell; a row behind the last is passed over.
    #[inline(always)]
    pub fn set(&mut self, row: usize, value: T) {
        if let Some(cell) = self.values.get_mut(row) {
            *cell = value.to_bytes();
        }
    }

    /// Makes a cell null.
    #[cold]
    #[inline(never)]
    pub fn set_null(&mut self, row: usize) {
        self.set(row, T::default());
        self.nulls.push(row);
    }

    /// Sets the cells of several rows to one value.
    #[inline]
    pub fn fill(&mut self, rows: Range<usize>, value: T) {
        if let Some(cells) = self.values.get_mut(rows) {
            fill(cells, value.to_bytes());
        }
    }

    /// The column of the first `rows` rows.
    pub fn finish(&mut self, rows: usize) -> Column {
        let valid = (!self.nulls.is_empty()).then(|| self.valid(rows));
        Column { valid, lists: None, values: Values::Fixed(self.bytes(rows)) }
    }

    fn bytes(&self, rows: usize) -> Vec<u8> {
        T::flat(self.values.get(..rows).unwrap_or(&self.values)).to_vec()
    }

    fn valid(&mut self, rows: usize) -> Vec<u8> {
        let mut valid = vec![0xff; rows / 8];
        valid.extend((!rows.is_multiple_of(8)).then_some((1 << (rows % 8)) - 1));
        for row in self.nulls.drain(..) {
            if let Some(bits) = valid.get_mut(row / 8) {
                *bits &= !(1 << (row % 8));
            }
        }
        valid
    }
}

/// A few one by one, the others by copies of what is there: the sandbox looks at its clock in each round of a loop.
fn fill<T: Copy>(cells: &mut [T], value: T) {
    let mut done = cells.len().min(16);
    if let Some(first) = cells.get_mut(..done) {
        first.fill(value);
    }
    while done < cells.len() {
        let count = done.min(cells.len() - done);
        cells.copy_within(..count, done);
        done += count;
    }
}

/// Cells of a column of texts that repeat, none of them null: each row gives a key, and a text is made once for each distinct key.
#[derive(Debug)]
pub struct TextCells<K, const ROWS: usize> {
    keys: NumberCells<u32, ROWS>,
    texts: DistinctTexts<K>,
}

impl<K, const ROWS: usize> Default for TextCells<K, ROWS> {
    fn default() -> Self {
        Self { keys: NumberCells::default(), texts: DistinctTexts::default() }
    }
}

impl<K: Eq + Hash, const ROWS: usize> TextCells<K, ROWS> {
    /// Sets a cell; `text` appends the text of a key that is new, in UTF-8.
    #[inline(always)]
    pub fn set(&mut self, row: usize, key: K, text: impl FnOnce(&K, &mut Vec<u8>)) {
        let number = self.texts.number(key, text);
        self.keys.set(row, number);
    }

    /// Sets the cells of several rows to one text.
    pub fn fill(&mut self, rows: Range<usize>, key: K, text: impl FnOnce(&K, &mut Vec<u8>)) {
        let number = self.texts.number(key, text);
        self.keys.fill(rows, number);
    }

    /// The column of the first `rows` rows; the texts start anew.
    pub fn finish(&mut self, rows: usize) -> Column {
        let values = Values::Dictionary { keys: self.keys.bytes(rows), distinct: self.texts.finish() };
        Column { valid: None, lists: None, values }
    }
}

/// The distinct texts of a dictionary column whose keys lie elsewhere.
#[derive(Debug)]
pub struct DistinctTexts<K> {
    known: Distinct<K>,
    texts: Bytes,
}

impl<K> Default for DistinctTexts<K> {
    fn default() -> Self {
        Self { known: Distinct::default(), texts: Bytes::default() }
    }
}

impl<K: Eq + Hash> DistinctTexts<K> {
    /// The number of a key's text, from 0; `text` appends that of a key that is new, in UTF-8.
    #[inline(always)]
    pub fn number(&mut self, key: K, text: impl FnOnce(&K, &mut Vec<u8>)) -> u32 {
        self.known.number(key, |key| {
            text(key, &mut self.texts.data);
            self.texts.end_value();
        })
    }

    /// The texts; they start anew.
    pub fn finish(&mut self) -> Bytes {
        self.known.clear();
        self.texts.hand_out()
    }
}

/// As [`TextCells`], where the keys are bytes: each finds its text without a search.
#[derive(Debug)]
pub struct ByteTextCells<const ROWS: usize> {
    keys: NumberCells<u32, ROWS>,
    /// Number + 1 of a key's text; 0: it has none yet.
    known: [u16; 256],
    texts: Bytes,
}

impl<const ROWS: usize> Default for ByteTextCells<ROWS> {
    fn default() -> Self {
        Self { keys: NumberCells::default(), known: [0; 256], texts: Bytes::default() }
    }
}

impl<const ROWS: usize> ByteTextCells<ROWS> {
    /// Sets a cell; `text` appends the text of a key that is new, in UTF-8.
    #[inline(always)]
    pub fn set(&mut self, row: usize, key: u8, text: impl FnOnce(u8, &mut Vec<u8>)) {
        let number = match self.known.get(usize::from(key)) {
            Some(&known @ 1..) => u32::from(known) - 1,
            _ => self.add(key, text),
        };
        self.keys.set(row, number);
    }

    #[cold]
    #[inline(never)]
    fn add(&mut self, key: u8, text: impl FnOnce(u8, &mut Vec<u8>)) -> u32 {
        text(key, &mut self.texts.data);
        self.texts.end_value();
        let count = self.texts.len();
        if let Some(known) = self.known.get_mut(usize::from(key)) {
            *known = count as u16;
        }
        count as u32 - 1
    }

    /// The column of the first `rows` rows; the texts start anew.
    pub fn finish(&mut self, rows: usize) -> Column {
        self.known = [0; 256];
        let values = Values::Dictionary { keys: self.keys.bytes(rows), distinct: self.texts.hand_out() };
        Column { valid: None, lists: None, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_the_cells_of_its_rows_and_nothing_of_the_batch_before() {
        let mut numbers = NumberCells::<u16, 4>::default();
        numbers.fill(0..4, 9);
        numbers.set_null(3);
        assert_eq!(numbers.finish(4).valid, Some(vec![0b0111]));
        numbers.set(0, 1);
        numbers.set(1, 0x0203);
        assert_eq!(numbers.finish(2), Column { valid: None, lists: None, values: Values::Fixed(vec![1, 0, 3, 2]) });
    }

    #[test]
    fn a_row_behind_the_last_is_passed_over() {
        let mut numbers = NumberCells::<u8, 2>::default();
        numbers.set(2, 1);
        numbers.fill(1..3, 1);
        assert_eq!(numbers.finish(2).values, Values::Fixed(vec![0, 0]));
    }

    #[test]
    fn each_text_is_made_once_a_batch() {
        let mut texts = TextCells::<u8, 4>::default();
        let write = |key: &u8, out: &mut Vec<u8>| out.push(*key);
        texts.fill(0..2, b'a', write);
        texts.set(2, b'b', write);
        texts.set(3, b'a', write);
        let distinct = Bytes { offsets: [0u32, 1, 2].iter().flat_map(|offset| offset.to_le_bytes()).collect(), data: b"ab".to_vec() };
        let keys = [0u32, 0, 1, 0].iter().flat_map(|key| key.to_le_bytes()).collect();
        assert_eq!(texts.finish(4).values, Values::Dictionary { keys, distinct });
        texts.set(0, b'b', write);
        let distinct = Bytes { offsets: vec![0, 0, 0, 0, 1, 0, 0, 0], data: b"b".to_vec() };
        assert_eq!(texts.finish(1).values, Values::Dictionary { keys: vec![0; 4], distinct });
    }

    #[test]
    fn bytes_are_keys_of_texts_of_their_own() {
        let mut texts = ByteTextCells::<4>::default();
        for (row, key) in [255, 0, 255, 1].into_iter().enumerate() {
            texts.set(row, key, |key, out| out.extend_from_slice(key.to_string().as_bytes()));
        }
        let distinct = Bytes { offsets: [0u32, 3, 4, 5].iter().flat_map(|offset| offset.to_le_bytes()).collect(), data: b"25501".to_vec() };
        let keys = [0u32, 1, 0, 2].iter().flat_map(|key| key.to_le_bytes()).collect();
        assert_eq!(texts.finish(4).values, Values::Dictionary { keys, distinct });
        texts.set(0, 1, |_, out| out.push(b'a'));
        let distinct = Bytes { offsets: vec![0, 0, 0, 0, 1, 0, 0, 0], data: b"a".to_vec() };
        assert_eq!(texts.finish(1).values, Values::Dictionary { keys: vec![0; 4], distinct });
    }
}
