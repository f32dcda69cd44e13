//! One column of a row group: values to indices while a dictionary pays, to plain values afterwards.

use arrow_array::{Array, ArrayRef};
use parquet::bloom_filter::Sbbf;
use parquet::errors::{ParquetError, Result};
use parquet::file::statistics::Statistics;

use super::codec::Codec;
use super::hybrid;
use super::pages::{Chunk, DataPage, Pages};

/// Rows after which a page ends, as the format recommends for skipping by the page index.
const PAGE_ROWS: usize = 20_000;
/// Bytes after which a page of plain values ends.
const PAGE_BYTES: usize = 1 << 20;
/// Bytes of distinct values after which no further page uses the dictionary. Readers hold it whole.
const DICTIONARY_BYTES: usize = 2 << 20;

/// Pages in which up to 19 of 20 values may be new: a dictionary of ports is complete only after some.
const LEARNING: usize = 4;

/// What tells columns of one kind of value from those of another.
pub(super) trait Values {
    /// Appends the dictionary index of each value that is not null, new values to the dictionary, and widens the page's bounds.
    fn index(&mut self, array: &ArrayRef, indices: &mut Vec<u32>) -> Result<()>;
    /// Appends each value that is not null as PLAIN has it, and widens the page's bounds.
    fn plain(&mut self, array: &ArrayRef, out: &mut Vec<u8>, bloom: Option<&mut Sbbf>) -> Result<()>;
    /// How many rows from `from` on fit `bytes` as PLAIN has them; at least one.
    fn rows_within(&self, array: &ArrayRef, from: usize, bytes: usize) -> usize;
    /// The dictionary as PLAIN has it, and how many values it has.
    fn dictionary(&self) -> (&[u8], usize);
    /// Puts the dictionary's values into a filter.
    fn fill(&self, bloom: &mut Sbbf);
    /// Ends a page: its bounds as the page index has them.
    fn end_page(&mut self) -> Option<(Vec<u8>, Vec<u8>)>;
    /// What the metadata says of the chunk's values.
    fn statistics(&self, nulls: u64) -> Statistics;
    /// Bytes held, apart from the dictionary itself.
    fn overhead(&self) -> usize;
}

/// A column of a row group.
pub(super) struct Column<V> {
    values: V,
    levels: Levels,
    indices: Vec<u32>,
    plain: Vec<u8>,
    page: Vec<u8>,
    /// Pages of indices.
    indexed: usize,
    /// Values in the dictionary when the page began.
    known: usize,
    dictionary: bool,
    bloom: Option<Sbbf>,
    pages: Pages,
}

impl<V: Values> Column<V> {
    pub(super) fn new(values: V, nullable: bool, pages: Pages, bloom: Option<Sbbf>) -> Self {
        let levels = Levels { nullable, rows: 0, nulls: 0, bits: Vec::new() };
        Self {
            values,
            levels,
            indices: Vec::new(),
            plain: Vec::new(),
            page: Vec::new(),
            indexed: 0,
            known: 0,
            dictionary: true,
            bloom,
            pages,
        }
    }

    pub(super) fn write(&mut self, array: &ArrayRef, codec: &mut Codec) -> Result<()> {
        let mut from = 0;
        while from < array.len() {
            let rows = PAGE_ROWS.saturating_sub(self.levels.rows).clamp(1, array.len() - from);
            let rows = if self.dictionary { rows } else { rows.min(self.fitting(array, from)) };
            self.append(&array.slice(from, rows))?;
            from += rows;
            if self.levels.rows >= PAGE_ROWS || self.plain.len() >= PAGE_BYTES {
                self.end_page(codec)?;
            }
        }
        Ok(())
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        let buffers = self.indices.capacity() * size_of::<u32>() + self.plain.capacity() + self.page.capacity();
        self.pages.size() + buffers + self.values.dictionary().0.len() + self.values.overhead()
    }

    /// Bytes the chunk would have, were it to end here; an estimate, uncompressed where nothing is compressed yet.
    pub(super) fn size(&self) -> usize {
        let (dictionary, count) = self.values.dictionary();
        self.pages.size() + dictionary.len() + self.plain.len() + self.indices.len() * hybrid::width(count) as usize / 8
    }

    pub(super) fn finish(mut self, codec: &mut Codec) -> Result<Chunk> {
        self.end_page(codec)?;
        if let Some(bloom) = &mut self.bloom {
            self.values.fill(bloom);
        }
        let dictionary = (self.indexed > 0).then(|| self.values.dictionary());
        let statistics = self.values.statistics(self.pages.nulls());
        let bloom = self.bloom.take().map(super::row_group::folded);
        self.pages.finish(dictionary, statistics, bloom, codec)
    }

    fn append(&mut self, array: &ArrayRef) -> Result<()> {
        self.levels.add(array)?;
        match self.dictionary {
            true => self.values.index(array, &mut self.indices),
            false => self.values.plain(array, &mut self.plain, self.bloom.as_mut()),
        }
    }

    fn fitting(&self, array: &ArrayRef, from: usize) -> usize {
        self.values.rows_within(array, from, PAGE_BYTES.saturating_sub(self.plain.len()))
    }

    fn end_page(&mut self, codec: &mut Codec) -> Result<()> {
        if self.levels.rows == 0 {
            return Ok(());
        }
        self.page.clear();
        self.levels.encode(&mut self.page);
        if self.dictionary {
            let width = hybrid::width(self.values.dictionary().1);
            self.page.push(width as u8);
            hybrid::encode(&self.indices, width, &mut self.page);
        }
        self.page.extend_from_slice(&self.plain);
        let (rows, nulls) = (self.levels.rows, self.levels.nulls);
        let page = DataPage { bytes: &self.page, rows, nulls, dictionary: self.dictionary, bounds: self.values.end_page() };
        self.pages.add(page, codec)?;
        self.begin_page();
        Ok(())
    }

    /// A dictionary pays while most values of a page were known before it. The first pages of a chunk meet many for the first time.
    fn begin_page(&mut self) {
        if self.dictionary {
            self.indexed += 1;
            let (bytes, known) = self.values.dictionary();
            let (new, values) = (known - self.known, self.indices.len());
            let pays = new * 2 <= values || (self.indexed < LEARNING && new * 20 <= values * 19);
            self.dictionary = pays && bytes.len() < DICTIONARY_BYTES;
            self.known = known;
        }
        self.indices.clear();
        self.plain.clear();
        self.levels.clear();
    }
}

/// Which rows of a page are not null.
struct Levels {
    nullable: bool,
    rows: usize,
    nulls: usize,
    /// 1 or 0 a row, once there was a null.
    bits: Vec<u32>,
}

impl Levels {
    fn add(&mut self, array: &ArrayRef) -> Result<()> {
        if array.null_count() > 0 && !self.nullable {
            return Err(ParquetError::General("nulls in a column that the schema says has none".to_owned()));
        }
        if array.null_count() > 0 || self.nulls > 0 {
            self.bits.resize(self.rows, 1);
            self.bits.extend((0..array.len()).map(|row| u32::from(array.is_valid(row))));
        }
        self.rows += array.len();
        self.nulls += array.null_count();
        Ok(())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        if !self.nullable {
            return;
        }
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        match self.nulls {
            0 => hybrid::repeat(1, self.rows, 1, out),
            _ => hybrid::encode(&self.bits, 1, out),
        }
        let size = (out.len() - start - 4) as u32;
        if let Some(head) = out.get_mut(start..start + 4) {
            head.copy_from_slice(&size.to_le_bytes());
        }
    }

    fn clear(&mut self) {
        self.bits.clear();
        (self.rows, self.nulls) = (0, 0);
    }
}
