//! A column of texts that repeat. A short text is its own key; a longer one is found by its hash and compared with the texts that the column holds
//! already. A column whose texts turn out not to repeat goes without all that for a while.

use weir_sdk::{Column, NumberCells, Values};

use crate::plain::Plain;
use crate::rows::ROWS;
use crate::text::{SHORT, Text};
use crate::tidy::tidy;

/// After so many texts in the way a text is taken as new, so that nobody makes the search slow with texts that he chose.
const PROBES: usize = 24;
/// Places are as many as a power of two; of the fewest this.
const FEWEST: u32 = 6;
/// There are at least as many places as texts times two to the power of this.
const SPARE: u32 = 2;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
/// Outputs that a column of which hardly two rows were the same is written as it is, before it is tried again.
const PLAIN: u32 = 15;

/// Builds the column.
#[derive(Debug)]
pub struct Repeated {
    /// The number of the text that has this place and 1; 0: free. Small, and the keys lie close together: both stay in the cache.
    places: Vec<u16>,
    /// There are two to the power of this many places.
    bits: u32,
    /// Of each text.
    keys: Vec<Key>,
    texts: Plain,
    /// The number of each row's text; of a plain column what is null.
    rows: NumberCells<u32, ROWS>,
    /// Outputs to come, this one included, in which each row's text is written as it is.
    plain: u32,
}

/// What tells short texts apart, and most long ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    low: u64,
    high: u64,
    length: u32,
}

impl Key {
    #[inline(always)]
    fn of(text: Text<'_>) -> Self {
        let (low, high) = if text.len() <= SHORT { text.words() } else { (hash(text.bytes()), 0) };
        Self { low, high, length: text.len() as u32 }
    }

    /// One of two to the power of `bits` places.
    #[inline(always)]
    fn place(self, bits: u32) -> usize {
        let mixed = (self.low ^ self.high.rotate_left(29) ^ u64::from(self.length) << 56).wrapping_mul(MIX);
        // What a multiplication does to the upper bytes is seen in the upper bits alone.
        ((mixed ^ mixed >> 32).wrapping_mul(MIX) >> (u64::BITS - bits)) as usize
    }

    #[inline(always)]
    fn is_all(self) -> bool {
        self.length as usize <= SHORT
    }
}

impl Default for Repeated {
    fn default() -> Self {
        Self {
            places: vec![0; 1 << FEWEST],
            bits: FEWEST,
            keys: Vec::new(),
            texts: Plain::default(),
            rows: NumberCells::default(),
            plain: 0,
        }
    }
}

impl Repeated {
    /// A column of which it is known beforehand that its texts do not repeat.
    pub fn varied() -> Self {
        Self { plain: u32::MAX, ..Self::default() }
    }

    /// Sets the next row, which is of this number: valid UTF-8.
    #[inline(always)]
    pub fn push(&mut self, row: usize, text: Text<'_>) {
        self.push_text(row, text, None);
    }

    /// Sets the next row to a quoted text, tidied.
    #[inline(always)]
    pub fn push_tidy(&mut self, row: usize, text: Text<'_>, scratch: &mut Vec<u8>) {
        self.push_text(row, text, Some(scratch));
    }

    /// Sets the next row, which may be null.
    #[inline(always)]
    pub fn push_option(&mut self, row: usize, text: Option<Text<'_>>) {
        match text {
            Some(text) => self.push(row, text),
            None => self.push_null(row),
        }
    }

    fn push_null(&mut self, row: usize) {
        self.rows.set_null(row);
        if self.plain > 0 {
            self.texts.end_text();
        }
    }

    #[inline(always)]
    fn push_text(&mut self, row: usize, text: Text<'_>, scratch: Option<&mut Vec<u8>>) {
        if self.plain > 0 {
            return self.push_plain(row, text, scratch);
        }
        let key = Key::of(text);
        let first = self.places.get(key.place(self.bits)).copied().unwrap_or_default();
        let number = match self.is(first, key, text) {
            true => u32::from(first) - 1,
            false => self.find(key, text, scratch),
        };
        self.rows.set(row, number);
    }

    #[inline(never)]
    fn push_plain(&mut self, row: usize, text: Text<'_>, scratch: Option<&mut Vec<u8>>) {
        self.texts.push(scratch.map_or(text, |scratch| tidy(text, scratch)));
        self.rows.set(row, 0);
    }

    /// The column of the first `rows` rows; the builder starts anew.
    pub fn finish(&mut self, rows: usize) -> Column {
        let mut column = self.rows.finish(rows);
        // Of few rows the next ones say more.
        let varied = self.plain == 0 && rows >= 1024 && self.texts.count() * 4 > rows * 3;
        let texts = self.texts.finish();
        column.values = match column.values {
            Values::Fixed(keys) if self.plain == 0 => Values::Dictionary { keys, distinct: texts },
            _ => Values::Bytes(texts),
        };
        self.plain = if varied { PLAIN } else { self.plain.saturating_sub(1) };
        self.places.fill(0);
        self.keys.clear();
        column
    }

    /// Whether the text of a place, if there is one, is this.
    #[inline(always)]
    fn is(&self, place: u16, key: Key, text: Text<'_>) -> bool {
        let number = usize::from(place).wrapping_sub(1);
        self.keys.get(number).is_some_and(|known| *known == key)
            && (key.is_all() || self.texts.get(number).is_some_and(|known| equal(known, text.bytes())))
    }

    /// What is new is made tidy where `scratch` is given: what is known is tidy already.
    #[inline(never)]
    fn find(&mut self, key: Key, text: Text<'_>, scratch: Option<&mut Vec<u8>>) -> u32 {
        let first = key.place(self.bits);
        for probe in 0..PROBES {
            let at = (first + probe) & (self.places.len() - 1);
            let place = self.places.get(at).copied().unwrap_or_default();
            if place == 0 {
                return self.add(key, text, Some(at), scratch);
            }
            if self.is(place, key, text) {
                return u32::from(place) - 1;
            }
        }
        self.add(key, text, None, scratch)
    }

    fn add(&mut self, key: Key, text: Text<'_>, at: Option<usize>, scratch: Option<&mut Vec<u8>>) -> u32 {
        if let Some(scratch) = scratch {
            let text = tidy(text, scratch);
            return self.find(Key::of(text), text, None);
        }
        self.keys.push(key);
        self.texts.push(text);
        let count = self.keys.len();
        if let Some(free) = at.and_then(|at| self.places.get_mut(at)) {
            *free = u16::try_from(count).unwrap_or_default();
        }
        if count << SPARE > self.places.len() {
            self.grow();
        }
        count as u32 - 1
    }

    fn grow(&mut self) {
        self.bits += 1;
        self.places.clear();
        self.places.resize(1 << self.bits, 0);
        let mask = self.places.len() - 1;
        for (number, key) in (1..).zip(&self.keys) {
            let first = key.place(self.bits);
            let mut places = (0..PROBES).map(|probe| (first + probe) & mask);
            if let Some(free) = places.find(|at| self.places.get(*at) == Some(&0)) {
                self.places.get_mut(free).into_iter().for_each(|free| *free = number);
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

/// Of texts of eight bytes and more.
#[inline]
fn hash(text: &[u8]) -> u64 {
    let mix = |hash: u64, word: &[u8; 8]| (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(MIX);
    // Two at a time: a multiplication waits for the one before it.
    let (mut even, mut odd) = (mix(text.len() as u64, text.last_chunk().unwrap_or(&[0; 8])), 0);
    let (pairs, rest) = text.as_chunks::<8>().0.as_chunks::<2>();
    for [one, other] in pairs {
        even = mix(even, one);
        odd = mix(odd, other);
    }
    rest.iter().fold(even, mix) ^ odd.rotate_left(32)
}

#[cfg(test)]
mod tests {
    use weir_sdk::Bytes;

    use super::*;

    fn dictionary(column: &mut Repeated, rows: usize) -> (Vec<u32>, Vec<String>) {
        let Column { values: Values::Dictionary { keys, distinct }, .. } = column.finish(rows) else { panic!("no dictionary") };
        let numbers = |bytes: &[u8]| bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect::<Vec<_>>();
        let ends = numbers(&distinct.offsets);
        let texts = ends.windows(2).map(|ends| String::from_utf8(distinct.data[ends[0] as usize..ends[1] as usize].to_vec()).unwrap());
        (numbers(&keys), texts.collect())
    }

    #[test]
    fn each_text_is_held_once_and_found_again_however_many_there_are() {
        for kind in ["text number ", "n"] {
            let mut column = Repeated::default();
            let texts: Vec<String> = (0..3 * ROWS).map(|number| format!("{kind}{}", number % 1000)).collect();
            texts.chunks(ROWS).for_each(|texts| {
                texts.iter().enumerate().for_each(|(row, text)| column.push(row, Text::alone(text.as_bytes())));
                let (keys, distinct) = dictionary(&mut column, texts.len());
                assert_eq!(distinct.len(), texts.len().min(1000));
                assert!(keys.iter().zip(texts).all(|(key, text)| distinct[*key as usize] == *text));
            });
        }
    }

    #[test]
    fn a_column_whose_texts_do_not_repeat_is_written_as_it_is_and_later_tried_again() {
        let mut column = Repeated::default();
        let mut kind = || {
            (0..2000).for_each(|number| column.push(number, Text::alone(format!("text {number}").as_bytes())));
            column.push_option(2000, None);
            column.push_tidy(2001, Text::alone(b"\"a  b\""), &mut Vec::new());
            let Column { valid, values, .. } = column.finish(2002);
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
        column.push_option(0, None);
        column.push(1, Text::alone(b""));
        column.push_option(2, None);
        let Column { valid, .. } = column.finish(3);
        assert_eq!(valid, Some(vec![0b010]));
        column.push(0, Text::alone(b""));
        assert_eq!(dictionary(&mut column, 1), (vec![0], vec![String::new()]));
    }

    #[test]
    fn texts_are_compared_to_their_last_byte() {
        let text = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
        fn key(text: &[u8]) -> Key {
            Key::of(Text::alone(text))
        }
        for length in 0..text.len() {
            for at in 0..length {
                let mut other = text[..length].to_vec();
                assert_eq!(key(&text[..length]), key(&other));
                other[at] ^= 1;
                assert!(key(&text[..length]) != key(&other) && (length <= SHORT || !equal(&text[..length], &other)), "{length} {at}");
            }
            assert_ne!(key(&text[..length]), key(&text[..length + 1]));
        }
        assert_ne!(key(b"\0"), key(b"\0\0"));
    }

    #[test]
    fn texts_of_one_key_are_told_apart_and_many_of_them_are_still_found_in_bounded_time() {
        let mut column = Repeated::default();
        let key = Key { low: 7, high: 0, length: 31 };
        for number in 0..100 {
            let text = format!("a long text of a number {number:7}");
            let text = Text::alone(text.as_bytes());
            let found = column.find(key, text, None);
            let again = column.find(key, text, None);
            assert!([found, again].into_iter().all(|number| column.texts.get(number as usize) == Some(text.bytes())));
            assert!(number >= PROBES || again == found);
        }
    }

    #[test]
    fn a_text_and_what_it_becomes_when_tidied_are_one() {
        let (mut column, mut scratch) = (Repeated::default(), Vec::new());
        for (row, text) in ["\"a  value\"", "\"a value\"", "\"a\tvalue\"", "\"a  value\""].into_iter().enumerate() {
            column.push_tidy(row, Text::alone(text.as_bytes()), &mut scratch);
        }
        assert_eq!(dictionary(&mut column, 4), (vec![0; 4], vec!["\"a value\"".to_owned()]));
    }
}
