//! What a block of an nfcapd file may be compressed with, and its way back.

use std::fmt;
use std::io::{ErrorKind, Read};

use crate::lz4;

/// Most bytes that a block may have, stored or plain: nfdump's own buffers hold no more (`BUFFSIZE`, 5 MiB), so no file of its needs more.
pub const MAX_BLOCK: usize = 5 << 20;

/// Compression of a file's blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Stored.
    None,
    /// LZO1X.
    Lzo,
    /// bzip2.
    Bz2,
    /// LZ4, one block without a frame.
    Lz4,
    /// Zstandard, one frame.
    Zstd,
}

/// A block that does not decompress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// It breaks the rules of its compression.
    Corrupt(Compression),
    /// It would be larger than [`MAX_BLOCK`].
    TooLarge,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "uncompressed",
            Self::Lzo => "LZO",
            Self::Bz2 => "bzip2",
            Self::Lz4 => "LZ4",
            Self::Zstd => "Zstandard",
        })
    }
}

impl Compression {
    /// By its number in layout 2.
    pub fn of_code(code: u8) -> Option<Self> {
        [Self::None, Self::Lzo, Self::Bz2, Self::Lz4, Self::Zstd].get(usize::from(code)).copied()
    }

    /// Its number in layout 2.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Decompresses `stored` into `plain`, whose memory is used again, and says how many bytes it became.
    ///
    /// # Errors
    /// When the block is corrupt, or larger than [`MAX_BLOCK`].
    #[inline(never)]
    pub fn undo(self, stored: &[u8], plain: &mut Vec<u8>) -> Result<usize, Undo> {
        plain.resize(MAX_BLOCK, 0);
        match self {
            Self::None => Err(Undo::Corrupt(self)),
            Self::Lzo => lzokay::decompress::decompress(stored, plain).map_err(|error| match error {
                lzokay::Error::OutputOverrun => Undo::TooLarge,
                _ => Undo::Corrupt(self),
            }),
            Self::Lz4 => lz4::decompress(stored, plain).map_err(|wrong| match wrong {
                lz4::Wrong::TooLarge => Undo::TooLarge,
                lz4::Wrong::Corrupt => Undo::Corrupt(self),
            }),
            Self::Bz2 => fill(bzip2::read::BzDecoder::new(stored), plain).map_err(|error| error.unwrap_or(Undo::Corrupt(self))),
            Self::Zstd => zstd(stored, plain).map_err(|error| error.unwrap_or(Undo::Corrupt(self))),
        }
    }
}

fn zstd(stored: &[u8], plain: &mut [u8]) -> Result<usize, Option<Undo>> {
    // The decoder reserves the window that the frame asks for before it has seen a byte of it.
    if zstd_window(stored).ok_or(None)? > MAX_BLOCK as u64 {
        return Err(Some(Undo::TooLarge));
    }
    fill(ruzstd::decoding::StreamingDecoder::new(stored).map_err(|_| None)?, plain)
}

/// Memory that a Zstandard frame asks for, bytes (RFC 8878, 3.1.1.1).
fn zstd_window(frame: &[u8]) -> Option<u64> {
    let [descriptor, rest @ ..] = frame.get(4..)? else { return None };
    if descriptor & 0x20 == 0 {
        let window = rest.first()?;
        let base = 1u64 << (10 + (window >> 3));
        return Some(base + base / 8 * u64::from(window & 7));
    }
    let rest = rest.get([0, 1, 2, 4].get(usize::from(descriptor & 3)).copied()?..)?;
    match descriptor >> 6 {
        0 => rest.first().map(|&size| size.into()),
        1 => rest.first_chunk().map(|&size| u64::from(u16::from_le_bytes(size)) + 256),
        2 => rest.first_chunk().map(|&size| u32::from_le_bytes(size).into()),
        _ => rest.first_chunk().map(|&size| u64::from_le_bytes(size)),
    }
}

/// Reads to the end of `from`; `Err(None)`: it is corrupt.
fn fill(mut from: impl Read, plain: &mut [u8]) -> Result<usize, Option<Undo>> {
    let mut at = 0;
    loop {
        let Some(free) = plain.get_mut(at..).filter(|free| !free.is_empty()) else { return Err(Some(Undo::TooLarge)) };
        match from.read(free) {
            Ok(0) => return Ok(at),
            Ok(count) => at += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(None),
        }
    }
}
