//! A message, and what its headers say of it.

use rdkafka::message::{BorrowedMessage, Headers, Message as _};

use crate::model::Digest;

/// Headers that a collector of weir sets.
const SOURCE: &str = "weir-source";
const ROW: &str = "weir-row";

/// A message of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which partition.
    pub partition: i32,
    /// Its offset there.
    pub offset: u64,
    /// Its value; empty where there is none.
    pub value: Vec<u8>,
    /// Which rows it holds, if a collector of weir sent it.
    pub sent: Option<SentRows>,
}

/// Which rows of which source a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentRows {
    /// What they are of.
    pub source: Digest,
    /// Number of the first one in it, from 0.
    pub first: u64,
}

impl Message {
    /// A copy of what the client holds.
    pub(super) fn of(message: &BorrowedMessage<'_>) -> Self {
        Self {
            partition: message.partition(),
            offset: u64::try_from(message.offset()).unwrap_or(0),
            value: message.payload().unwrap_or_default().to_vec(),
            sent: SentRows::of(message),
        }
    }
}

impl SentRows {
    fn of(message: &BorrowedMessage<'_>) -> Option<Self> {
        let headers = message.headers()?;
        let value = |name| headers.iter().find(|header| header.key == name).and_then(|header| str::from_utf8(header.value?).ok());
        Some(Self { source: Digest::of_hex(value(SOURCE)?)?, first: value(ROW)?.parse().ok()? })
    }
}
