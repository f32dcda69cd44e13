//! The distinct keys of a dictionary column, numbered in the order they came.

use std::hash::{Hash, Hasher};

/// Finds the number of a key by open addressing over a table of numbers, of which at least half are free.
///
/// The hash is one multiplication a word, since most keys are one or two words and the sandbox has no wider one. Whoever chooses the keys can make
/// them collide, which costs him at most the square of one batch: the table starts anew with each.
#[derive(Debug)]
pub(crate) struct Distinct<K> {
    keys: Vec<K>,
    /// Number + 1 of the key that has this place; 0: free. A power of two of places.
    places: Vec<u32>,
    /// The number found last: many columns repeat, and comparing is cheaper than hashing.
    last: u32,
}

/// Places of an empty table.
const PLACES: usize = 16;

impl<K> Default for Distinct<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), places: vec![0; PLACES], last: 0 }
    }
}

impl<K: Eq + Hash> Distinct<K> {
    /// The number of `key`; `new` is told of a key that had none.
    #[inline]
    pub fn number(&mut self, key: K, new: impl FnOnce(&K)) -> u32 {
        if self.keys.get(self.last as usize) != Some(&key) {
            self.last = self.find(key, new);
        }
        self.last
    }

    #[inline]
    fn find(&mut self, key: K, new: impl FnOnce(&K)) -> u32 {
        let mask = self.places.len() - 1;
        let mut at = place(&key, self.places.len());
        while let Some(&taken @ 1..) = self.places.get(at) {
            if self.keys.get(taken as usize - 1) == Some(&key) {
                return taken - 1;
            }
            at = (at + 1) & mask;
        }
        self.add(key, at, new)
    }

    /// Apart, so that a key that is known is found without a call.
    #[inline(never)]
    fn add(&mut self, key: K, at: usize, new: impl FnOnce(&K)) -> u32 {
        new(&key);
        self.keys.push(key);
        let count = self.keys.len() as u32;
        if let Some(free) = self.places.get_mut(at) {
            *free = count;
        }
        if self.keys.len() * 2 > self.places.len() {
            self.grow();
        }
        count - 1
    }

    #[inline(never)]
    fn grow(&mut self) {
        let count = self.places.len() * 2;
        self.places.clear();
        self.places.resize(count, 0);
        for (number, key) in (1..).zip(&self.keys) {
            let mut at = place(key, count);
            while self.places.get(at).is_some_and(|&taken| taken != 0) {
                at = (at + 1) & (count - 1);
            }
            if let Some(free) = self.places.get_mut(at) {
                *free = number;
            }
        }
    }

    /// Forgets all keys.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.places.fill(0);
        self.last = 0;
    }
}

/// The upper bits of the hash: the lower ones of a product depend on few bits of the key.
#[inline]
fn place<K: Hash>(key: &K, places: usize) -> usize {
    let mut words = Words(0);
    key.hash(&mut words);
    (words.0 >> (64 - places.trailing_zeros())) as usize
}

/// Multiplies word by word with 2^64 over the golden ratio.
struct Words(u64);

impl Words {
    #[inline]
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(32) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Words {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        self.add(rest.iter().fold(rest.len() as u64, |word, &byte| word << 8 | u64::from(byte)));
    }

    #[inline]
    fn write_u8(&mut self, word: u8) {
        self.add(word.into());
    }

    #[inline]
    fn write_u16(&mut self, word: u16) {
        self.add(word.into());
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.add(word.into());
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_in_the_order_they_came_however_many_there_are() {
        let mut distinct = Distinct::default();
        for round in 0..3 {
            let mut new = 0;
            let numbers: Vec<_> = (0..5000u64).map(|key| distinct.number(key << (round * 20), |_| new += 1)).collect();
            assert_eq!((numbers, new), ((0..5000).collect(), 5000));
            assert_eq!(distinct.number(4321 << (round * 20), |_| panic!("known")), 4321);
            distinct.clear();
        }
    }

    #[test]
    fn keys_of_equal_hash_are_told_apart() {
        #[derive(PartialEq, Eq)]
        struct Same(u32);
        impl Hash for Same {
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u32(7);
            }
        }
        let mut distinct = Distinct::default();
        let numbers = [3, 1, 2, 1, 3].map(|key| distinct.number(Same(key), |_| {}));
        assert_eq!(numbers, [0, 1, 2, 1, 0]);
    }
}
