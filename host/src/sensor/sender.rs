//! Packets, one after the other, as records of a topic.

use std::io;
use std::path::PathBuf;

use super::Counts;
use crate::metron::{Granularity, LINK_TYPE, ORIGINAL_LENGTH};
use crate::model::Packet;
use crate::sink::kafka::{KafkaError, PacketTopic, RefusedPacket};
#[cfg(feature = "live")]
use crate::source::InterfaceError;
use crate::stop::Stop;

const ETHERNET: u32 = 1;

/// Why a sensor ended early.
#[derive(Debug, thiserror::Error)]
pub enum SensorError {
    /// The topic that packets go to.
    #[error(transparent)]
    Topic(#[from] KafkaError),
    /// A capture cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The interface.
    #[cfg(feature = "live")]
    #[error(transparent)]
    Interface(InterfaceError),
}

/// See the top of the file.
pub struct Sender<'a> {
    topic: PacketTopic,
    granularity: Granularity,
    /// Bytes of a packet that are sent.
    snaplen: usize,
    /// Packets that may yet be sent.
    left: u64,
    counts: &'a Counts,
    stop: &'a Stop,
}

impl<'a> Sender<'a> {
    /// Sends at most `most` packets, and of each no more than `snaplen` bytes.
    pub fn new(topic: PacketTopic, granularity: Granularity, snaplen: usize, most: u64, counts: &'a Counts, stop: &'a Stop) -> Self {
        Self { topic, granularity, snaplen, left: most, counts, stop }
    }

    /// How many more packets are wanted; 0 also when it was told to stop.
    pub fn wants(&self) -> u64 {
        if self.stop.is_set() { 0 } else { self.left }
    }

    /// Sends a packet. Of one that is not Ethernet, or longer on the wire, headers say so, which Metron does not look at. A time before 1970 is 1970.
    ///
    /// # Errors
    /// The client takes nothing.
    pub fn send(&mut self, link_type: u32, packet: &Packet<'_>) -> Result<(), SensorError> {
        let bytes = packet.bytes.get(..self.snaplen).unwrap_or(packet.bytes);
        let key = self.granularity.key(packet.timestamp.max(0).unsigned_abs());
        let mut headers = Vec::new();
        if link_type != ETHERNET {
            headers.push((LINK_TYPE, link_type.to_string()));
        }
        if packet.length as usize != bytes.len() {
            headers.push((ORIGINAL_LENGTH, packet.length.to_string()));
        }
        if self.topic.send(&key, bytes, &headers, self.stop)? {
            self.left = self.left.saturating_sub(1);
            self.counts.packet(bytes.len());
        }
        Ok(())
    }

    /// Brings the counters up to date. Gives what was refused since the last call.
    pub fn look(&self) -> Vec<RefusedPacket> {
        let delivered = self.topic.delivered();
        self.counts.delivered(delivered.confirmed, delivered.refused);
        self.topic.refused()
    }

    /// Waits until all is confirmed or refused, or `patience` is set. Says whether nothing is left.
    pub fn flush(&self, patience: &Stop) -> bool {
        self.topic.flush(patience)
    }
}
