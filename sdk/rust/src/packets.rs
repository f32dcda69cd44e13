//! Batches of raw packets, as the host took them from a capture.

/// Packets of one link type. What lies between them in `data` is not looked at.
#[derive(Debug, Clone, Copy)]
pub struct PacketBatch<'a> {
    /// LINKTYPE_ value of the pcap registry.
    pub link_type: u32,
    /// Number of the first packet in its source, from 0.
    pub first: u64,
    /// u32 a packet: its number less `first`; `None`: without a gap.
    pub numbers: Option<&'a [u8]>,
    /// s64 a packet: nanoseconds since 1970-01-01 UTC.
    pub timestamps: &'a [u8],
    /// u32 a packet: where its first byte lies in `data`.
    pub offsets: &'a [u8],
    /// u32 a packet: bytes of it that are in `data`.
    pub captured: &'a [u8],
    /// u32 a packet: bytes it had on the wire.
    pub lengths: &'a [u8],
    /// A stretch of the capture.
    pub data: &'a [u8],
}

/// One packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// In its source, from 0.
    pub number: u64,
    /// Nanoseconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// Bytes it had on the wire; the capture may hold fewer.
    pub length: u32,
    /// What the capture holds of it.
    pub bytes: &'a [u8],
}

impl<'a> PacketBatch<'a> {
    /// No packets: asks a parser for rows that are waiting.
    pub const NONE: PacketBatch<'static> =
        PacketBatch { link_type: 0, first: 0, numbers: None, timestamps: &[], offsets: &[], captured: &[], lengths: &[], data: &[] };

    /// How many packets there are.
    pub fn len(&self) -> usize {
        self.timestamps.len() / 8
    }

    /// No packets: the host asks for rows that are waiting.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The packet at a place in the batch. What a host says wrongly reads as nothing: it is checked before it is sent.
    #[inline]
    pub fn packet(&self, index: usize) -> Option<Packet<'a>> {
        let [offset, captured, length] = [self.offsets, self.captured, self.lengths].map(|numbers| u32_at(numbers, index));
        let (offset, captured) = (offset? as usize, captured? as usize);
        let number = match self.numbers {
            Some(numbers) => self.first + u64::from(u32_at(numbers, index)?),
            None => self.first + index as u64,
        };
        let timestamp = i64::from_le_bytes(*self.timestamps.as_chunks().0.get(index)?);
        Some(Packet { number, timestamp, length: length?, bytes: self.data.get(offset..offset.checked_add(captured)?)? })
    }

    /// The bytes of all packets in order: all that most filters look at. What a host says wrongly is empty.
    #[inline]
    pub fn bytes(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let data = self.data;
        let places = self.offsets.as_chunks().0.iter().zip(self.captured.as_chunks().0);
        places.map(move |(offset, captured)| {
            let (offset, captured) = (u32::from_le_bytes(*offset) as usize, u32::from_le_bytes(*captured) as usize);
            data.get(offset..).and_then(|rest| rest.get(..captured)).unwrap_or_default()
        })
    }

    /// Bytes that the packet at a place in the batch had on the wire.
    #[inline]
    pub fn length(&self, index: usize) -> Option<u32> {
        u32_at(self.lengths, index)
    }

    /// All packets in order.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'a>> + use<'a> {
        let batch = *self;
        (0..batch.len()).map_while(move |index| batch.packet(index))
    }
}

#[inline]
fn u32_at(numbers: &[u8], index: usize) -> Option<u32> {
    numbers.as_chunks().0.get(index).map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_lie_where_the_batch_says_and_keep_their_numbers() {
        let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>();
        let (offsets, captured, lengths, gaps) = (numbers(&[1, 4]), numbers(&[2, 1]), numbers(&[2, 9]), numbers(&[0, 3]));
        let timestamps = [5i64, 6].iter().flat_map(|time| time.to_le_bytes()).collect::<Vec<_>>();
        let batch = PacketBatch {
            link_type: 1,
            first: 10,
            numbers: Some(&gaps),
            timestamps: &timestamps,
            offsets: &offsets,
            captured: &captured,
            lengths: &lengths,
            data: b"-ab-c",
        };
        let packets: Vec<_> = batch.packets().collect();
        assert_eq!(packets[0], Packet { number: 10, timestamp: 5, length: 2, bytes: b"ab" });
        assert_eq!(packets[1], Packet { number: 13, timestamp: 6, length: 9, bytes: b"c" });
    }
}
