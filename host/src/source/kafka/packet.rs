//! A message that holds a packet, where the client has it: nothing is copied.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

/// A message of a partition, in the client's own buffer.
#[derive(Debug)]
pub struct PacketMessage<'a>(pub(super) BorrowedMessage<'a>);

impl PacketMessage<'_> {
    /// Which partition.
    pub fn partition(&self) -> i32 {
        self.0.partition()
    }

    /// Its offset there.
    pub fn offset(&self) -> u64 {
        u64::try_from(self.0.offset()).unwrap_or(0)
    }

    /// Its key.
    pub fn key(&self) -> Option<&[u8]> {
        self.0.key()
    }

    /// Its value.
    pub fn value(&self) -> Option<&[u8]> {
        self.0.payload()
    }

    /// Bytes of its value.
    pub fn size(&self) -> u64 {
        self.0.payload_len() as u64
    }

    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.0.headers()?;
        headers.iter().find(|header| header.key == name).and_then(|header| str::from_utf8(header.value?).ok())
    }
}
