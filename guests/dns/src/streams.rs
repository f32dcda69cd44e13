//! DNS over TCP (RFC 7766): messages behind a length of two bytes, out of segments that may be cut anywhere, come twice, out of order or never.
//!
//! What is in order is read where it lies. A segment behind a gap waits until the gap is filled, or until it is clear that the capture lacks it: the
//! other side has acknowledged what lies behind it, the connection ends, or too much waits. Then the stream goes on behind the gap, where a segment
//! must begin a message: DNS software writes a message as one.

use weir_sdk::layers::{Aging, Tcp};

use crate::frame::Frame;
use crate::half::{Half, Out, Sink};

/// Connections that are remembered.
const MAX_CONNECTIONS: usize = 16_384;
/// Bytes of all segments and parts of messages that wait, and of the connections' own records.
const MAX_BYTES: usize = 4 << 20;

/// One end of a connection.
pub type End = (std::net::IpAddr, u16);

/// A connection, the lower end first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) low: End,
    pub(crate) high: End,
}

/// What the lower end sends, and what the higher end sends.
#[derive(Debug, Default)]
pub struct Connection {
    pub(crate) halves: [Half; 2],
}

/// What was lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamCounts {
    /// Messages of which a part never came, or came only partly into the capture.
    pub incomplete: u64,
    /// Connections that were forgotten, while a part of a message waited, because there were too many.
    pub forgotten: u64,
}

/// All connections of a capture.
#[derive(Debug)]
pub struct Streams {
    pub(crate) connections: Aging<Key, Connection>,
    counts: StreamCounts,
}

impl Default for Streams {
    fn default() -> Self {
        Self { connections: Aging::new(MAX_CONNECTIONS, MAX_BYTES), counts: StreamCounts::default() }
    }
}

impl Streams {
    /// Takes a segment; `out` gets the messages that are complete by it, each with the packet that completed it, and what cannot be read.
    pub fn push(&mut self, frame: &Frame, tcp: &Tcp<'_>, out: &mut Out<'_>) {
        let (src, dst) = ((frame.addresses.src, frame.src_port), (frame.addresses.dst, frame.dst_port));
        let (key, from) = if src <= dst { (Key { low: src, high: dst }, 0) } else { (Key { low: dst, high: src }, 1) };
        let mut sink = Sink { out, incomplete: &mut self.counts.incomplete };
        let connection = match self.connections.touch(&key) {
            Some(connection) => connection,
            // Nothing to remember: the end of a connection of which the capture holds nothing else.
            None if tcp.payload.is_empty() && tcp.missing == 0 && !tcp.syn() => return,
            None => {
                self.connections.insert(key, Connection::default(), 0);
                let Some(connection) = self.connections.get_mut(&key) else { return };
                connection
            }
        };
        let before = connection.waiting();
        let [low, high] = &mut connection.halves;
        let (own, other) = if from == 0 { (low, high) } else { (high, low) };
        if tcp.ack() {
            other.acknowledged(tcp.acknowledged, &mut sink);
        }
        own.push(frame, tcp, &mut sink);
        let after = connection.waiting();
        if tcp.rst() || closed(connection) {
            self.connections.remove(&key);
        } else if before != after {
            self.connections.resize(&key, after);
        }
        while let Some((_, connection)) = self.connections.pop_excess() {
            self.counts.forgotten += u64::from(connection.waiting() > 0);
        }
    }

    /// The capture is at its end: segments behind gaps of the oldest connection are read, what is left incomplete of it is counted. False: there is
    /// none left.
    pub fn finish_next(&mut self, out: &mut Out<'_>) -> bool {
        let Some((_, mut connection)) = self.connections.pop_if(|_| true) else { return false };
        let mut sink = Sink { out, incomplete: &mut self.counts.incomplete };
        connection.halves.iter_mut().for_each(|half| half.finish(&mut sink));
        true
    }

    /// What was lost so far.
    pub fn counts(&self) -> StreamCounts {
        self.counts
    }
}

/// Both sides have said that they have sent everything, and it is all read.
fn closed(connection: &Connection) -> bool {
    connection.halves.iter().all(Half::is_closed)
}

impl Connection {
    /// Bytes that wait in it.
    pub(crate) fn waiting(&self) -> usize {
        self.halves.iter().map(Half::waiting).sum()
    }
}
