//! Pages, compressed. One context serves all columns of a file.

use std::io;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use zstd::bulk::Compressor;

/// How pages are compressed.
pub(in super::super) struct Codec {
    name: Compression,
    zstd: Option<Compressor<'static>>,
}

impl Codec {
    /// No compression, or ZSTD of a level from 1 to 22.
    pub(in super::super) fn new(level: Option<ZstdLevel>) -> io::Result<Self> {
        let zstd = level.map(|level| Compressor::new(level.compression_level())).transpose()?;
        Ok(Self { name: level.map_or(Compression::UNCOMPRESSED, Compression::ZSTD), zstd })
    }

    pub(super) fn name(&self) -> Compression {
        self.name
    }

    pub(super) fn compress(&mut self, page: &[u8]) -> io::Result<Bytes> {
        match &mut self.zstd {
            Some(zstd) => zstd.compress(page).map(Bytes::from),
            None => Ok(Bytes::copy_from_slice(page)),
        }
    }
}
