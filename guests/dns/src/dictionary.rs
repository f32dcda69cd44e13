//! A dictionary column of texts that lie in a buffer: a text that is known costs one hash and one comparison, and no allocation.

use weir_sdk::{Bytes, Column, Numbers, Values};

/// Places for distinct texts at the beginning; a power of two.
const PLACES: usize = 1 << 10;

/// Builds the column.
#[derive(Debug, Default)]
pub struct TextDictionary {
    texts: TextNumbers,
    keys: Numbers<u32>,
}

impl TextDictionary {
    /// Adds a row. The text must be UTF-8.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        self.keys.push(self.texts.number(|out| out.extend_from_slice(text)).0);
    }

    /// Adds a row that is null.
    pub fn push_null(&mut self) {
        self.keys.push_option(None);
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        let column = self.keys.finish();
        let keys = match column.values {
            Values::Fixed(keys) => keys,
            _ => Vec::new(),
        };
        Column { values: Values::Dictionary { keys, distinct: self.texts.finish() }, ..column }
    }
}

/// Distinct texts and their numbers.
#[derive(Debug, Default)]
pub struct TextNumbers {
    /// The hash of a text in the upper half, its number plus 1 in the lower; 0 where there is none. A power of two of places, at most half of them taken.
    places: Vec<u64>,
    ends: Vec<u32>,
    data: Vec<u8>,
}

impl TextNumbers {
    /// The number of the text that `write` appends, from 0, and its length. The text must be UTF-8.
    #[inline]
    pub fn number(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> (u32, usize) {
        if self.ends.len() * 2 >= self.places.len() {
            self.grow();
        }
        let start = self.data.len();
        write(&mut self.data);
        let text = self.data.get(start..).unwrap_or_default();
        let (hash, length, mask) = (hash(text), text.len(), self.places.len() - 1);
        let mut at = hash as usize & mask;
        loop {
            match self.places.get(at).copied() {
                Some(place @ 1..) if place >> 32 == u64::from(hash) && self.text(place as u32 - 1) == text => {
                    self.data.truncate(start);
                    return (place as u32 - 1, length);
                }
                Some(1..) => at = (at + 1) & mask,
                _ => return (self.add(at, hash), length),
            }
        }
    }

    #[inline]
    fn add(&mut self, at: usize, hash: u32) -> u32 {
        let number = self.ends.len() as u32;
        self.ends.push(self.data.len() as u32);
        if let Some(slot) = self.places.get_mut(at) {
            *slot = u64::from(hash) << 32 | u64::from(number + 1);
        }
        number
    }

    #[inline]
    fn text(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(number).copied().unwrap_or_default();
        self.data.get(start as usize..end as usize).unwrap_or_default()
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(PLACES);
        let old = std::mem::replace(&mut self.places, vec![0; size]);
        for place in old.into_iter().filter(|place| *place != 0) {
            let mut at = (place >> 32) as usize & (size - 1);
            while self.places.get(at).is_some_and(|place| *place != 0) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = self.places.get_mut(at) {
                *slot = place;
            }
        }
    }

    /// The texts; they start anew.
    pub fn finish(&mut self) -> Bytes {
        self.places.fill(0);
        let mut offsets = vec![0; 4];
        offsets.reserve_exact(self.ends.len() * 4);
        offsets.extend(self.ends.drain(..).flat_map(u32::to_le_bytes));
        let next = Vec::with_capacity(self.data.len());
        Bytes { offsets, data: std::mem::replace(&mut self.data, next) }
    }
}

/// One multiplication a word, the last word overlapping the one before: the sandbox has no wider one.
#[inline]
fn hash(text: &[u8]) -> u32 {
    let add = |hash: u64, word: u64| (hash.rotate_left(32) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (words, rest) = text.as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| add(hash, u64::from_le_bytes(*word)));
    let last = match text.last_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None => rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    // The lower bits of a product depend on few bits of the text.
    (add(hash, last) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_once_and_a_null_has_the_key_0() {
        let mut texts = TextDictionary::default();
        texts.push_null();
        for text in ["b", "a", "b"] {
            texts.push(text.as_bytes());
        }
        let column = texts.finish();
        let keys = [0u32, 0, 1, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        let offsets = [0u32, 1, 2].into_iter().flat_map(u32::to_le_bytes).collect();
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
