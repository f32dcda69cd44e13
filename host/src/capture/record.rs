//! What lies at one place of a capture.

use super::damage::Cause;

/// A packet in its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packet {
    pub link_type: u32,
    /// Nanoseconds since 1970-01-01 UTC.
    pub time: i64,
    /// From the beginning of the record to the packet's first byte.
    pub offset: usize,
    /// Bytes of it that the capture holds.
    pub captured: u32,
    /// Bytes it had on the wire.
    pub length: u32,
    /// Bytes of the whole record.
    pub size: usize,
}

/// The record, or whatever it is, at the head of some bytes.
#[derive(Debug)]
pub(super) enum Record {
    Packet(Packet),
    /// Known, and no packet.
    Other {
        size: usize,
    },
    /// Unreadable, but its end is known.
    Bad {
        size: usize,
        cause: Cause,
    },
    /// So many bytes are needed to say more.
    Needs {
        size: usize,
    },
    /// What cannot be true: nothing behind it can be found.
    Lost(Cause),
}

/// Bytes of one packet that are delivered at most; what claims more is damage, or would not fit into a module's memory.
pub(super) const LARGEST_PACKET: u32 = 16 << 20;

/// Bytes of a packet that are believed, by link type: libpcap's numbers.
pub(super) fn believable(link_type: u32) -> u32 {
    const USBPCAP: u32 = 249;
    const DBUS: u32 = 231;
    const EBHSCR: u32 = 279;
    match link_type {
        DBUS => 128 << 20,
        EBHSCR => 8 << 20,
        USBPCAP => 1 << 20,
        _ => 256 << 10,
    }
}
