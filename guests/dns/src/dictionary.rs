//! A dictionary column of texts that lie in a buffer: a text that is known costs one hash and one comparison, and no allocation.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use weir_sdk::{Bytes, Column, Numbers, Values};

/// Places for distinct texts at the beginning; a power of two.
const PLACES: usize = 1 << 10;

/// Builds the column.
#[derive(Debug, Default)]
pub struct TextDictionary {
    /// Index of a text plus 1, 0 where there is none; a power of two of places, at most half of them taken.
    places: Vec<u32>,
    ends: Vec<u32>,
    data: Vec<u8>,
    keys: Numbers<u32>,
    hasher: FixedState,
}

impl TextDictionary {
    /// Adds a row. The text must be UTF-8.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        let index = self.index_of(text);
        self.keys.push(index);
    }

    /// Adds a row that is null.
    pub fn push_null(&mut self) {
        // Keys of null rows need a text to point to.
        if self.ends.is_empty() {
            self.index_of(b"");
        }
        self.keys.push_option(None);
    }

    #[inline]
    fn index_of(&mut self, text: &[u8]) -> u32 {
        if self.ends.len() * 2 >= self.places.len() {
            self.grow();
        }
        let mask = self.places.len() - 1;
        let mut at = self.hasher.hash_one(text) as usize & mask;
        loop {
            match self.places.get(at).copied() {
                Some(place @ 1..) if self.text(place - 1) == text => return place - 1,
                Some(1..) => at = (at + 1) & mask,
                _ => return self.add(at, text),
            }
        }
    }

    fn add(&mut self, at: usize, text: &[u8]) -> u32 {
        self.data.extend_from_slice(text);
        self.ends.push(self.data.len() as u32);
        let place = self.ends.len() as u32;
        if let Some(slot) = self.places.get_mut(at) {
            *slot = place;
        }
        place - 1
    }

    #[inline]
    fn text(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.data.get(start as usize..end as usize).unwrap_or_default()
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(PLACES);
        let mut places = vec![0; size];
        for index in 0..self.ends.len() as u32 {
            let mut at = self.hasher.hash_one(self.text(index)) as usize & (size - 1);
            while places.get(at).is_some_and(|place| *place != 0) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = places.get_mut(at) {
                *slot = index + 1;
            }
        }
        self.places = places;
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        self.places.fill(0);
        let mut offsets = vec![0; 4];
        offsets.reserve_exact(self.ends.len() * 4);
        offsets.extend(self.ends.drain(..).flat_map(u32::to_le_bytes));
        let distinct = Bytes { offsets, data: std::mem::take(&mut self.data) };
        let column = self.keys.finish();
        let keys = match column.values {
            Values::Fixed(keys) => keys,
            _ => Vec::new(),
        };
        Column { values: Values::Dictionary { keys, distinct }, ..column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_once_and_nulls_point_to_one_that_exists() {
        let mut texts = TextDictionary::default();
        texts.push_null();
        for text in ["b", "a", "b"] {
            texts.push(text.as_bytes());
        }
        let column = texts.finish();
        let keys = [0u32, 1, 2, 1].into_iter().flat_map(u32::to_le_bytes).collect();
        let offsets = [0u32, 0, 1, 2].into_iter().flat_map(u32::to_le_bytes).collect();
        assert_eq!(column.valid, Some(vec![0b1110]));
        assert_eq!(column.values, Values::Dictionary { keys, distinct: Bytes { offsets, data: b"ba".to_vec() } });
    }

    #[test]
    fn many_texts_keep_their_keys_while_it_grows_and_a_new_batch_knows_none() {
        let mut texts = TextDictionary::default();
        for _ in 0..2 {
            for number in (0..5000).chain(0..5000) {
                texts.push(format!("name-{number}").as_bytes());
            }
            let Values::Dictionary { keys, distinct } = texts.finish().values else { panic!("not a dictionary") };
            let expected: Vec<u8> = (0..5000u32).chain(0..5000).flat_map(u32::to_le_bytes).collect();
            assert_eq!((keys == expected, distinct.offsets.len()), (true, 5001 * 4));
        }
    }
}
