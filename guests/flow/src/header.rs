//! The header of an nfcapd file: 276 bytes in layout 1 (nfdump 1.6, statistics included), 40 bytes in layout 2 (nfdump 1.7), or 32 or 36 where a
//! 32-bit machine wrote it.
//!
//! Format: `nffile.h` of nfdump 1.6.25, `nffileV2.h` of nfdump 1.7.

use std::fmt;

use crate::compression::Compression;
use crate::order::{Big, Little, Order, u8_at};

/// First two bytes as a number in the file's byte order.
const MAGIC: u16 = 0xa50c;
/// Bytes of the file header and the statistics of layout 1.
const LAYOUT_1: usize = 276;
/// Bytes of the file header of layout 2, at most.
const LAYOUT_2: usize = 40;
/// Programs that nfdump knows as creators of files have numbers below this.
const CREATORS: u32 = 16;

/// What the rest of the file is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// 1 or 2.
    pub layout: u16,
    /// The file was written on a big-endian machine.
    pub big_endian: bool,
    /// Of every block that does not say otherwise.
    pub compression: Compression,
    /// Addresses were replaced.
    pub anonymized: bool,
    /// Blocks of flows the writer counted; 0 in a file that was not closed.
    pub blocks: u32,
}

/// The file is no nfcapd file that this module could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// The first bytes are not the magic number.
    Magic([u8; 2]),
    /// A layout of another version of nfdump.
    Layout(u16),
    /// A compression that no version of nfdump is known to write.
    Compression(u32),
    /// Encrypted; nfdump reserves the field.
    Encrypted(u8),
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic([a, b]) => write!(f, "not an nfcapd file: it begins with {a:02x} {b:02x}, not with 0c a5 or a5 0c"),
            Self::Layout(layout) => write!(f, "nfcapd file of layout {layout}: layouts 1 (nfdump 1.6) and 2 (nfdump 1.7) are read"),
            Self::Compression(code) => write!(f, "nfcapd file of unknown compression {code:#x}"),
            Self::Encrypted(code) => write!(f, "nfcapd file with encryption {code}: encrypted files are not read"),
        }
    }
}

impl Header {
    /// Reads the header and says how many bytes it has; `None`: more bytes are needed.
    ///
    /// # Errors
    /// As soon as the bytes cannot begin a file that is read here.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Foreign> {
        let Some(&magic) = bytes.first_chunk::<2>() else { return Ok(None) };
        if u16::from_le_bytes(magic) == MAGIC {
            ordered::<Little>(bytes, false)
        } else if u16::from_be_bytes(magic) == MAGIC {
            ordered::<Big>(bytes, true)
        } else {
            Err(Foreign::Magic(magic))
        }
    }
}

fn ordered<O: Order>(bytes: &[u8], big_endian: bool) -> Result<Option<(Header, usize)>, Foreign> {
    let Some(start) = bytes.first_chunk::<4>() else { return Ok(None) };
    match O::u16_at(start, 2) {
        1 => bytes.first_chunk().map(|header| layout_1::<O>(header, big_endian)).transpose(),
        2 => bytes.first_chunk().map(|header| layout_2::<O>(header, big_endian)).transpose(),
        other => Err(Foreign::Layout(other)),
    }
}

fn layout_1<O: Order>(header: &[u8; LAYOUT_1], big_endian: bool) -> Result<(Header, usize), Foreign> {
    let flags = O::u32_at(header, 4);
    let compression = match flags & 0x19 {
        0 => Compression::None,
        0x01 => Compression::Lzo,
        0x08 => Compression::Bz2,
        0x10 => Compression::Lz4,
        other => return Err(Foreign::Compression(other)),
    };
    let header = Header { layout: 1, big_endian, compression, anonymized: flags & 2 != 0, blocks: O::u32_at(header, 8) };
    Ok((header, LAYOUT_1))
}

fn layout_2<O: Order>(header: &[u8; LAYOUT_2], big_endian: bool) -> Result<(Header, usize), Foreign> {
    let (at, size) = extent::<O>(header, big_endian);
    let code = u8_at(header, at);
    let compression = Compression::of_code(code).ok_or(Foreign::Compression(code.into()))?;
    match u8_at(header, at + 1) {
        0 => {}
        other => return Err(Foreign::Encrypted(other)),
    }
    let header = Header { layout: 2, big_endian, compression, anonymized: false, blocks: O::u32_at(header, size - 4) };
    Ok((header, size))
}

/// Where the compression stands, and the header's size. The creation time (at 8) and the appendix's offset (behind the creator) are a `time_t` and an
/// `off_t` of the machine that wrote the file:
///
/// | time | offset | | compression | creator | offset | blocks | size |
/// |---|---|---|---|---|---|---|---|
/// | 64 | 64 | every 64-bit machine, and 32-bit ones of today | 16 | 20 | 24 | 36 | 40 |
/// | 32 | 64, aligned to 8 | ARM, MIPS, PowerPC | 12 | 16 | 24 | 36 | 40 |
/// | 32 | 64, aligned to 4 | x86 | 12 | 16 | 20 | 32 | 36 |
/// | 32 | 32 | any, without support of large files | 12 | 16 | 20 | 28 | 32 |
///
/// A file that is closed has an offset; of one that is not, the first number behind the zeros is the count of records of the first block. An
/// uncompressed file of a 32-bit machine that was never closed is not told from one of a 64-bit machine: its blocks are then refused.
fn extent<O: Order>(header: &[u8; LAYOUT_2], big_endian: bool) -> (usize, usize) {
    let word = |at| O::u32_at(header, at);
    // Until 2106 a time of 64 bits has nothing in its upper half.
    let upper = word(if big_endian { 8 } else { 12 });
    if upper == 0 || word(16) >= CREATORS {
        return (16, LAYOUT_2);
    }
    let size = match (word(20), word(24) | word(28)) {
        (0, 1..) => 40,
        (0, 0) if word(32) != 0 => 32,
        (0, 0) if word(36) != 0 && !big_endian => 36,
        (0, 0) => 40,
        (32, _) => 32,
        (_, 0) if !big_endian => 36,
        _ => 32,
    };
    (12, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout_2_header(big: bool) -> Vec<u8> {
        let mut header = if big { vec![0xa5, 0x0c, 0, 2] } else { vec![0x0c, 0xa5, 2, 0] };
        header.resize(40, 0);
        header[16] = 3;
        header[if big { 39 } else { 36 }] = 7;
        header
    }

    #[test]
    fn both_byte_orders_say_the_same() {
        for big_endian in [false, true] {
            let header = Header { layout: 2, big_endian, compression: Compression::Lz4, anonymized: false, blocks: 7 };
            assert_eq!(Header::parse(&layout_2_header(big_endian)), Ok(Some((header, 40))));
        }
    }

    /// A header of a 32-bit machine: where its offset and its number of blocks stand and its size, then a block of 3 records.
    fn narrow_header(big: bool, closed: bool, (offset, blocks, size): (usize, usize, usize)) -> Vec<u8> {
        let word = |number: u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
        let mut header = layout_2_header(big);
        header[16..].fill(0);
        header.resize(size + 12, 0);
        let mut put = |at: usize, number| header[at..at + 4].copy_from_slice(&word(number));
        put(8, 1_700_000_000);
        put(16, 1);
        put(size, 3);
        if closed {
            put(offset, 5_000);
            put(blocks, 7);
        }
        header[12] = 3;
        header[if big { 15 } else { 14 }] = u8::from(closed);
        header
    }

    #[test]
    fn headers_of_32_bit_machines_are_told_by_their_times_and_offsets() {
        let little = [(24, 36, 40), (20, 32, 36), (20, 28, 32)].map(|form| (false, form));
        let big = [(28, 36, 40), (20, 28, 32)].map(|form| (true, form));
        for (big_endian, form) in little.into_iter().chain(big) {
            for closed in [true, false] {
                let blocks = if closed { 7 } else { 0 };
                let header = Header { layout: 2, big_endian, compression: Compression::Lz4, anonymized: false, blocks };
                let parsed = Header::parse(&narrow_header(big_endian, closed, form));
                assert_eq!(parsed, Ok(Some((header, form.2))), "{big_endian} {closed} {form:?}");
            }
        }
    }

    #[test]
    fn a_header_that_is_not_all_there_needs_more() {
        let header = layout_2_header(false);
        assert!((0..40).all(|cut| Header::parse(&header[..cut]) == Ok(None)));
    }

    #[test]
    fn what_is_no_nfcapd_file_is_named() {
        assert_eq!(
            Header::parse(b"PK\x03\x04").unwrap_err().to_string(),
            "not an nfcapd file: it begins with 50 4b, not with 0c a5 or a5 0c"
        );
        assert_eq!(Header::parse(&[0x0c, 0xa5, 3, 0]), Err(Foreign::Layout(3)));
    }
}
