//! Classic pcap, version 2.4, little-endian.

use super::super::Preamble;
use super::OtherLinkType;
use crate::model::Packet;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const SECOND: i64 = 1_000_000_000;

/// One capture.
#[derive(Debug)]
pub struct Capture {
    link_type: u32,
    snapshot: u32,
    nanoseconds: bool,
}

impl Capture {
    pub(super) fn new(preamble: Preamble) -> Self {
        let Preamble { link_type, snapshot, nanoseconds } = preamble;
        Self { link_type, snapshot, nanoseconds }
    }

    pub(super) fn begin(&self, out: &mut Vec<u8>) {
        let magic = if self.nanoseconds { NANOSECONDS } else { MICROSECONDS };
        out.extend(magic.to_le_bytes());
        out.extend([2, 0, 4, 0]);
        out.extend([0, 0, self.snapshot, self.link_type].into_iter().flat_map(u32::to_le_bytes));
    }

    pub(super) fn push(&self, link_type: u32, packet: &Packet<'_>, out: &mut Vec<u8>) -> Result<(), OtherLinkType> {
        if link_type != self.link_type {
            return Err(OtherLinkType { first: self.link_type, found: link_type });
        }
        let captured = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
        out.extend(self.header(packet.timestamp, captured, packet.length));
        out.extend_from_slice(packet.bytes);
        Ok(())
    }

    /// Seconds before 1970 and after 2106 go round, as they do in libpcap.
    fn header(&self, timestamp: i64, captured: u32, length: u32) -> impl Iterator<Item = u8> {
        let seconds = timestamp.div_euclid(SECOND) as u32;
        let fraction = timestamp.rem_euclid(SECOND) as u32;
        let fraction = if self.nanoseconds { fraction } else { fraction / 1000 };
        [seconds, fraction, captured, length].into_iter().flat_map(u32::to_le_bytes)
    }

    pub(super) fn takes_over(&self, link_type: u32, packet: &Packet<'_>, before: &[u8]) -> bool {
        let Some(header) = before.last_chunk::<16>() else { return false };
        let number = |at: usize| header.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let unit = if self.nanoseconds { 1 } else { 1000 };
        let time = i64::from(number(0)) * SECOND + i64::from(number(4)) * unit;
        let captured = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
        (link_type, time, number(8), number(12)) == (self.link_type, packet.timestamp, captured, packet.length)
    }
}
