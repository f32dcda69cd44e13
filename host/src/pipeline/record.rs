//! A message as a packet, by the rules of the pipeline.

use super::consume::Packets;
use crate::config::StoredHeaders;
use crate::metron::{Framed, HEADERS, LINK_TYPE, ORIGINAL_LENGTH, PacketHeaders, Scheme, framed};
use crate::source::kafka::PacketMessage;

const ETHERNET: u32 = 1;

/// What is stored of a message, and what a filter sees of it.
pub struct Record<'m> {
    /// Unsigned nanoseconds since 1970.
    pub time: u64,
    /// What is stored, behind the headers if it has none of its own.
    pub value: &'m [u8],
    /// The packet's bytes.
    pub frame: &'m [u8],
    /// Link type and length on the wire, as far as they are known.
    pub facts: PacketHeaders,
    /// What is stored of these; none: the value has its headers.
    stored: Option<PacketHeaders>,
}

impl Record<'_> {
    /// The headers that stand before the value.
    pub fn head(&self) -> Option<[u8; HEADERS]> {
        let captured = u32::try_from(self.value.len()).unwrap_or(u32::MAX);
        self.stored.map(|stored| stored.bytes(self.time, captured))
    }
}

impl Packets<'_> {
    /// Reads a message. An error is the reason why it is no packet.
    pub fn record<'m>(&self, message: &'m PacketMessage<'_>) -> Result<Record<'m>, String> {
        let value = message.value().ok_or_else(|| "it has no value, which should be the packet".to_owned())?;
        if self.records.scheme == Scheme::FromPacket {
            let Framed { time, facts, frame } = framed(value).map_err(|error| error.to_string())?;
            return Ok(Record { time, value, frame, facts, stored: None });
        }
        let key = message.key().ok_or_else(|| "it has no key, which should be the packet's time".to_owned())?;
        let time = self.records.granularity.time(key);
        let plain = PacketHeaders { link_type: ETHERNET, original: u32::try_from(value.len()).unwrap_or(u32::MAX) };
        // Headers cost a little: they are looked for by those who want them.
        let wanted = self.filter.is_some() || self.sink.headers == StoredHeaders::True;
        let facts = if wanted { facts(message, plain) } else { plain };
        let stored = if self.sink.headers == StoredHeaders::True { facts } else { plain };
        Ok(Record { time, value, frame: value, facts, stored: Some(stored) })
    }
}

fn facts(message: &PacketMessage<'_>, plain: PacketHeaders) -> PacketHeaders {
    let number = |name| message.header(name).and_then(|text| text.parse().ok());
    PacketHeaders { link_type: number(LINK_TYPE).unwrap_or(plain.link_type), original: number(ORIGINAL_LENGTH).unwrap_or(plain.original) }
}
