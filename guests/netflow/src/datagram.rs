//! What exporters sent, found in the packets of a capture.

use flow::record::Address;

/// One payload of an exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// Packet of the session it came in, from 0.
    pub position: u64,
    /// When it was captured, ms since 1970; 0: not known.
    pub received: u64,
    /// Who sent it.
    pub exporter: Address,
    /// The bytes.
    pub payload: &'a [u8],
}

/// The same, with bytes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    position: u64,
    received: u64,
    exporter: Address,
    payload: Vec<u8>,
}

impl Datagram<'_> {
    /// For when its packet is gone.
    pub fn keep(&self) -> Waiting {
        Waiting { position: self.position, received: self.received, exporter: self.exporter, payload: self.payload.to_owned() }
    }
}

impl Waiting {
    /// As it was.
    pub fn datagram(&self) -> Datagram<'_> {
        Datagram { position: self.position, received: self.received, exporter: self.exporter, payload: &self.payload }
    }
}
