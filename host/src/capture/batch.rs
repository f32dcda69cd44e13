//! The arrays of a packet batch, used again for every batch.

use super::record::Packet;
use crate::model::PacketBatch;

/// Packets of a batch at most: their arrays and what a module makes of them stay in the caches.
pub(super) const PACKETS: usize = 4096;
/// Bytes of a batch at most, unless one packet is larger.
const BYTES: usize = 512 << 10;

/// Packets of one link type that lie in one stretch of bytes.
#[derive(Debug, Default)]
pub struct Batch {
    link_type: u32,
    first: u64,
    most: usize,
    count: usize,
    arrays: Box<Arrays>,
    /// The stretch: from the record of the first packet to the end of the last one's.
    start: usize,
    end: usize,
}

/// Room for all packets of a batch. A list that grows would ask for each number whether there is room.
#[derive(Debug)]
struct Arrays {
    timestamps: [[u8; 8]; PACKETS],
    offsets: [[u8; 4]; PACKETS],
    captured: [[u8; 4]; PACKETS],
    lengths: [[u8; 4]; PACKETS],
}

impl Default for Arrays {
    fn default() -> Self {
        Self { timestamps: [[0; 8]; PACKETS], offsets: [[0; 4]; PACKETS], captured: [[0; 4]; PACKETS], lengths: [[0; 4]; PACKETS] }
    }
}

impl Batch {
    /// Empties it; the next packet will be number `first`, and `most` packets may follow.
    pub(super) fn begin(&mut self, first: u64, most: usize) {
        (self.first, self.most, self.count) = (first, most.min(PACKETS), 0);
    }

    /// Adds a packet whose record begins at `at`; says no when it belongs into another batch.
    #[inline]
    pub(super) fn push(&mut self, at: usize, packet: &Packet) -> bool {
        let (end, index) = (at + packet.size, self.count);
        if index == 0 {
            (self.start, self.link_type) = (at, packet.link_type);
        } else if packet.link_type != self.link_type || index >= self.most || end - self.start > BYTES {
            return false;
        }
        let Ok(offset) = u32::try_from(at + packet.offset - self.start) else { return false };
        let Arrays { timestamps, offsets, captured, lengths } = &mut *self.arrays;
        let places = (timestamps.get_mut(index), offsets.get_mut(index), captured.get_mut(index), lengths.get_mut(index));
        let (Some(timestamp), Some(place), Some(of_capture), Some(length)) = places else { return false };
        (*timestamp, *place) = (packet.time.to_le_bytes(), offset.to_le_bytes());
        (*of_capture, *length) = (packet.captured.to_le_bytes(), packet.length.to_le_bytes());
        (self.end, self.count) = (end, index + 1);
        true
    }

    /// How many packets there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The number of its first packet.
    #[inline]
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Where its records begin and end in the bytes that they were found in.
    pub(super) fn extent(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// The batch as the contract has it; `bytes` are those that the packets were found in.
    pub fn view<'a>(&'a self, bytes: &'a [u8]) -> PacketBatch<'a> {
        let Arrays { timestamps, offsets, captured, lengths } = &*self.arrays;
        let used = 0..self.count;
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: None,
            timestamps: timestamps.get(used.clone()).unwrap_or_default().as_flattened(),
            offsets: offsets.get(used.clone()).unwrap_or_default().as_flattened(),
            captured: captured.get(used.clone()).unwrap_or_default().as_flattened(),
            lengths: lengths.get(used).unwrap_or_default().as_flattened(),
            data: if self.count == 0 { &[] } else { bytes.get(self.start..self.end).unwrap_or_default() },
        }
    }
}
