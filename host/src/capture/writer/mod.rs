//! Captures to be written: headers and records as bytes.

mod classic;
mod pcapng;

use super::Preamble;
use crate::model::Packet;

/// A format of captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One link type; times in microseconds, or in nanoseconds where the input has them.
    Pcap,
    /// Any link types; times in nanoseconds.
    Pcapng,
}

/// A packet that does not go into the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a packet of link type {found} where those before it are of link type {first}: a pcap file holds one; choose the format pcapng")]
pub struct OtherLinkType {
    first: u32,
    found: u32,
}

/// Makes the bytes of one capture, which is little-endian.
#[derive(Debug)]
pub enum Encoder {
    /// Classic pcap.
    Pcap(classic::Capture),
    /// pcapng.
    Pcapng(pcapng::Capture),
}

impl Encoder {
    /// A capture of packets whose own capture said this.
    pub fn new(format: Format, preamble: Preamble) -> Self {
        match format {
            Format::Pcap => Self::Pcap(classic::Capture::new(preamble)),
            Format::Pcapng => Self::Pcapng(pcapng::Capture::new(preamble.snapshot)),
        }
    }

    /// What stands before the first packet.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Pcap(capture) => capture.begin(out),
            Self::Pcapng(capture) => capture.begin(out),
        }
    }

    /// Adds a packet.
    ///
    /// # Errors
    /// The format does not hold packets of this link type beside the others.
    pub fn push(&mut self, link_type: u32, packet: &Packet<'_>, out: &mut Vec<u8>) -> Result<(), OtherLinkType> {
        match self {
            Self::Pcap(capture) => capture.push(link_type, packet, out),
            Self::Pcapng(capture) => {
                capture.push(link_type, packet, out);
                Ok(())
            }
        }
    }

    /// Whether the record of a packet, as a classic little-endian capture has it, can be taken over as it is: bytes of the record before the packet.
    pub fn takes_over(&self, link_type: u32, packet: &Packet<'_>, before: &[u8]) -> bool {
        match self {
            Self::Pcap(capture) => capture.takes_over(link_type, packet, before),
            Self::Pcapng(_) => false,
        }
    }
}
