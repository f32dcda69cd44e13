//! Columns of text.

use std::hash::BuildHasher;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use arrow_cast::cast;
use arrow_schema::DataType;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use parquet::bloom_filter::Sbbf;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::{Statistics, ValueStatistics};

use super::bounds::Bounds;
use super::column::Values;

/// Longest bound that is kept, bytes; what is longer is cut. Of readers' sake: bounds lie in the footer.
const BOUND: usize = 64;
/// Bytes of a length in PLAIN.
const LENGTH: usize = 4;

/// The values of a column of text, from plain arrays and from dictionaries.
#[derive(Default)]
pub(super) struct Texts {
    table: HashTable<Known>,
    hasher: RandomState,
    /// As PLAIN has it: each text behind its length.
    dictionary: Vec<u8>,
    distinct: u32,
    bounds: Bounds<Vec<u8>>,
}

/// A text of the dictionary. Small, and with all that a search needs: what a search costs is memory that is not in the cache.
struct Known {
    /// The upper half: the table itself goes by the lower.
    hash: u32,
    index: u32,
    /// Where the text begins in the dictionary.
    start: u32,
}

/// How the values of a batch lie.
enum Batch {
    Plain(StringArray),
    Dictionary(DictionaryArray<UInt32Type>, StringArray),
}

impl Batch {
    fn of(array: &ArrayRef) -> Result<Self> {
        if let Some(texts) = array.as_string_opt::<i32>() {
            return Ok(Self::Plain(texts.clone()));
        }
        if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>()
            && let Some(values) = dictionary.values().as_string_opt::<i32>().filter(|values| values.null_count() == 0)
        {
            return Ok(Self::Dictionary(dictionary.clone(), values.clone()));
        }
        let texts = cast(array, &DataType::Utf8)?;
        Ok(Self::Plain(texts.as_string::<i32>().clone()))
    }

    /// The value of each row that is not null.
    fn each(&self, mut each: impl FnMut(&[u8])) {
        match self {
            Self::Plain(texts) => texts.iter().flatten().for_each(|text| each(text.as_bytes())),
            Self::Dictionary(dictionary, values) => {
                dictionary.keys().iter().flatten().for_each(|key| each(text_at(values, key)));
            }
        }
    }
}

fn text_at(values: &StringArray, key: u32) -> &[u8] {
    // Arrow has checked the keys when the array was made.
    if (key as usize) < values.len() { values.value(key as usize).as_bytes() } else { &[] }
}

impl Texts {
    fn find(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let half = (hash >> 32) as u32;
        let same = |known: &Known| known.hash == half && stored(&self.dictionary, known.start) == text;
        if let Some(known) = self.table.find(hash, same) {
            return known.index;
        }
        self.dictionary.extend_from_slice(&(text.len() as u32).to_le_bytes());
        // A start beyond 4 GiB finds no text again, which costs a double in the dictionary and nothing else.
        let start = u32::try_from(self.dictionary.len()).unwrap_or(u32::MAX);
        self.dictionary.extend_from_slice(text);
        let index = self.distinct;
        self.distinct += 1;
        let (dictionary, hasher) = (&self.dictionary, &self.hasher);
        self.table.insert_unique(hash, Known { hash: half, index, start }, |known| hasher.hash_one(stored(dictionary, known.start)));
        index
    }

    /// Each text that a row has is looked up once, in the order of the batch's dictionary: a tight loop lets the waits for memory overlap.
    fn index_dictionary(&mut self, dictionary: &DictionaryArray<UInt32Type>, values: &StringArray, indices: &mut Vec<u32>) {
        let mut found = vec![UNUSED; values.len()];
        let mut mark = |key: u32| found.get_mut(key as usize).into_iter().for_each(|found| *found = USED);
        match dictionary.null_count() {
            0 => dictionary.keys().values().iter().for_each(|key| mark(*key)),
            _ => dictionary.keys().iter().flatten().for_each(mark),
        }
        let mut bounds: Option<(&[u8], &[u8])> = None;
        for (key, found) in found.iter_mut().enumerate().filter(|(_, found)| **found == USED) {
            let text = values.value(key).as_bytes();
            bounds = Some(bounds.map_or((text, text), |(least, greatest)| (least.min(text), greatest.max(text))));
            *found = self.find(text);
        }
        let index = |key: u32| found.get(key as usize).copied().unwrap_or(0);
        match dictionary.null_count() {
            0 => indices.extend(dictionary.keys().values().iter().map(|key| index(*key))),
            _ => indices.extend(dictionary.keys().iter().flatten().map(index)),
        }
        if let Some((least, greatest)) = bounds {
            self.bounds.widen(least, greatest);
        }
    }
}

/// Marks for texts that no row has, and that a row has.
const UNUSED: u32 = u32::MAX;
const USED: u32 = u32::MAX - 1;

/// The text that begins at `start`.
fn stored(dictionary: &[u8], start: u32) -> &[u8] {
    let start = start as usize;
    let length = dictionary.get(start.saturating_sub(LENGTH)..start).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
    dictionary.get(start..start + length as usize).unwrap_or_default()
}

impl Values for Texts {
    fn index(&mut self, array: &ArrayRef, indices: &mut Vec<u32>) -> Result<()> {
        match Batch::of(array)? {
            Batch::Dictionary(dictionary, values) => self.index_dictionary(&dictionary, &values, indices),
            batch => batch.each(|text| {
                self.bounds.widen(text, text);
                indices.push(self.find(text));
            }),
        }
        Ok(())
    }

    fn plain(&mut self, array: &ArrayRef, out: &mut Vec<u8>, mut bloom: Option<&mut Sbbf>) -> Result<()> {
        Batch::of(array)?.each(|text| {
            self.bounds.widen(text, text);
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text);
            if let Some(bloom) = &mut bloom {
                bloom.insert(text);
            }
        });
        Ok(())
    }

    fn rows_within(&self, array: &ArrayRef, from: usize, bytes: usize) -> usize {
        let Ok(batch) = Batch::of(&array.slice(from, array.len() - from)) else { return 1 };
        let (mut rows, mut size) = (0, 0);
        batch.each(|text| {
            size += text.len() + LENGTH;
            rows += usize::from(size <= bytes);
        });
        rows.max(1)
    }

    fn dictionary(&self) -> (&[u8], usize) {
        (&self.dictionary, self.distinct as usize)
    }

    fn fill(&self, bloom: &mut Sbbf) {
        self.table.iter().for_each(|known| bloom.insert(stored(&self.dictionary, known.start)));
    }

    fn end_page(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.bounds.end_page().map(|(least, greatest)| (floor(&least).to_vec(), ceiling(&greatest)))
    }

    fn statistics(&self, nulls: u64) -> Statistics {
        let bounds = self.bounds.chunk().map(|(least, greatest)| (floor(least).to_vec(), ceiling(greatest)));
        let exact = self.bounds.chunk().is_none_or(|(least, greatest)| least.len() <= BOUND && greatest.len() <= BOUND);
        let (least, greatest) = bounds.unzip();
        let values = ValueStatistics::new(least.map(ByteArray::from), greatest.map(ByteArray::from), None, Some(nulls), false);
        Statistics::ByteArray(values.with_min_is_exact(exact).with_max_is_exact(exact))
    }

    fn overhead(&self) -> usize {
        self.table.capacity() * size_of::<Known>()
    }
}

/// The longest beginning of at most [`BOUND`] bytes that ends with a character: not greater than the text.
fn floor(text: &[u8]) -> &[u8] {
    let begins = |byte: &u8| byte & 0xC0 != 0x80;
    let end = (0..=BOUND).rev().find(|end| text.get(*end).is_none_or(begins)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// A short text that is not less than `text`; where there is none, the text itself.
fn ceiling(text: &[u8]) -> Vec<u8> {
    let short = floor(text);
    if short.len() == text.len() {
        return text.to_vec();
    }
    let Some(last) = short.iter().rposition(|byte| *byte < 0x7F) else { return text.to_vec() };
    let mut raised = short.get(..=last).unwrap_or_default().to_vec();
    if let Some(byte) = raised.last_mut() {
        *byte += 1;
    }
    raised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_its_own_bound() {
        assert_eq!((floor(b"abc"), ceiling(b"abc")), (b"abc".as_slice(), b"abc".to_vec()));
    }

    #[test]
    fn a_long_text_lies_between_its_bounds_which_are_text_too() {
        for text in ["a".repeat(100), "é".repeat(50), format!("x{}", "é".repeat(50)), format!("{}\u{7f}{}", "b".repeat(63), "c".repeat(9))]
        {
            let (least, greatest) = (floor(text.as_bytes()), ceiling(text.as_bytes()));
            assert!(least <= text.as_bytes() && text.as_bytes() <= greatest.as_slice(), "{text}");
            assert!(least.len() <= BOUND && std::str::from_utf8(least).is_ok() && std::str::from_utf8(&greatest).is_ok(), "{text}");
        }
        assert_eq!(ceiling("a".repeat(100).as_bytes()), format!("{}b", "a".repeat(63)).into_bytes());
    }
}
