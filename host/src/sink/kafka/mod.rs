//! A topic of Kafka, written so that every row arrives, and that readers can tell a message that comes twice.
//!
//! Rows of a source are cut into segments, and a segment is a message. The cut depends on the rows alone, so a source that is sent again from some row on
//! gives the same messages again. Each says in its headers which rows of which source it holds. Records of what was sent lie in the sink's `state`
//! directory, and are those of a table ([`sink::table`](crate::sink::table)): a source counts as done when its last segment is confirmed.

mod block;
mod cells;
mod client;
mod columns;
mod content;
mod create;
mod error;
mod limit;
mod lines;
mod mark;
mod packets;
mod retention;
mod segment;
mod segments;
mod sending;
mod topic;

pub use create::create;
pub use error::KafkaError;
pub use packets::{Delivered, PacketTopic, RefusedPacket};
pub use sending::{Refused, Sending};
pub use topic::{MODULE, ROW, SCHEMA, SEGMENT, SOURCE, Topic};

use crate::config::{KafkaSink, MessageFormat};
use crate::model::TableSchema;

/// Whether rows of a schema can be sent, and whether librdkafka takes the properties: for a check before anything is sent.
///
/// # Errors
/// What [`Topic::open`] would say of the properties, or the first row of its columns.
pub fn check(spec: &KafkaSink, schema: &TableSchema) -> Result<(), KafkaError> {
    check_properties(spec)?;
    match spec.format {
        MessageFormat::Arrow => Ok(()),
        _ => lines::Layout::of(schema).map(drop),
    }
}

/// Whether librdkafka takes the properties.
///
/// # Errors
/// What [`Topic::open`] would say of them.
pub fn check_properties(spec: &KafkaSink) -> Result<(), KafkaError> {
    client::check(spec)
}
