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

impl PacketBatch<'_> {
    /// How many packets there are.
    pub fn len(&self) -> usize {
        self.timestamps.len() / size_of::<i64>()
    }

    /// No packets: asks a module for rows that are waiting.
    pub fn is_empty(&self) -> bool {
        self.timestamps.is_empty()
    }
}
