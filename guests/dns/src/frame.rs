//! Which packet a message came in, and between whom.

use weir_sdk::layers::Addresses;

/// What carried a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One datagram a message.
    Udp,
    /// A stream, each message behind its length.
    Tcp,
}

impl Transport {
    /// As in the columns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

/// The packet that a message came in; of one that came in several, the packet that completed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Position in what the session was fed; `None`: an earlier session was fed it.
    pub at: Option<u64>,
    /// Number in the capture, from 0.
    pub number: u64,
    /// Nanoseconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// Bytes on the wire.
    pub length: u32,
    /// What carried the message.
    pub transport: Transport,
    /// Of the innermost IP header.
    pub addresses: Addresses,
    /// Of the first IPv4 header, else of the first IPv6 header.
    pub outer: Addresses,
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
}
