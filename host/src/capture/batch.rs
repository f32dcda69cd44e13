//! The arrays of a packet batch, used again for every batch.

use super::record::Packet;
use crate::model::PacketBatch;

/// Packets of a batch at most: their arrays and what a module makes of them stay in the caches.
pub(super) const PACKETS: usize = 4096;
/// Bytes of a batch at most, unless one packet is larger.
const BYTES: usize = 512 << 10;

/// Packets of one link type that lie in one stretch of bytes.
#[derive(Debug, Default)]
pub(super) struct Batch {
    link_type: u32,
    first: u64,
    most: usize,
    timestamps: Vec<[u8; 8]>,
    offsets: Vec<[u8; 4]>,
    captured: Vec<[u8; 4]>,
    lengths: Vec<[u8; 4]>,
    /// The stretch: from the record of the first packet to the end of the last one's.
    start: usize,
    end: usize,
}

impl Batch {
    /// Empties it; the next packet will be number `first`, and `most` packets may follow.
    pub fn begin(&mut self, first: u64, most: usize) {
        (self.first, self.most) = (first, most);
        self.timestamps.clear();
        self.offsets.clear();
        self.captured.clear();
        self.lengths.clear();
    }

    /// Adds a packet whose record begins at `at`; says no when it belongs into another batch.
    #[inline]
    pub fn push(&mut self, at: usize, packet: &Packet) -> bool {
        let end = at + packet.size;
        if self.timestamps.is_empty() {
            (self.start, self.link_type) = (at, packet.link_type);
        } else if packet.link_type != self.link_type || self.timestamps.len() >= self.most || end - self.start > BYTES {
            return false;
        }
        let Ok(offset) = u32::try_from(at + packet.offset - self.start) else { return false };
        self.end = end;
        self.timestamps.push(packet.time.to_le_bytes());
        self.offsets.push(offset.to_le_bytes());
        self.captured.push(packet.captured.to_le_bytes());
        self.lengths.push(packet.length.to_le_bytes());
        true
    }

    /// The number of its first packet.
    #[inline]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Where its records begin and end in the bytes that they were found in.
    pub fn extent(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// The batch as the contract has it; `bytes` are those that the packets were found in.
    pub fn view<'a>(&'a self, bytes: &'a [u8]) -> PacketBatch<'a> {
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: None,
            timestamps: self.timestamps.as_flattened(),
            offsets: self.offsets.as_flattened(),
            captured: self.captured.as_flattened(),
            lengths: self.lengths.as_flattened(),
            data: if self.timestamps.is_empty() { &[] } else { bytes.get(self.start..self.end).unwrap_or_default() },
        }
    }
}
