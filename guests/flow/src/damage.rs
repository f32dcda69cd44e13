//! Why a stretch of a file could not become flows.

use std::fmt;

use weir_sdk::RejectReason;

use crate::compression::{Compression, MAX_BLOCK, Undo};

/// Why a stretch of a file could not become flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// A file header that is not all there.
    HeaderCut,
    /// A block that is not all there: bytes that are, bytes that should be.
    BlockCut(usize, usize),
    /// A block of no bytes, or of more than any nfdump writes.
    BlockSize(u32),
    /// A block of another kind.
    BlockKind(u16),
    /// A block that does not decompress.
    Compressed(Undo),
    /// A record that is shorter than its own head, or longer than the rest of its block.
    RecordSize(u16),
    /// A record of a kind that may hold flows and is not known.
    RecordKind(u16),
    /// Bytes behind the last record of a block.
    Leftover,
    /// A record that is shorter than what it should hold.
    RecordCut,
    /// A flow whose extension map is not in the file.
    MapMissing(u16),
    /// A flow whose extension map has an extension that is not known, so that nothing behind it can be found.
    MapUnknown(u16, u16),
    /// An extension map that contradicts itself.
    MapBroken(u16),
    /// An extension of a record that is shorter than it should be, or passes the end of the record.
    Extension(u16),
}

impl Damage {
    /// The kind of reject.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::HeaderCut | Self::BlockCut(..) => RejectReason::Truncated,
            Self::BlockKind(_) | Self::RecordKind(_) | Self::MapUnknown(..) => RejectReason::Unsupported,
            Self::Compressed(Undo::TooLarge) => RejectReason::TooLarge,
            _ => RejectReason::Malformed,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderCut => f.write_str("the file ends within its header"),
            Self::BlockCut(found, expected) => write!(f, "the file ends within a block: {found} of {expected} bytes"),
            Self::BlockSize(size) => {
                write!(f, "a block of {size} bytes, expected 1 to {MAX_BLOCK}: where the next block begins is not known")
            }
            Self::BlockKind(kind) => write!(f, "a block of unknown kind {kind}"),
            Self::Compressed(Undo::Corrupt(Compression::None)) => f.write_str("a block that does not decompress"),
            Self::Compressed(Undo::Corrupt(compression)) => write!(f, "a block that does not decompress as {compression}"),
            Self::Compressed(Undo::TooLarge) => write!(f, "a block that decompresses to more than {MAX_BLOCK} bytes"),
            Self::RecordSize(size) => {
                write!(f, "a record of {size} bytes, which its block cannot hold: the rest of the block is not readable")
            }
            Self::RecordKind(kind) => write!(f, "records of unknown kind {kind}"),
            Self::Leftover => f.write_str("bytes behind the last record of a block"),
            Self::RecordCut => f.write_str("records that are shorter than what they should hold"),
            Self::MapMissing(map) => write!(f, "flows of extension map {map}, which the file does not hold"),
            Self::MapUnknown(map, id) => write!(f, "flows of extension map {map}, whose extension {id} is not known"),
            Self::MapBroken(map) => write!(f, "extension map {map} contradicts itself"),
            Self::Extension(id) => write!(f, "flows whose extension {id} is cut"),
        }
    }
}
