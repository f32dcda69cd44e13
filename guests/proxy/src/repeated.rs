//! A column of texts that repeat. Looking a text up takes no memory of its own: it is compared with the texts that the column holds already.

use weir_sdk::{Bytes, Column, Numbers, Values};

/// After so many texts in the way a text is taken as new, so that nobody makes the search slow with texts that he chose.
const PROBES: usize = 24;
const FEWEST: usize = 64;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Builds the column.
#[derive(Debug)]
pub struct Repeated {
    /// Index of a known text and 1, or 0; as many as a power of two.
    slots: Vec<u32>,
    known: Vec<Known>,
    /// Index of the text of the row before.
    last: usize,
    keys: Numbers<u32>,
    distinct: Bytes,
}

/// A text that the column holds.
#[derive(Debug, Clone, Copy)]
struct Known {
    hash: u32,
    start: u32,
    end: u32,
}

impl Default for Repeated {
    fn default() -> Self {
        Self { slots: vec![0; FEWEST], known: Vec::new(), last: 0, keys: Numbers::default(), distinct: Bytes::default() }
    }
}

impl Repeated {
    /// Adds a row: valid UTF-8.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        let index = if self.holds(self.last, text) { self.last } else { self.find(text) };
        self.last = index;
        self.keys.push(index as u32);
    }

    /// Adds a row that may be null.
    #[inline]
    pub fn push_option(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.push(text),
            None => self.keys.push_option(None),
        }
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        self.slots.fill(0);
        self.known.clear();
        self.last = 0;
        let mut column = self.keys.finish();
        if let Values::Fixed(keys) = column.values {
            column.values = Values::Dictionary { keys, distinct: std::mem::take(&mut self.distinct) };
        }
        column
    }

    #[inline]
    fn holds(&self, index: usize, text: &[u8]) -> bool {
        let known = self.known.get(index);
        known.is_some_and(|known| equal(self.distinct.data.get(known.start as usize..known.end as usize).unwrap_or_default(), text))
    }

    fn find(&mut self, text: &[u8]) -> usize {
        let hash = hash(text);
        let mask = self.slots.len() - 1;
        for probe in 0..PROBES {
            let at = (hash as usize).wrapping_add(probe) & mask;
            let index = match self.slots.get(at) {
                Some(0) | None => {
                    let index = self.add(hash, text);
                    self.slots.get_mut(at).into_iter().for_each(|slot| *slot = index as u32 + 1);
                    self.grow();
                    return index;
                }
                Some(index) => *index as usize - 1,
            };
            if self.known.get(index).is_some_and(|known| known.hash == hash) && self.holds(index, text) {
                return index;
            }
        }
        self.add(hash, text)
    }

    fn add(&mut self, hash: u32, text: &[u8]) -> usize {
        let start = self.distinct.data.len() as u32;
        self.distinct.data.extend_from_slice(text);
        let end = self.distinct.data.len() as u32;
        self.distinct.offsets.extend_from_slice(&end.to_le_bytes());
        self.known.push(Known { hash, start, end });
        self.known.len() - 1
    }

    /// Keeps half of the slots free.
    fn grow(&mut self) {
        if self.known.len() * 2 <= self.slots.len() {
            return;
        }
        self.slots = vec![0; self.slots.len() * 4];
        let mask = self.slots.len() - 1;
        for (index, known) in self.known.iter().enumerate() {
            let places = (0..PROBES).map(|probe| (known.hash as usize).wrapping_add(probe) & mask);
            if let Some(at) = places.into_iter().find(|at| self.slots.get(*at) == Some(&0)) {
                self.slots.get_mut(at).into_iter().for_each(|slot| *slot = index as u32 + 1);
            }
        }
    }
}

/// Eight bytes at a time: what the target has for this goes byte by byte.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let words = words.iter().zip(other_words).all(|(one, other)| u64::from_le_bytes(*one) == u64::from_le_bytes(*other));
    words && rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

#[inline]
fn hash(text: &[u8]) -> u32 {
    let (words, rest) = text.as_chunks::<8>();
    let mut hash = text.len() as u64;
    for word in words {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(MIX);
    }
    let tail = rest.iter().fold(0, |tail: u64, byte| tail << 8 | u64::from(*byte));
    hash = (hash.rotate_left(23) ^ tail).wrapping_mul(MIX);
    (hash ^ hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_held_once_and_found_again_however_many_there_are() {
        let mut column = Repeated::default();
        let texts: Vec<String> = (0..3000).map(|number| format!("text number {}", number % 1000)).collect();
        texts.iter().for_each(|text| column.push(text.as_bytes()));
        column.push_option(None);
        let Column { valid, values: Values::Dictionary { keys, distinct }, .. } = column.finish() else { panic!("no dictionary") };
        assert_eq!(distinct.offsets.len(), 1001 * 4);
        assert_eq!(keys.len(), 3001 * 4);
        assert_eq!(valid.map(|valid| valid[375]), Some(0));
        let key = u32::from_le_bytes(*keys[2999 * 4..].first_chunk().unwrap()) as usize;
        let at = |index: usize| u32::from_le_bytes(*distinct.offsets[index * 4..].first_chunk().unwrap()) as usize;
        assert_eq!(&distinct.data[at(key)..at(key + 1)], b"text number 999");
    }

    #[test]
    fn texts_of_one_hash_are_still_told_apart() {
        let mut column = Repeated::default();
        let same = |column: &mut Repeated, text: &[u8]| {
            let index = column.add(7, text);
            column.slots[7 + index] = index as u32 + 1;
        };
        same(&mut column, b"one");
        same(&mut column, b"two");
        assert!(column.holds(0, b"one") && column.holds(1, b"two") && !column.holds(0, b"two"));
    }
}
