//! Compressions, told by the first bytes, and their decoders. Each decoder's memory is bounded; several members or frames are read as one.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use lzma_rust2::XzReader;

/// How content is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Not at all.
    Plain,
    /// RFC 1952; 32 KiB of memory.
    Gzip,
    /// RFC 8878, with windows of at most 128 MiB.
    Zstd,
    /// LZ4 frames; 8 MiB.
    Lz4,
    /// 4 MiB.
    Bzip2,
    /// xz, with dictionaries of at most 128 MiB.
    Xz,
}

/// Bytes that [`Coding::of`] looks at.
pub(super) const MAGIC: usize = 10;
/// KiB that the xz decoder may take: `xz -9` needs 65 MiB.
const XZ_MEMORY: u32 = 128 << 10;
/// Compressed bytes read at once.
const PIECE: usize = 64 << 10;

impl Coding {
    /// Told by the first bytes. Text that begins as bzip2 does (`BZh`) is no bzip2 without the number that marks a block.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0x04, 0x22, 0x4d, 0x18, ..] => Self::Lz4,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Self::Bzip2,
            _ => Self::Plain,
        }
    }

    /// Takes the compression off.
    pub(super) fn decode(self, input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
        let input = BufReader::with_capacity(PIECE, input);
        Ok(match self {
            Self::Plain => Box::new(input.into_inner()),
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
            Self::Lz4 => Box::new(Lz4Frames(Some(FrameDecoder::new(input)))),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(input)),
            Self::Xz => Box::new(XzReader::new_mem_limit(input, true, XZ_MEMORY)),
        })
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        })
    }
}

/// Frames one after the other, which the decoder alone takes for one each.
struct Lz4Frames<R: Read>(Option<FrameDecoder<R>>);

impl<R: BufRead> Read for Lz4Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.0 {
            let count = frame.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let mut rest = self.0.take().map(FrameDecoder::into_inner);
            if rest.as_mut().is_some_and(|rest| rest.fill_buf().is_ok_and(|bytes| !bytes.is_empty())) {
                self.0 = rest.map(FrameDecoder::new);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compression_is_told_by_its_first_bytes() {
        assert_eq!(Coding::of(&[0x1f, 0x8b, 8, 0]), Coding::Gzip);
        assert_eq!(Coding::of(b"BZh91AY&SY"), Coding::Bzip2);
        assert_eq!(Coding::of(b"BZh9 is how this line of text begins"), Coding::Plain);
        assert_eq!(Coding::of(&[]), Coding::Plain);
        assert_eq!(Coding::of(&[0x28, 0xb5]), Coding::Plain);
    }
}
