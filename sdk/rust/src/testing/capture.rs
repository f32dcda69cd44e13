//! Captures for tests of packet parsers: classic pcap of both byte orders, and the usual blocks of pcapng. It is no reader for doubtful input: the
//! host has one, and what this one does not know ends the reading.

use crate::{PacketBatch, Reader};

/// A captured packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// LINKTYPE_ value of the pcap registry.
    pub link_type: u32,
    /// Nanoseconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// Bytes it had on the wire.
    pub length: u32,
    /// What was captured of it.
    pub bytes: Vec<u8>,
}

/// The packets of a pcap or pcapng file, up to where it can be read.
pub fn packets_of(file: &[u8]) -> Vec<Captured> {
    let mut packets = Vec::new();
    let _ = match file.first_chunk() {
        Some([0xd4, 0xc3, 0xb2, 0xa1]) => pcap(file, false, 1000, &mut packets),
        Some([0x4d, 0x3c, 0xb2, 0xa1]) => pcap(file, false, 1, &mut packets),
        Some([0xa1, 0xb2, 0xc3, 0xd4]) => pcap(file, true, 1000, &mut packets),
        Some([0xa1, 0xb2, 0x3c, 0x4d]) => pcap(file, true, 1, &mut packets),
        Some([0x0a, 0x0d, 0x0d, 0x0a]) => pcapng(file, &mut packets),
        _ => None,
    };
    packets
}

fn number(reader: &mut Reader<'_>, big: bool) -> Option<u32> {
    if big { reader.u32_be().ok() } else { reader.u32_le().ok() }
}

fn pcap(file: &[u8], big: bool, unit: i64, packets: &mut Vec<Captured>) -> Option<()> {
    let mut reader = Reader::new(file);
    reader.take(20).ok()?;
    let link_type = number(&mut reader, big)? & 0xffff;
    loop {
        let [seconds, fraction, captured, length] = std::array::from_fn(|_| number(&mut reader, big));
        let timestamp = i64::from(seconds?) * 1_000_000_000 + i64::from(fraction?) * unit;
        let bytes = reader.take(captured? as usize).ok()?.to_vec();
        packets.push(Captured { link_type, timestamp, length: length?, bytes });
    }
}

/// Link type, and how many units of its clock a second has.
struct Interface(u32, i128);

fn pcapng(file: &[u8], packets: &mut Vec<Captured>) -> Option<()> {
    let (mut rest, mut interfaces, mut big) = (file, Vec::new(), false);
    loop {
        if rest.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            big = rest.get(8..12)? == [0x1a, 0x2b, 0x3c, 0x4d];
            interfaces.clear();
        }
        let mut head = Reader::new(rest);
        let (kind, size) = (number(&mut head, big)?, number(&mut head, big)? as usize);
        let mut body = Reader::new(rest.get(8..size.checked_sub(4)?)?);
        match kind {
            1 => interfaces.push(interface(&mut body, big)?),
            6 => packets.push(enhanced(&mut body, big, &interfaces)?),
            _ => {}
        }
        rest = rest.get(size..)?;
    }
}

fn interface(body: &mut Reader<'_>, big: bool) -> Option<Interface> {
    let short = |reader: &mut Reader<'_>| if big { reader.u16_be().ok() } else { reader.u16_le().ok() };
    let link_type = short(body)?;
    body.take(6).ok()?;
    let mut units = 1_000_000;
    while let (Some(code), Some(length)) = (short(body), short(body)) {
        let value = body.take(usize::from(length).next_multiple_of(4)).ok()?;
        if let (9, [power, ..]) = (code, value) {
            units = if power & 0x80 == 0 { 10i128.checked_pow(u32::from(*power))? } else { 1 << (power & 0x3f) };
        }
    }
    Some(Interface(link_type.into(), units))
}

fn enhanced(body: &mut Reader<'_>, big: bool, interfaces: &[Interface]) -> Option<Captured> {
    let [index, high, low, captured, length] = std::array::from_fn(|_| number(body, big));
    let Interface(link_type, units) = interfaces.get(index? as usize)?;
    let ticks = i128::from(high?) << 32 | i128::from(low?);
    let timestamp = i64::try_from(ticks * 1_000_000_000 / units).ok()?;
    Some(Captured { link_type: *link_type, timestamp, length: length?, bytes: body.take(captured? as usize).ok()?.to_vec() })
}

/// Packets of one link type, as a host passes them.
#[derive(Debug, Clone, Default)]
pub struct OwnedBatch {
    link_type: u32,
    first: u64,
    timestamps: Vec<u8>,
    offsets: Vec<u8>,
    captured: Vec<u8>,
    lengths: Vec<u8>,
    data: Vec<u8>,
}

impl OwnedBatch {
    /// Packets in batches of at most `size`, and of one link type each; numbered from 0.
    pub fn all(packets: &[Captured], size: usize) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for (number, packet) in packets.iter().enumerate() {
            let fits = batches.last().is_some_and(|batch| batch.link_type == packet.link_type && batch.timestamps.len() / 8 < size);
            if !fits {
                batches.push(Self { link_type: packet.link_type, first: number as u64, ..Self::default() });
            }
            if let Some(batch) = batches.last_mut() {
                batch.push(packet);
            }
        }
        batches
    }

    /// The same packets as those from a number on.
    #[must_use]
    pub fn numbered_from(self, first: u64) -> Self {
        Self { first, ..self }
    }

    fn push(&mut self, packet: &Captured) {
        // What lies between packets is not looked at: here it is four bytes.
        self.data.extend([0xee; 4]);
        self.timestamps.extend(packet.timestamp.to_le_bytes());
        self.offsets.extend((self.data.len() as u32).to_le_bytes());
        self.captured.extend((packet.bytes.len() as u32).to_le_bytes());
        self.lengths.extend(packet.length.to_le_bytes());
        self.data.extend(&packet.bytes);
    }

    /// As a parser sees it.
    pub fn view(&self) -> PacketBatch<'_> {
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: None,
            timestamps: &self.timestamps,
            offsets: &self.offsets,
            captured: &self.captured,
            lengths: &self.lengths,
            data: &self.data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pcap_of_the_other_byte_order_and_one_cut_in_a_packet_are_read() {
        let mut file = vec![0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1];
        file.extend([0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 5, b'a', b'b', b'c']);
        let expected = Captured { link_type: 1, timestamp: 2_000_000_007, length: 5, bytes: b"abc".to_vec() };
        assert_eq!(packets_of(&file), vec![expected.clone()]);
        file.extend([0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 5, b'a']);
        assert_eq!(packets_of(&file), [expected]);
    }

    #[test]
    fn batches_hold_packets_of_one_link_type_and_keep_their_numbers() {
        let packet = |link_type, byte| Captured { link_type, timestamp: 1, length: 9, bytes: vec![byte] };
        let batches = OwnedBatch::all(&[packet(1, 10), packet(1, 11), packet(1, 12), packet(2, 13)], 2);
        let shown: Vec<_> = batches
            .iter()
            .flat_map(|batch| {
                batch.view().packets().map(|packet| (batch.link_type, packet.number, packet.bytes.to_vec())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(batches.len(), 3);
        assert_eq!(shown, [(1, 0, vec![10]), (1, 1, vec![11]), (1, 2, vec![12]), (2, 3, vec![13])]);
    }
}
