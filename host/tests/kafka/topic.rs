//! A topic of one test: made, filled and read back with a bare client.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::broker::Broker;

/// How long a broker may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A topic with a name that no other test has.
pub struct Topic {
    pub name: String,
    address: String,
    partitions: i32,
}

/// A message as it lies in the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub time: Option<i64>,
    pub headers: Vec<(String, String)>,
    pub value: Vec<u8>,
}

impl Stored {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Of a message; either may be missing.
type KeyAndValue<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

impl Topic {
    /// Makes a topic, with settings like `max.message.bytes`.
    pub fn new(broker: &Broker, partitions: i32, settings: &[(&str, &str)]) -> Self {
        let made = Self::unmade(broker, partitions);
        let name = &made.name;
        let topic =
            settings.iter().fold(NewTopic::new(name, partitions, TopicReplication::Fixed(1)), |topic, (key, value)| topic.set(key, value));
        let admin: AdminClient<DefaultClientContext> = client(broker.address()).create().unwrap();
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        block_on(admin.create_topics([&topic], &options)).unwrap().into_iter().for_each(|made| drop(made.unwrap()));
        made
    }

    /// A topic that nobody has made yet, under a name that no other test has.
    pub fn unmade(broker: &Broker, partitions: i32) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("topic-{}-{number}", std::process::id());
        Self { name, address: broker.address().to_owned(), partitions }
    }

    /// How many partitions the broker has of it.
    pub fn stored_partitions(&self) -> usize {
        let consumer: BaseConsumer = client(&self.address).create().unwrap();
        let metadata = consumer.fetch_metadata(Some(&self.name), PATIENCE).unwrap();
        metadata.topics()[0].partitions().len()
    }

    /// Gives it more partitions.
    pub fn grow(&mut self, partitions: i32) {
        let admin: AdminClient<DefaultClientContext> = client(&self.address).create().unwrap();
        let grown = rdkafka::admin::NewPartitions::new(&self.name, usize::try_from(partitions).unwrap());
        block_on(admin.create_partitions([&grown], &AdminOptions::new())).unwrap().into_iter().for_each(|made| drop(made.unwrap()));
        self.partitions = partitions;
    }

    /// Everything that is in the topic, partition by partition.
    pub fn messages(&self) -> Vec<Stored> {
        (0..self.partitions).flat_map(|partition| self.partition(partition)).collect()
    }

    fn partition(&self, partition: i32) -> Vec<Stored> {
        let mut config = client(&self.address);
        let consumer: BaseConsumer = config.set("group.id", "reader").set("enable.auto.commit", "false").create().unwrap();
        let (low, high) = consumer.fetch_watermarks(&self.name, partition, PATIENCE).unwrap();
        let mut from = TopicPartitionList::new();
        from.add_partition_offset(&self.name, partition, Offset::Offset(low)).unwrap();
        consumer.assign(&from).unwrap();
        let (mut stored, mut next, began) = (Vec::new(), low, Instant::now());
        while next < high {
            assert!(began.elapsed() < PATIENCE, "{} messages of {} came", next - low, high - low);
            let Some(message) = consumer.poll(Duration::from_millis(100)) else { continue };
            let message = message.unwrap();
            next = message.offset() + 1;
            let headers = message.headers().map(|headers| {
                headers
                    .iter()
                    .map(|header| (header.key.to_owned(), String::from_utf8_lossy(header.value.unwrap_or_default()).into_owned()))
                    .collect()
            });
            stored.push(Stored {
                partition,
                offset: message.offset(),
                key: message.key().map(<[u8]>::to_vec),
                time: message.timestamp().to_millis(),
                headers: headers.unwrap_or_default(),
                value: message.payload().unwrap_or_default().to_vec(),
            });
        }
        stored
    }

    /// Puts a message into a partition, as a program that is not weir.
    pub fn put(&self, partition: i32, value: &[u8], headers: &[(&str, &str)]) {
        let producer: BaseProducer = client(&self.address).create().unwrap();
        let headers = headers
            .iter()
            .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(rdkafka::message::Header { key, value: Some(*value) }));
        producer.send(BaseRecord::<(), [u8]>::to(&self.name).partition(partition).payload(value).headers(headers)).unwrap();
        producer.flush(PATIENCE).unwrap();
    }

    /// Puts records into a partition, each a key and a value, as a sensor that is not weir.
    pub fn put_records(&self, partition: i32, records: &[KeyAndValue<'_>]) {
        let producer: BaseProducer = client(&self.address).create().unwrap();
        for (key, value) in records {
            let mut record = BaseRecord::<[u8], [u8]>::to(&self.name).partition(partition);
            if let Some(key) = key {
                record = record.key(key);
            }
            if let Some(value) = value {
                record = record.payload(value);
            }
            producer.send(record).unwrap();
        }
        producer.flush(PATIENCE).unwrap();
    }

    /// The options of a command line that lead to it.
    pub fn options(&self) -> [&str; 4] {
        ["-b", &self.address, "-t", &self.name]
    }

    /// The `brokers` and `topic` of a configuration.
    pub fn toml(&self) -> String {
        format!("brokers = \"{}\", topic = \"{}\"", self.address, self.name)
    }
}

fn client(address: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", address).set("message.max.bytes", "100000000");
    config
}
