//! The distinct texts of a column chunk, in the order they came: found by hash, kept as the dictionary page has them.
//!
//! What a search costs is not work but memory that is not in the cache: the slot, then the text. So texts are looked up many at once, and first all
//! slots are read, then the beginnings of all texts: the waits overlap.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

/// Texts looked up at once: what they touch fits the first-level cache.
pub(super) const BLOCK: usize = 128;
/// Slots are a power of two; of the fewest this.
const FEWEST: u32 = 8;
/// Bytes of a length in PLAIN.
const LENGTH: usize = 4;

/// The dictionary.
pub(super) struct Known {
    slots: Vec<Slot>,
    /// There are two to the power of this many slots, at least half of them free.
    bits: u32,
    hasher: RandomState,
    /// As PLAIN has it: each text behind its length.
    plain: Vec<u8>,
    count: u32,
}

/// Leads to a text.
#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// Its index and 1; 0: the slot is free.
    next: u32,
    /// Where in the dictionary it begins.
    start: u32,
    length: u32,
}

impl Default for Known {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); 1 << FEWEST], bits: FEWEST, hasher: RandomState::default(), plain: Vec::new(), count: 0 }
    }
}

impl Known {
    /// The dictionary as PLAIN has it, and how many texts it has.
    pub(super) fn plain(&self) -> (&[u8], usize) {
        (&self.plain, self.count as usize)
    }

    /// Bytes held, apart from the dictionary itself.
    pub(super) fn overhead(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }

    /// The texts, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.plain.as_slice();
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk::<LENGTH>()?;
            let (text, next) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = next;
            Some(text)
        })
    }

    /// Appends the index of each text, of at most [`BLOCK`]; a new one joins the dictionary.
    pub(super) fn find(&mut self, texts: &[&[u8]], indices: &mut Vec<u32>) {
        let mut hashes = [0; BLOCK];
        hashes.iter_mut().zip(texts).for_each(|(hash, text)| *hash = self.hash(text));
        let mut slots = [Slot::default(); BLOCK];
        slots.iter_mut().zip(&hashes).take(texts.len()).for_each(|(slot, hash)| *slot = self.slot(self.place(*hash)));
        let mut heads = [None; BLOCK];
        heads.iter_mut().zip(&slots).take(texts.len()).for_each(|(head, slot)| *head = self.head(slot.start));
        for (((text, hash), slot), head) in texts.iter().zip(hashes).zip(slots).zip(heads) {
            let first = slot.next > 0 && slot.hash == hash && begins(text, head) && self.is(&slot, text);
            indices.push(if first { slot.next - 1 } else { self.search(text, hash) });
        }
    }

    fn hash(&self, text: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(text);
        (hasher.finish() >> 32) as u32
    }

    fn place(&self, hash: u32) -> usize {
        (hash >> (u32::BITS - self.bits)) as usize
    }

    fn slot(&self, at: usize) -> Slot {
        self.slots.get(at).copied().unwrap_or_default()
    }

    fn head(&self, start: u32) -> Option<[u8; 8]> {
        self.plain.get(start as usize..).and_then(|rest| rest.first_chunk()).copied()
    }

    fn is(&self, slot: &Slot, text: &[u8]) -> bool {
        let start = slot.start as usize;
        slot.length as usize == text.len() && self.plain.get(start..start + text.len()) == Some(text)
    }

    fn search(&mut self, text: &[u8], hash: u32) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = self.place(hash);
        loop {
            let slot = self.slot(at);
            if slot.next == 0 {
                return self.add(text, hash, at);
            }
            if slot.hash == hash && self.is(&slot, text) {
                return slot.next - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn add(&mut self, text: &[u8], hash: u32, at: usize) -> u32 {
        let length = text.len() as u32;
        self.plain.extend_from_slice(&length.to_le_bytes());
        // A start beyond 4 GiB finds no text again, which costs a double in the dictionary and nothing else.
        let start = u32::try_from(self.plain.len()).unwrap_or(u32::MAX);
        self.plain.extend_from_slice(text);
        self.count += 1;
        if let Some(free) = self.slots.get_mut(at) {
            *free = Slot { hash, next: self.count, start, length };
        }
        if self.count as usize * 2 > self.slots.len() {
            self.grow();
        }
        self.count - 1
    }

    fn grow(&mut self) {
        self.bits += 1;
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); 1 << self.bits]);
        let mask = self.slots.len() - 1;
        for slot in old.into_iter().filter(|slot| slot.next > 0) {
            let mut at = self.place(slot.hash);
            while self.slot(at).next > 0 {
                at = (at + 1) & mask;
            }
            self.slots.get_mut(at).into_iter().for_each(|free| *free = slot);
        }
    }
}

/// Whether a text may begin like that: what is shorter, or stands at the dictionary's end, may be anything.
fn begins(text: &[u8], head: Option<[u8; 8]>) -> bool {
    match (text.first_chunk::<8>(), head) {
        (Some(text), Some(head)) => *text == head,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(known: &mut Known, texts: &[String]) -> Vec<u32> {
        let mut indices = Vec::new();
        let texts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        texts.chunks(BLOCK).for_each(|block| known.find(block, &mut indices));
        indices
    }

    #[test]
    fn each_text_is_kept_once_and_found_again_however_many_there_are() {
        let mut known = Known::default();
        let texts: Vec<String> = (0..100_000).map(|number| format!("{}", number % 40_000)).collect();
        let expected: Vec<u32> = (0..100_000).map(|number| number % 40_000).collect();
        assert_eq!(find(&mut known, &texts), expected);
        assert_eq!(find(&mut known, &texts), expected);
        assert!(known.texts().eq(texts.iter().take(40_000).map(String::as_bytes)));
        assert_eq!(known.plain().1, 40_000);
    }

    #[test]
    fn a_text_that_is_new_twice_in_one_block_is_kept_once() {
        let mut known = Known::default();
        let texts = ["", "a", "", "a", "longer than eight", "longer than eight bytes", "longer than eight"].map(str::to_owned);
        assert_eq!(find(&mut known, &texts), [0, 1, 0, 1, 2, 3, 2]);
        assert!(known.texts().eq(["", "a", "longer than eight", "longer than eight bytes"].map(str::as_bytes)));
    }

    #[test]
    fn texts_of_one_hash_are_told_apart() {
        let mut known = Known::default();
        let texts: Vec<String> = (0..50).map(|number| format!("text {number}")).collect();
        for _ in 0..2 {
            let indices: Vec<u32> = texts.iter().map(|text| known.search(text.as_bytes(), u32::MAX)).collect();
            assert!(indices.into_iter().eq(0..50));
        }
    }
}
