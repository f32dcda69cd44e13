//! Batches of raw packets in the contract's layout: arrays of little-endian numbers beside one stretch of a capture.

/// Packets of one link type, borrowed from whoever framed them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PacketBatch<'a> {
    /// LINKTYPE_ value of the pcap registry.
    pub link_type: u32,
    /// Number of the first packet in its capture, from 0.
    pub first: u64,
    /// u32 a packet: its number less `first`, rising; `None`: without a gap.
    pub numbers: Option<&'a [u8]>,
    /// s64 a packet: nanoseconds since 1970-01-01 UTC.
    pub timestamps: &'a [u8],
    /// u32 a packet: where its first byte lies in `data`.
    pub offsets: &'a [u8],
    /// u32 a packet: bytes of it that are in `data`.
    pub captured: &'a [u8],
    /// u32 a packet: bytes it had on the wire.
    pub lengths: &'a [u8],
    /// A stretch of the capture, headers between packets included.
    pub data: &'a [u8],
}

/// One packet of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Nanoseconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// Bytes it had on the wire.
    pub length: u32,
    /// What was captured of it.
    pub bytes: &'a [u8],
}

impl<'a> PacketBatch<'a> {
    /// How many packets there are.
    pub fn len(&self) -> usize {
        self.timestamps.len() / size_of::<i64>()
    }

    /// The packet at a place of the batch; none: there is none, or the arrays lie.
    pub fn packet(&self, index: usize) -> Option<Packet<'a>> {
        let number = |array: &[u8]| array.as_chunks().0.get(index).map(|bytes| u32::from_le_bytes(*bytes));
        let timestamp = i64::from_le_bytes(*self.timestamps.as_chunks().0.get(index)?);
        let bytes = self.data.get(number(self.offsets)? as usize..)?.get(..number(self.captured)? as usize)?;
        Some(Packet { timestamp, length: number(self.lengths)?, bytes })
    }

    /// No packets: asks a module for rows that are waiting.
    pub fn is_empty(&self) -> bool {
        self.timestamps.is_empty()
    }
}
