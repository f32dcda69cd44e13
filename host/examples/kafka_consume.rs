//! Reads a topic from its beginning to its end and throws its messages away: what receiving costs before anything is done with them. To be held against
//! a pipeline that reads the same topic.
//!
//! `cargo run --release --example kafka_consume BROKERS TOPIC`

use std::time::Duration;

use anyhow::Context;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// How long a broker may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (brokers, topic) = arguments.next().zip(arguments.next()).context("usage: kafka_consume BROKERS TOPIC")?;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &brokers).set("group.id", "bench").set("enable.auto.commit", "false");
    // As weir sets them.
    config.set("fetch.queue.backoff.ms", "5").set("fetch.message.max.bytes", "8388608").set("queued.max.messages.kbytes", "32768");
    let consumer: BaseConsumer = config.create()?;
    let metadata = consumer.fetch_metadata(Some(&topic), ANSWER)?;
    let partitions = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
    let (mut from, mut left) = (TopicPartitionList::new(), 0);
    for partition in 0..i32::try_from(partitions)? {
        let (low, high) = consumer.fetch_watermarks(&topic, partition, ANSWER)?;
        from.add_partition_offset(&topic, partition, Offset::Offset(low))?;
        left += high - low;
    }
    consumer.assign(&from)?;
    let (mut messages, mut bytes) = (0_u64, 0_u64);
    while left > 0 {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
        bytes += message?.payload_len() as u64;
        messages += 1;
        left -= 1;
    }
    println!("{messages} messages, {bytes} bytes");
    Ok(())
}
