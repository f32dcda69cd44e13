//! Packets that were found in a chunk.

use crate::model::{Packet, PacketBatch};

/// A batch whose arrays are kept while its bytes stay in the chunk.
#[derive(Debug, Default)]
pub(super) struct Found {
    link_type: u32,
    first: u64,
    timestamps: Vec<u8>,
    offsets: Vec<u8>,
    captured: Vec<u8>,
    lengths: Vec<u8>,
    /// Where its bytes lie in the chunk.
    start: usize,
    end: usize,
}

impl Found {
    /// Takes a batch over; its bytes begin at `start` of the chunk.
    pub fn keep(&mut self, batch: &PacketBatch<'_>, start: usize) {
        (self.link_type, self.first) = (batch.link_type, batch.first);
        let arrays = [
            (&mut self.timestamps, batch.timestamps),
            (&mut self.offsets, batch.offsets),
            (&mut self.captured, batch.captured),
            (&mut self.lengths, batch.lengths),
        ];
        for (kept, array) in arrays {
            kept.clear();
            kept.extend_from_slice(array);
        }
        (self.start, self.end) = (start, start + batch.data.len());
    }

    /// The batch; `chunk` is what it was found in.
    pub fn batch<'a>(&'a self, chunk: &'a [u8]) -> PacketBatch<'a> {
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: None,
            timestamps: &self.timestamps,
            offsets: &self.offsets,
            captured: &self.captured,
            lengths: &self.lengths,
            data: chunk.get(self.start..self.end).unwrap_or_default(),
        }
    }

    /// The packet at a place of the batch, and what stands before it in the batch's bytes.
    pub fn packet<'a>(&self, index: usize, data: &'a [u8]) -> Option<(Packet<'a>, &'a [u8])> {
        let number = |array: &[u8]| array.as_chunks().0.get(index).map(|bytes| u32::from_le_bytes(*bytes));
        let (before, rest) = data.split_at_checked(number(&self.offsets)? as usize)?;
        let timestamp = i64::from_le_bytes(*self.timestamps.as_chunks().0.get(index)?);
        let bytes = rest.get(..number(&self.captured)? as usize)?;
        Some((Packet { timestamp, length: number(&self.lengths)?, bytes }, before))
    }
}
