//! Columns of text.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use arrow_cast::cast;
use arrow_schema::DataType;
use parquet::bloom_filter::Sbbf;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::statistics::{Statistics, ValueStatistics};

use super::bounds::Bounds;
use super::column::Values;
use super::known::{BLOCK, Known};

/// Longest bound that is kept, bytes; what is longer is cut. Of readers' sake: bounds lie in the footer.
const BOUND: usize = 64;
/// Bytes of a length in PLAIN.
const LENGTH: usize = 4;
/// Texts of up to so many bytes are copied as if they had as many.
const SHORT: usize = 32;

/// The values of a column of text, from plain arrays and from dictionaries.
#[derive(Default)]
pub(super) struct Texts {
    known: Known,
    bounds: TextBounds,
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

    /// The bytes of all texts, one behind the other.
    fn data(&self) -> &[u8] {
        let (Self::Plain(texts) | Self::Dictionary(_, texts)) = self;
        texts.value_data()
    }

    /// Where in them the value of each row lies that is not null.
    fn each(&self, mut each: impl FnMut(usize, usize)) {
        match self {
            Self::Plain(texts) if texts.null_count() == 0 => {
                texts.value_offsets().array_windows().for_each(|[start, end]| each(*start as usize, *end as usize));
            }
            Self::Plain(texts) => {
                let rows = texts.value_offsets().array_windows().enumerate();
                rows.filter(|(row, _)| texts.is_valid(*row)).for_each(|(_, [start, end])| each(*start as usize, *end as usize));
            }
            Self::Dictionary(dictionary, values) => dictionary.keys().iter().flatten().for_each(|key| {
                let (start, end) = span(values, key);
                each(start, end);
            }),
        }
    }

    /// Bytes of the values of all rows as PLAIN has them; more where there are nulls.
    fn size(&self) -> usize {
        match self {
            Self::Plain(texts) => {
                let ends = texts.value_offsets();
                let bytes = ends.last().zip(ends.first()).map_or(0, |(last, first)| last - first);
                bytes as usize + texts.len() * LENGTH
            }
            Self::Dictionary(..) => {
                let mut size = 0;
                self.each(|start, end| size += end - start + LENGTH);
                size
            }
        }
    }
}

/// Arrow has checked the keys when the array was made.
fn span(values: &StringArray, key: u32) -> (usize, usize) {
    match values.value_offsets().get(key as usize..).and_then(|ends| ends.first_chunk()) {
        Some([start, end]) => (*start as usize, *end as usize),
        None => (0, 0),
    }
}

impl Texts {
    /// Each text that a row has is looked up once.
    fn index_dictionary(&mut self, dictionary: &DictionaryArray<UInt32Type>, values: &StringArray, indices: &mut Vec<u32>) {
        let mut found = vec![UNUSED; values.len()];
        let mut mark = |key: u32| found.get_mut(key as usize).into_iter().for_each(|found| *found = USED);
        match dictionary.null_count() {
            0 => dictionary.keys().values().iter().for_each(|key| mark(*key)),
            _ => dictionary.keys().iter().flatten().for_each(mark),
        }
        let (mut keys, mut numbers) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
        keys.extend((0..).zip(&found).filter(|(_, found)| **found == USED).map(|(key, _): (usize, _)| key));
        for keys in keys.chunks(BLOCK) {
            let mut texts: [&[u8]; BLOCK] = [&[]; BLOCK];
            texts.iter_mut().zip(keys).for_each(|(text, key)| *text = values.value(*key).as_bytes());
            let texts = texts.get(..keys.len()).unwrap_or_default();
            texts.iter().for_each(|text| self.bounds.widen(text));
            self.known.find(texts, &mut numbers);
        }
        keys.iter().zip(numbers).for_each(|(key, number)| found.get_mut(*key).into_iter().for_each(|found| *found = number));
        let index = |key: u32| found.get(key as usize).copied().unwrap_or(0);
        match dictionary.null_count() {
            0 => indices.extend(dictionary.keys().values().iter().map(|key| index(*key))),
            _ => indices.extend(dictionary.keys().iter().flatten().map(index)),
        }
    }

    fn index_plain(&mut self, batch: &Batch, indices: &mut Vec<u32>) {
        let (data, mut texts) = (batch.data(), Vec::with_capacity(BLOCK));
        batch.each(|start, end| {
            let text = data.get(start..end).unwrap_or_default();
            self.bounds.widen(text);
            texts.push(text);
            if texts.len() == BLOCK {
                self.known.find(&texts, indices);
                texts.clear();
            }
        });
        self.known.find(&texts, indices);
    }
}

/// Marks for texts that no row has, and that a row has.
const UNUSED: u32 = u32::MAX;
const USED: u32 = u32::MAX - 1;

/// The least and the greatest text.
struct TextBounds {
    bounds: Bounds<Vec<u8>>,
    /// Beginnings of the page's: a text whose own lies between them is neither.
    least: u64,
    greatest: u64,
}

impl Default for TextBounds {
    fn default() -> Self {
        Self { bounds: Bounds::default(), least: u64::MAX, greatest: 0 }
    }
}

impl TextBounds {
    fn widen(&mut self, text: &[u8]) {
        let beginning = beginning(text);
        if beginning <= self.least || beginning >= self.greatest {
            self.bounds.widen(text, text);
            self.least = self.least.min(beginning);
            self.greatest = self.greatest.max(beginning);
        }
    }

    fn end_page(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        (self.least, self.greatest) = (u64::MAX, 0);
        self.bounds.end_page()
    }
}

/// The first eight bytes: of two texts the one with the lesser number is the lesser; equal numbers say nothing.
fn beginning(text: &[u8]) -> u64 {
    let mut eight = [0; 8];
    match text.first_chunk() {
        Some(first) => eight = *first,
        None => eight.iter_mut().zip(text).for_each(|(to, from)| *to = *from),
    }
    u64::from_be_bytes(eight)
}

/// Appends texts to `out` as PLAIN has them.
struct Plain<'a> {
    out: &'a mut Vec<u8>,
    /// Behind the last text: from here on there is room.
    end: usize,
}

impl Plain<'_> {
    /// A short text is copied with what lies behind it, which the next one overwrites: a copy of a known length needs no call.
    fn push(&mut self, data: &[u8], start: usize, end: usize) {
        let length = end - start;
        let from = data.get(start..).unwrap_or_default();
        let to = self.out.get_mut(self.end..).unwrap_or_default();
        let Some((size, to)) = to.split_first_chunk_mut::<LENGTH>() else { return };
        *size = (length as u32).to_le_bytes();
        if length <= SHORT
            && let (Some(to), Some(from)) = (to.first_chunk_mut::<SHORT>(), from.first_chunk::<SHORT>())
        {
            *to = *from;
        } else if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
            to.copy_from_slice(from);
        }
        self.end += LENGTH + length;
    }
}

impl Values for Texts {
    fn index(&mut self, array: &ArrayRef, indices: &mut Vec<u32>) -> Result<()> {
        match Batch::of(array)? {
            Batch::Dictionary(dictionary, values) => self.index_dictionary(&dictionary, &values, indices),
            batch => self.index_plain(&batch, indices),
        }
        Ok(())
    }

    fn plain(&mut self, array: &ArrayRef, out: &mut Vec<u8>, bloom: Option<&mut Sbbf>) -> Result<()> {
        let batch = Batch::of(array)?;
        let (data, end) = (batch.data(), out.len());
        out.resize(end + batch.size() + SHORT, 0);
        let mut plain = Plain { out, end };
        batch.each(|start, end| {
            self.bounds.widen(data.get(start..end).unwrap_or_default());
            plain.push(data, start, end);
        });
        let end = plain.end;
        out.truncate(end);
        if let Some(bloom) = bloom {
            batch.each(|start, end| bloom.insert(data.get(start..end).unwrap_or_default()));
        }
        Ok(())
    }

    fn rows_within(&self, array: &ArrayRef, from: usize, bytes: usize) -> usize {
        let Ok(batch) = Batch::of(&array.slice(from, array.len() - from)) else { return 1 };
        if batch.size() <= bytes {
            return array.len() - from;
        }
        let (mut rows, mut size) = (0, 0);
        batch.each(|start, end| {
            size += end - start + LENGTH;
            rows += usize::from(size <= bytes);
        });
        rows.max(1)
    }

    fn dictionary(&self) -> (&[u8], usize) {
        self.known.plain()
    }

    fn fill(&self, bloom: &mut Sbbf) {
        self.known.texts().for_each(|text| bloom.insert(text));
    }

    fn end_page(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.bounds.end_page().map(|(least, greatest)| (floor(&least).to_vec(), ceiling(&greatest)))
    }

    fn statistics(&self, nulls: u64) -> Statistics {
        let bounds = self.bounds.bounds.chunk().map(|(least, greatest)| (floor(least).to_vec(), ceiling(greatest)));
        let exact = self.bounds.bounds.chunk().is_none_or(|(least, greatest)| least.len() <= BOUND && greatest.len() <= BOUND);
        let (least, greatest) = bounds.unzip();
        let values = ValueStatistics::new(least.map(ByteArray::from), greatest.map(ByteArray::from), None, Some(nulls), false);
        Statistics::ByteArray(values.with_min_is_exact(exact).with_max_is_exact(exact))
    }

    fn overhead(&self) -> usize {
        self.known.overhead()
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
