//! The pages of one column chunk, and what its metadata says of them.

use bytes::{Bytes, BytesMut};
use parquet::basic::{Encoding, EncodingMask, PageType};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::codec::Codec;

/// A data page as it is to be compressed.
pub(super) struct DataPage<'a> {
    pub(super) bytes: &'a [u8],
    /// With nulls.
    pub(super) rows: usize,
    pub(super) nulls: usize,
    /// Indices into the dictionary, not values.
    pub(super) dictionary: bool,
    /// Least and greatest value, as the page index keeps them; none in a page of nulls.
    pub(super) bounds: Option<(Vec<u8>, Vec<u8>)>,
}

/// The data pages of a column chunk, in memory until the row group is whole.
pub(super) struct Pages {
    descriptor: ColumnDescPtr,
    out: TrackedWrite<Vec<u8>>,
    offsets: OffsetIndexBuilder,
    index: ColumnIndexBuilder,
    rows: usize,
    nulls: usize,
    uncompressed: usize,
    /// Pages of indices, pages of values.
    counts: [i32; 2],
}

/// A finished column chunk: its bytes, dictionary first, and its metadata.
pub(super) type Chunk = (Bytes, ColumnCloseResult);

impl Pages {
    pub(super) fn new(descriptor: ColumnDescPtr) -> Self {
        let index = ColumnIndexBuilder::new(descriptor.physical_type());
        let out = TrackedWrite::new(Vec::new());
        Self { descriptor, out, offsets: OffsetIndexBuilder::new(), index, rows: 0, nulls: 0, uncompressed: 0, counts: [0; 2] }
    }

    /// Bytes of all pages.
    pub(super) fn size(&self) -> usize {
        self.out.bytes_written()
    }

    /// Nulls of all pages.
    pub(super) fn nulls(&self) -> u64 {
        self.nulls as u64
    }

    pub(super) fn add(&mut self, page: DataPage<'_>, codec: &mut Codec) -> Result<()> {
        let encoding = if page.dictionary { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
        let data = Page::DataPage {
            buf: codec.compress(page.bytes)?,
            num_values: count(page.rows)?,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = SerializedPageWriter::new(&mut self.out).write_page(CompressedPage::new(data, page.bytes.len()))?;
        self.uncompressed += written.uncompressed_size;
        self.offsets.append_row_count(page.rows as i64);
        self.offsets.append_offset_and_size(written.offset as i64, count(written.compressed_size)? as i32);
        let (least, greatest) = page.bounds.unwrap_or_default();
        self.index.append(page.rows == page.nulls, least, greatest, page.nulls as i64, None);
        self.rows += page.rows;
        self.nulls += page.nulls;
        let [indices, values] = &mut self.counts;
        *(if page.dictionary { indices } else { values }) += 1;
        Ok(())
    }

    /// Ends the chunk; `dictionary` is its page, if any page has indices, and the number of values in it.
    pub(super) fn finish(
        mut self,
        dictionary: Option<(&[u8], usize)>,
        statistics: Statistics,
        bloom_filter: Option<Sbbf>,
        codec: &mut Codec,
    ) -> Result<Chunk> {
        let mut head = TrackedWrite::new(Vec::new());
        if let Some((bytes, values)) = dictionary {
            let page = Page::DictionaryPage {
                buf: codec.compress(bytes)?,
                num_values: count(values)?,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let written = SerializedPageWriter::new(&mut head).write_page(CompressedPage::new(page, bytes.len()))?;
            self.uncompressed += written.uncompressed_size;
        }
        let (head_size, size) = (head.bytes_written(), head.bytes_written() + self.out.bytes_written());
        let metadata = self.metadata(size, statistics, codec)?;
        let close = ColumnCloseResult {
            bytes_written: size as u64,
            rows_written: self.rows as u64,
            metadata,
            bloom_filter,
            column_index: Some(self.index.build()?),
            offset_index: Some(self.offsets.build()),
        };
        let mut bytes = BytesMut::with_capacity(size);
        bytes.extend_from_slice(&head.into_inner()?);
        bytes.extend_from_slice(&self.out.into_inner()?);
        Ok((bytes.freeze(), close.update_dictionary_location(head_size)?))
    }

    fn metadata(&self, size: usize, statistics: Statistics, codec: &Codec) -> Result<ColumnChunkMetaData> {
        let [indices, values] = self.counts;
        let mut encodings = vec![Encoding::RLE, Encoding::PLAIN];
        let mut pages = Vec::new();
        if indices > 0 {
            encodings.push(Encoding::RLE_DICTIONARY);
            pages.push(PageEncodingStats { page_type: PageType::DICTIONARY_PAGE, encoding: Encoding::PLAIN, count: 1 });
            pages.push(PageEncodingStats { page_type: PageType::DATA_PAGE, encoding: Encoding::RLE_DICTIONARY, count: indices });
        }
        if values > 0 {
            pages.push(PageEncodingStats { page_type: PageType::DATA_PAGE, encoding: Encoding::PLAIN, count: values });
        }
        ColumnChunkMetaData::builder(self.descriptor.clone())
            .set_compression(codec.name())
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(pages)
            .set_total_compressed_size(size as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(self.rows as i64)
            .set_data_page_offset(0)
            .set_statistics(statistics)
            .build()
    }
}

/// The format counts in 31 bits.
fn count(number: usize) -> Result<u32> {
    i32::try_from(number)
        .map(i32::cast_unsigned)
        .map_err(|_| ParquetError::General(format!("a page of {number} values or bytes is too large")))
}
