//! Records of a topic as a capture.

use crate::capture::{Encoder, Format, OtherLinkType, Preamble};
use crate::metron::{Framed, Granularity, LINK_TYPE, ORIGINAL_LENGTH, Scheme, framed};
use crate::model::Packet;
use crate::source::kafka::ReplayedPacket;

const ETHERNET: u32 = 1;

/// A record that is no packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("partition {partition}, offset {offset}: {reason}")]
pub struct Unreadable {
    partition: i32,
    offset: i64,
    reason: String,
}

/// Makes a capture of records: its first packet decides the link type.
pub struct Receiver {
    scheme: Scheme,
    granularity: Granularity,
    format: Format,
    snaplen: u32,
    encoder: Option<Encoder>,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Its packet is in the capture.
    Packet,
    /// It is no packet.
    Unreadable(Unreadable),
}

impl Receiver {
    /// Of records that say their time so. `snaplen` stands in the header of the capture, and cuts nothing.
    pub fn new(scheme: Scheme, granularity: Granularity, format: Format, snaplen: u32) -> Self {
        Self { scheme, granularity, format, snaplen, encoder: None }
    }

    /// The time of a record as its key says it, to bring records in order; 0 where it has none.
    pub fn time(&self, packet: &ReplayedPacket) -> u64 {
        match (self.scheme, &packet.key) {
            (Scheme::FromKey, Some(key)) => self.granularity.time(key),
            (Scheme::FromKey, None) => 0,
            (Scheme::FromPacket, _) => packet.value.as_deref().and_then(|value| framed(value).ok()).map_or(0, |framed| framed.time),
        }
    }

    /// What stands before the first packet, for a capture that has none.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        self.encoder(ETHERNET, out);
    }

    /// Adds the packet of a record to a capture.
    ///
    /// # Errors
    /// The format does not hold packets of this link type beside the others.
    pub fn take(&mut self, packet: &ReplayedPacket, out: &mut Vec<u8>) -> Result<Taken, OtherLinkType> {
        let unreadable = |reason: String| Ok(Taken::Unreadable(Unreadable { partition: packet.partition, offset: packet.offset, reason }));
        let Some(value) = packet.value.as_deref() else { return unreadable("a message without a value".to_owned()) };
        if self.scheme == Scheme::FromKey && packet.key.is_none() {
            return unreadable("a message without a key, which should be its time".to_owned());
        }
        let (time, link_type, length, bytes) = match self.scheme {
            Scheme::FromKey => {
                let header = |name: &str| packet.headers.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.parse().ok());
                let captured = u32::try_from(value.len()).unwrap_or(u32::MAX);
                (self.time(packet), header(LINK_TYPE).unwrap_or(ETHERNET), header(ORIGINAL_LENGTH).unwrap_or(captured), value)
            }
            Scheme::FromPacket => match framed(value) {
                Ok(Framed { time, facts, frame }) => (time, facts.link_type, facts.original, frame),
                Err(error) => return unreadable(error.to_string()),
            },
        };
        let timestamp = i64::try_from(time).unwrap_or(i64::MAX);
        self.encoder(link_type, out).push(link_type, &Packet { timestamp, length, bytes }, out)?;
        Ok(Taken::Packet)
    }

    fn encoder(&mut self, link_type: u32, out: &mut Vec<u8>) -> &mut Encoder {
        self.encoder.get_or_insert_with(|| {
            let nanoseconds = self.granularity == Granularity::Nanoseconds;
            let mut encoder = Encoder::new(self.format, Preamble { link_type, snapshot: self.snaplen, nanoseconds });
            encoder.begin(out);
            encoder
        })
    }
}
