//! Packets that were found in a chunk.

use crate::capture::{Batch, Framer};
use crate::model::{Packet, PacketBatch};

/// A batch that is kept while its bytes stay in the chunk.
#[derive(Debug, Default)]
pub(super) struct Found {
    batch: Batch,
    /// Where the bytes that it was found in begin in the chunk.
    start: usize,
}

impl Found {
    /// Takes over what a framer found in the chunk from `start` on.
    pub fn take(&mut self, framer: &mut Framer, start: usize) {
        framer.exchange(&mut self.batch);
        self.start = start;
    }

    /// The batch; `chunk` is what it was found in.
    pub fn batch<'a>(&'a self, chunk: &'a [u8]) -> PacketBatch<'a> {
        self.batch.view(chunk.get(self.start..).unwrap_or_default())
    }
}

/// The packet at a place of a batch, and what stands before it in the batch's bytes.
pub(super) fn packet<'a>(batch: &PacketBatch<'a>, index: usize) -> Option<(Packet<'a>, &'a [u8])> {
    let number = |array: &[u8]| array.as_chunks().0.get(index).map(|bytes| u32::from_le_bytes(*bytes));
    let (before, rest) = batch.data.split_at_checked(number(batch.offsets)? as usize)?;
    let timestamp = i64::from_le_bytes(*batch.timestamps.as_chunks().0.get(index)?);
    let bytes = rest.get(..number(batch.captured)? as usize)?;
    Some((Packet { timestamp, length: number(batch.lengths)?, bytes }, before))
}
