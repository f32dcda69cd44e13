//! The frame of a block: 12 bytes that say how long it is and what it holds.
//!
//! Layout 1 and layout 2 have the same frame; the kinds differ.

use crate::compression::MAX_BLOCK;
use crate::damage::Damage;
use crate::order::Order;

/// Bytes of the frame before the block's own.
pub const FRAME: usize = 12;

/// What is said of a block before its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Records in the block.
    pub records: u32,
    /// Bytes as stored, without the frame.
    pub size: usize,
    /// What the block holds.
    pub kind: Kind,
    /// It is stored uncompressed, whatever the file says.
    pub stored: bool,
    /// The number that says what it holds.
    pub id: u16,
}

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Records, flows among them (kinds 2 and 3).
    Records,
    /// An array of things that are not flows: the databases of nfdump's geo and tor look-ups (kind 4).
    Array,
    /// Anything else.
    Unknown,
}

impl Frame {
    /// Reads the frame.
    ///
    /// # Errors
    /// When no nfdump could have written it: then nothing says where the next block begins.
    pub fn parse<O: Order>(bytes: &[u8; FRAME]) -> Result<Self, Damage> {
        let (records, size, id) = (O::u32_at(bytes, 0), O::u32_at(bytes, 4), O::u16_at(bytes, 8));
        let kind = match id {
            2 | 3 => Kind::Records,
            4 => Kind::Array,
            _ => Kind::Unknown,
        };
        match size as usize {
            size @ 1..=MAX_BLOCK => Ok(Self { records, size, kind, stored: id != 2 && O::u16_at(bytes, 10) & 1 != 0, id }),
            _ => Err(Damage::BlockSize(size)),
        }
    }
}
