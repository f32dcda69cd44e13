//! A column of texts that repeat. Looking a text up takes no memory of its own: a short one is its own key, and a longer one is compared with the texts
//! that the column holds already. A column whose texts turn out not to repeat goes without all that for a while.

use weir_sdk::{Bytes, Column, Numbers, Values};

use crate::tidy::tidy;

/// After so many texts in the way a text is taken as new, so that nobody makes the search slow with texts that he chose.
const PROBES: usize = 24;
/// Slots are as many as a power of two; of the fewest this.
const FEWEST: u32 = 6;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
/// Outputs that a column of which hardly two rows were the same is written as it is, before it is tried again.
const PLAIN: u32 = 15;

/// Marks the keys of texts of eight bytes and more, which more than one text may have.
const LONG: u64 = 1 << 63;

/// Builds the column.
#[derive(Debug)]
pub struct Repeated {
    slots: Vec<Slot>,
    /// There are two to the power of this many slots.
    bits: u32,
    /// Where each text begins and ends.
    known: Vec<(u32, u32)>,
    /// Of the row before.
    last: Slot,
    keys: Numbers<u32>,
    rows: usize,
    distinct: Bytes,
    /// Outputs to come, this one included, in which each row's text is written as it is.
    plain: u32,
}

/// Leads to a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slot {
    key: u64,
    /// Its index and 1; 0: the slot is free.
    next: u32,
}

impl Default for Repeated {
    fn default() -> Self {
        let slots = vec![Slot::default(); 1 << FEWEST];
        let (keys, distinct) = (Numbers::default(), Bytes::default());
        Self { slots, bits: FEWEST, known: Vec::new(), last: Slot::default(), keys, rows: 0, distinct, plain: 0 }
    }
}

impl Repeated {
    /// Adds a row: valid UTF-8.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        self.push_text(text, None);
    }

    /// Adds a row: a quoted text, tidied.
    #[inline]
    pub fn push_tidy(&mut self, text: &[u8], scratch: &mut Vec<u8>) {
        self.push_text(text, Some(scratch));
    }

    /// Adds a row that may be null.
    #[inline]
    pub fn push_option(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.push(text),
            None => self.push_null(),
        }
    }

    fn push_null(&mut self) {
        self.keys.push_option(None);
        if self.plain > 0 {
            self.end_text();
        }
    }

    #[inline]
    fn push_text(&mut self, text: &[u8], scratch: Option<&mut Vec<u8>>) {
        if self.plain > 0 {
            return self.push_plain(text, scratch);
        }
        let key = key(text);
        if self.last.key != key || !self.is(self.last, text) {
            self.last = self.find(key, text, scratch);
        }
        self.keys.push(self.last.next.wrapping_sub(1));
        self.rows += 1;
    }

    fn push_plain(&mut self, text: &[u8], scratch: Option<&mut Vec<u8>>) {
        self.distinct.data.extend_from_slice(scratch.map_or(text, |scratch| tidy(text, scratch)));
        self.end_text();
        self.keys.push(0);
    }

    fn end_text(&mut self) -> u32 {
        let end = self.distinct.data.len() as u32;
        self.distinct.offsets.extend_from_slice(&end.to_le_bytes());
        end
    }

    /// The column; the builder starts anew.
    pub fn finish(&mut self) -> Column {
        let mut column = self.keys.finish();
        let room = Bytes { offsets: vec![0; 4], data: Vec::with_capacity(self.distinct.data.len()) };
        let texts = std::mem::replace(&mut self.distinct, room);
        column.values = match column.values {
            Values::Fixed(keys) if self.plain == 0 => Values::Dictionary { keys, distinct: texts },
            _ => Values::Bytes(texts),
        };
        // Of few rows the next ones say more.
        let varied = self.rows >= 1024 && self.known.len() * 4 > self.rows * 3;
        self.plain = if varied { PLAIN } else { self.plain.saturating_sub(1) };
        self.clear();
        column
    }

    fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.known.clear();
        self.last = Slot::default();
        self.rows = 0;
    }

    /// Whether a slot of the text's key leads to the text.
    #[inline]
    fn is(&self, slot: Slot, text: &[u8]) -> bool {
        let Some((start, end)) = self.known.get(slot.next.wrapping_sub(1) as usize) else { return false };
        slot.key < LONG || equal(self.distinct.data.get(*start as usize..*end as usize).unwrap_or_default(), text)
    }

    /// What is new is made tidy where `scratch` is given: what is known is tidy already.
    fn find(&mut self, key: u64, text: &[u8], scratch: Option<&mut Vec<u8>>) -> Slot {
        let first = self.place(key);
        for probe in 0..PROBES {
            let at = (first + probe) & (self.slots.len() - 1);
            let slot = self.slots.get(at).copied().unwrap_or_default();
            if slot.next == 0 {
                return self.add(key, text, Some(at), scratch);
            }
            if slot.key == key && self.is(slot, text) {
                return slot;
            }
        }
        self.add(key, text, None, scratch)
    }

    fn place(&self, key: u64) -> usize {
        (key.wrapping_mul(MIX) >> (64 - self.bits)) as usize
    }

    fn add(&mut self, key: u64, text: &[u8], at: Option<usize>, scratch: Option<&mut Vec<u8>>) -> Slot {
        if let Some(scratch) = scratch {
            let text = tidy(text, scratch);
            return self.find(self::key(text), text, None);
        }
        let start = self.distinct.data.len() as u32;
        self.distinct.data.extend_from_slice(text);
        let end = self.end_text();
        self.known.push((start, end));
        let slot = Slot { key, next: self.known.len() as u32 };
        if let Some(free) = at.and_then(|at| self.slots.get_mut(at)) {
            *free = slot;
            self.grow();
        }
        slot
    }

    /// Keeps half of the slots free.
    fn grow(&mut self) {
        if self.known.len() * 2 <= self.slots.len() {
            return;
        }
        self.bits += 1;
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); 1 << self.bits]);
        for slot in old.into_iter().filter(|slot| slot.next > 0) {
            let (first, mask) = (self.place(slot.key), self.slots.len() - 1);
            let mut places = (0..PROBES).map(|probe| (first + probe) & mask);
            if let Some(free) = places.find(|at| self.slots.get(*at).is_some_and(|slot| slot.next == 0)) {
                self.slots.get_mut(free).into_iter().for_each(|free| *free = slot);
            }
        }
    }
}

/// Eight bytes at a time, the last eight once more where they are not a whole: what the target has for this goes byte by byte. Of texts of eight bytes
/// and more.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    let words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    one.len() == other.len()
        && one.last_chunk::<8>() == other.last_chunk::<8>()
        && words.into_iter().all(|(one, other)| u64::from_le_bytes(*one) == u64::from_le_bytes(*other))
}

/// Of less than eight bytes the bytes and their number, of more a hash.
#[inline]
fn key(text: &[u8]) -> u64 {
    let Some(last) = text.last_chunk::<8>() else { return short(text) };
    let mix = |hash: u64, word: &[u8; 8]| (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(MIX);
    // Two at a time: a multiplication waits for the one before it.
    let (mut even, mut odd) = (mix(text.len() as u64, last), 0);
    let (pairs, rest) = text.as_chunks::<8>().0.as_chunks::<2>();
    for [one, other] in pairs {
        even = mix(even, one);
        odd = mix(odd, other);
    }
    let hash = rest.iter().fold(even, mix) ^ odd.rotate_left(32);
    // What a multiplication does to the upper bytes is seen in the upper bits alone.
    hash >> 32 ^ hash | LONG
}

#[inline]
fn short(text: &[u8]) -> u64 {
    let length = (text.len() as u64) << 56;
    let byte = |byte: &u8, at: u32| u64::from(*byte) << at;
    match (text.first_chunk::<4>(), text.last_chunk::<4>(), text) {
        (Some(first), Some(last), _) => {
            // The last four bytes without those that are among the first four.
            let behind = u64::from(u32::from_le_bytes(*last)) >> (8 * (8 - text.len().min(8)));
            length | behind << 32 | u64::from(u32::from_le_bytes(*first))
        }
        (_, _, [a]) => length | byte(a, 0),
        (_, _, [a, b]) => length | byte(a, 0) | byte(b, 8),
        (_, _, [a, b, c]) => length | byte(a, 0) | byte(b, 8) | byte(c, 16),
        _ => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(column: &mut Repeated) -> (Vec<u32>, Vec<String>) {
        let Column { values: Values::Dictionary { keys, distinct }, .. } = column.finish() else { panic!("no dictionary") };
        let numbers = |bytes: &[u8]| bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect::<Vec<_>>();
        let ends = numbers(&distinct.offsets);
        let texts = ends.windows(2).map(|ends| String::from_utf8(distinct.data[ends[0] as usize..ends[1] as usize].to_vec()).unwrap());
        (numbers(&keys), texts.collect())
    }

    #[test]
    fn each_text_is_held_once_and_found_again_however_many_there_are() {
        for kind in ["text number ", "n"] {
            let mut column = Repeated::default();
            let texts: Vec<String> = (0..30_000).map(|number| format!("{kind}{}", number % 10_000)).collect();
            texts.iter().for_each(|text| column.push(text.as_bytes()));
            let (keys, distinct) = dictionary(&mut column);
            assert_eq!(distinct.len(), 10_000);
            assert!(keys.iter().zip(&texts).all(|(key, text)| distinct[*key as usize] == *text));
        }
    }

    #[test]
    fn a_column_whose_texts_do_not_repeat_is_written_as_it_is_and_later_tried_again() {
        let mut column = Repeated::default();
        let mut kind = || {
            (0..2000).for_each(|number| column.push(format!("text {number}").as_bytes()));
            column.push_option(None);
            column.push_tidy(b"\"a  b\"", &mut Vec::new());
            let Column { valid, values, .. } = column.finish();
            assert_eq!(valid.map(|valid| valid[250]), Some(0b10));
            match values {
                Values::Bytes(Bytes { offsets, data }) => {
                    assert!(data.ends_with(b"text 1999\"a b\""));
                    assert_eq!(offsets.len(), 2003 * 4);
                    "plain"
                }
                _ => "dictionary",
            }
        };
        let kinds: Vec<_> = (0..17).map(|_| kind()).collect();
        assert_eq!((kinds[0], kinds[16]), ("dictionary", "dictionary"));
        assert!(kinds[1..16].iter().all(|kind| *kind == "plain"));
    }

    #[test]
    fn a_null_and_an_empty_text_are_two_things() {
        let mut column = Repeated::default();
        column.push_option(None);
        column.push(b"");
        column.push_option(None);
        let Column { valid, .. } = column.finish();
        assert_eq!(valid, Some(vec![0b010]));
        column.push(b"");
        assert_eq!(dictionary(&mut column), (vec![0], vec![String::new()]));
    }

    #[test]
    fn texts_are_compared_to_their_last_byte() {
        let text = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
        for length in 0..text.len() {
            for at in 0..length {
                let mut other = text[..length].to_vec();
                assert_eq!(key(&text[..length]), key(&other));
                other[at] ^= 1;
                assert!(key(&text[..length]) != key(&other) && (length < 8 || !equal(&text[..length], &other)), "{length} {at}");
            }
            assert_ne!(key(&text[..length]), key(&text[..length + 1]));
        }
        assert_ne!(key(b"\0"), key(b"\0\0"));
    }

    #[test]
    fn texts_of_one_key_are_told_apart_and_many_of_them_are_still_found_in_bounded_time() {
        let mut column = Repeated::default();
        for number in 0..100 {
            let text = format!("text number {number}");
            let slot = column.find(LONG | 7, text.as_bytes(), None);
            assert!(column.is(slot, text.as_bytes()));
            let again = column.find(LONG | 7, text.as_bytes(), None);
            assert!(column.is(again, text.as_bytes()) && (number >= PROBES || again == slot));
        }
    }

    #[test]
    fn a_text_and_what_it_becomes_when_tidied_are_one() {
        let (mut column, mut scratch) = (Repeated::default(), Vec::new());
        for text in ["\"a  value\"", "\"a value\"", "\"a\tvalue\"", "\"a  value\""] {
            column.push_tidy(text.as_bytes(), &mut scratch);
        }
        assert_eq!(dictionary(&mut column), (vec![0; 4], vec!["\"a value\"".to_owned()]));
    }
}
