//! Pages, compressed. One context serves all columns of a file.

use std::io;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

/// How pages are compressed.
pub(in super::super) struct Codec {
    name: Compression,
    zstd: Option<Compressor<'static>>,
    buffer: Vec<u8>,
}

impl Codec {
    /// No compression, or ZSTD of a level from 1 to 22.
    pub(in super::super) fn new(level: Option<ZstdLevel>) -> io::Result<Self> {
        let zstd = level.map(|level| Compressor::new(level.compression_level())).transpose()?;
        Ok(Self { name: level.map_or(Compression::UNCOMPRESSED, Compression::ZSTD), zstd, buffer: Vec::new() })
    }

    pub(super) fn name(&self) -> Compression {
        self.name
    }

    pub(super) fn compress(&mut self, page: &[u8]) -> io::Result<Bytes> {
        let Some(zstd) = &mut self.zstd else { return Ok(Bytes::copy_from_slice(page)) };
        // Room for the worst case costs more than the copy out of it, so it is kept.
        self.buffer.clear();
        self.buffer.reserve(compress_bound(page.len()));
        zstd.compress_to_buffer(page, &mut self.buffer)?;
        Ok(Bytes::copy_from_slice(&self.buffer))
    }
}
