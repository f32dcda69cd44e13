//! All partitions of a topic as one sequence of packets, by the number in their keys: what lies in several partitions comes back in the order of time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, DefaultConsumerContext};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::error::SubscriptionError;
use crate::config::Kafka;

/// How long a broker may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a partition that has more is waited for at a time.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where to begin in each partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// The earliest message there is.
    Begin,
    /// The first message that comes.
    End,
    /// Where the group left off, else the earliest.
    Stored,
    /// The first message that the broker took at this time or later: milliseconds since 1970.
    Time(i64),
}

/// See the top of the file. A partition in which nothing waits is not waited for.
pub struct Replay {
    topic: String,
    consumer: Arc<BaseConsumer>,
    partitions: Vec<Partition>,
}

struct Partition {
    number: i32,
    queue: PartitionQueue<DefaultConsumerContext>,
    /// What came before there was the queue.
    early: VecDeque<ReplayedPacket>,
    head: Option<ReplayedPacket>,
    /// First offset that is not handed out.
    next: i64,
    /// First offset that was not there at the start.
    end: i64,
    /// Nothing waits in the partition.
    drained: bool,
}

/// A message that holds a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedPacket {
    /// Which partition.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Headers with a value that is text.
    pub headers: Vec<(String, String)>,
}

impl Replay {
    /// Takes on every partition of the topic.
    ///
    /// # Errors
    /// librdkafka does not take the properties, no broker answers, or there is no such topic.
    pub fn open(kafka: &Kafka, group: &str, from: ReplayFrom) -> Result<Self, SubscriptionError> {
        let consumer: Arc<BaseConsumer> = Arc::new(properties(kafka, group).create().map_err(refusal)?);
        let call = |what| move |source| SubscriptionError::Call { what, topic: kafka.topic.clone(), source: Box::new(source) };
        let metadata = consumer.fetch_metadata(Some(&kafka.topic), ANSWER).map_err(call("ask for the partitions"))?;
        let topic = metadata.topics().first();
        if let Some(code) = topic.and_then(|topic| topic.error()) {
            return Err(SubscriptionError::NoTopic { topic: kafka.topic.clone(), code: code.into() });
        }
        let numbers: Vec<_> = topic.map(|topic| topic.partitions().iter().map(|partition| partition.id()).collect()).unwrap_or_default();
        let mut ranges = Vec::with_capacity(numbers.len());
        for number in numbers {
            let range = consumer.fetch_watermarks(&kafka.topic, number, ANSWER).map_err(call("ask for the first and last offset"))?;
            ranges.push((number, range));
        }
        let begins = begins(&consumer, &kafka.topic, &ranges, from).map_err(call("ask where to begin"))?;
        let mut list = TopicPartitionList::new();
        for (number, begin) in &begins {
            // Refuses only numbers below 0.
            let _ = list.add_partition_offset(&kafka.topic, *number, Offset::Offset(*begin));
        }
        consumer.assign(&list).map_err(call("take on partitions"))?;
        let mut partitions = Vec::with_capacity(begins.len());
        for ((number, begin), (_, (_, end))) in begins.into_iter().zip(ranges) {
            let queue = consumer.split_partition_queue(&kafka.topic, number);
            let Some(queue) = queue else { continue };
            partitions.push(Partition { number, queue, early: VecDeque::new(), head: None, next: begin, end, drained: begin >= end });
        }
        Ok(Self { topic: kafka.topic.clone(), consumer, partitions })
    }

    /// Whether everything was handed out that was there at the start.
    pub fn caught_up(&self) -> bool {
        self.partitions.iter().all(|partition| partition.next >= partition.end)
    }

    /// The next packet, or none where nothing comes for a while.
    ///
    /// # Errors
    /// The client gave up for good, or messages were deleted before they were read.
    pub fn next(&mut self, key: impl Fn(&ReplayedPacket) -> u64) -> Result<Option<ReplayedPacket>, SubscriptionError> {
        // Errors, and what came of partitions before they had queues of their own.
        self.serve()?;
        let idle = self.partitions.iter().all(|partition| partition.drained && partition.head.is_none());
        for (place, partition) in self.partitions.iter_mut().enumerate() {
            let patience = if idle && place == 0 { PATIENCE } else { Duration::ZERO };
            partition.fill(&self.topic, patience)?;
        }
        // What is on its way may be older than what is here.
        if self.partitions.iter().any(|partition| partition.head.is_none() && !partition.drained) {
            return Ok(None);
        }
        let first = self
            .partitions
            .iter_mut()
            .filter(|partition| partition.head.is_some())
            .min_by_key(|partition| partition.head.as_ref().map(&key));
        Ok(first.and_then(Partition::take))
    }

    fn serve(&mut self) -> Result<(), SubscriptionError> {
        while let Some(polled) = self.consumer.poll(Duration::ZERO) {
            let of = |number: i32| move |partition: &&mut Partition| partition.number == number;
            match polled {
                Ok(message) => {
                    let partition = self.partitions.iter_mut().find(of(message.partition()));
                    partition.into_iter().for_each(|partition| partition.early.push_back(packet(&message)));
                }
                Err(ClientError::PartitionEOF(number)) => {
                    self.partitions.iter_mut().find(of(number)).into_iter().for_each(|partition| partition.drained = true);
                }
                Err(ClientError::MessageConsumptionFatal(code)) => {
                    return Err(SubscriptionError::Fatal { topic: self.topic.clone(), code });
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Tells the group what was handed out: a later [`ReplayFrom::Stored`] goes on behind it.
    ///
    /// # Errors
    /// The brokers do not take it.
    pub fn store(&self) -> Result<(), SubscriptionError> {
        let mut list = TopicPartitionList::new();
        for partition in &self.partitions {
            let _ = list.add_partition_offset(&self.topic, partition.number, Offset::Offset(partition.next));
        }
        let call = |source| SubscriptionError::Call { what: "store the offsets", topic: self.topic.clone(), source: Box::new(source) };
        self.consumer.commit(&list, CommitMode::Sync).map_err(call)
    }
}

impl Partition {
    /// Sees to it that the first of the partition's packets that wait is known.
    fn fill(&mut self, topic: &str, patience: Duration) -> Result<(), SubscriptionError> {
        while self.head.is_none() {
            if let Some(packet) = self.early.pop_front() {
                self.head = Some(packet).filter(|packet| packet.offset >= self.next);
                continue;
            }
            let patience = if self.drained { patience } else { PATIENCE };
            match self.queue.poll(patience) {
                Some(Ok(message)) if message.offset() >= self.next => (self.head, self.drained) = (Some(packet(&message)), false),
                Some(Ok(_)) => {}
                Some(Err(ClientError::PartitionEOF(_))) => {
                    // Behind the last message there may be marks of transactions.
                    (self.drained, self.next) = (true, self.next.max(self.end));
                    return Ok(());
                }
                Some(Err(ClientError::MessageConsumptionFatal(code))) => {
                    return Err(SubscriptionError::Fatal { topic: topic.to_owned(), code });
                }
                Some(Err(
                    error @ ClientError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange),
                )) => {
                    return Err(SubscriptionError::Call {
                        what: "go on, for messages were deleted before they were read,",
                        topic: topic.to_owned(),
                        source: Box::new(error),
                    });
                }
                Some(Err(_)) => {}
                // Of a partition that has more, it comes when the broker answers; whoever calls looks at the stop in between.
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn take(&mut self) -> Option<ReplayedPacket> {
        let packet = self.head.take()?;
        self.next = packet.offset + 1;
        Some(packet)
    }
}

fn packet(message: &BorrowedMessage<'_>) -> ReplayedPacket {
    let headers = message.headers().map(|headers| {
        let text =
            |header: rdkafka::message::Header<'_, &[u8]>| Some((header.key.to_owned(), str::from_utf8(header.value?).ok()?.to_owned()));
        headers.iter().filter_map(text).collect()
    });
    ReplayedPacket {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
    }
}

type Range = (i32, (i64, i64));

fn begins(consumer: &BaseConsumer, topic: &str, ranges: &[Range], from: ReplayFrom) -> Result<Vec<(i32, i64)>, ClientError> {
    let list = |offset: Offset| {
        let mut list = TopicPartitionList::new();
        for (number, _) in ranges {
            let _ = list.add_partition_offset(topic, *number, offset);
        }
        list
    };
    let (found, or_end) = match from {
        ReplayFrom::Begin => return Ok(ranges.iter().map(|(number, (low, _))| (*number, *low)).collect()),
        ReplayFrom::End => return Ok(ranges.iter().map(|(number, (_, high))| (*number, *high)).collect()),
        ReplayFrom::Stored => (consumer.committed_offsets(list(Offset::Invalid), ANSWER)?, false),
        ReplayFrom::Time(time) => (consumer.offsets_for_times(list(Offset::Offset(time.max(0))), ANSWER)?, true),
    };
    let begin = |(number, (low, high)): &Range| {
        let offset = match found.find_partition(topic, *number).map(|element| element.offset()) {
            Some(Offset::Offset(offset)) => offset,
            _ if or_end => *high,
            _ => *low,
        };
        (*number, offset.clamp(*low, *high))
    };
    Ok(ranges.iter().map(begin).collect())
}

fn properties(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("client.id", "weir").set("reconnect.backoff.max.ms", "5000").set("queued.max.messages.kbytes", "8192");
    config.set("fetch.queue.backoff.ms", "5");
    for (name, value) in &kafka.properties {
        config.set(name, value.reveal());
    }
    config.set("bootstrap.servers", &kafka.brokers).set("group.id", group).set_log_level(RDKafkaLogLevel::Error);
    config.set("enable.auto.commit", "false").set("enable.partition.eof", "true").set("auto.offset.reset", "error");
    config
}

fn refusal(error: ClientError) -> SubscriptionError {
    match error {
        ClientError::ClientConfig(_, reason, name, _) => SubscriptionError::Property { name, reason },
        other => SubscriptionError::Client(other.to_string()),
    }
}
