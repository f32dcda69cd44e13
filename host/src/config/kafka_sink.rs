//! `sink.kafka = { … }`

use std::path::PathBuf;

use super::hdfs::{Hdfs, hdfs};
use super::kafka::{Kafka, kafka};
use super::node::{Node, Table};
use super::reading::{Reading, Text};
use super::suggestion::did_you_mean;

const KEYS: [&str; 13] = [
    "brokers",
    "topic",
    "create",
    "properties",
    "state",
    "format",
    "schema",
    "message-size",
    "compression",
    "originals",
    "hdfs",
    "split-packets",
    // As Spot's own keys are spelt.
    "split_packets",
];
/// Properties of librdkafka that the guarantees of the sink rest on.
const OWNED: [(&str, &str); 8] = [
    ("bootstrap.servers", "use `brokers`"),
    ("metadata.broker.list", "use `brokers`"),
    ("enable.idempotence", "messages arrive once and in order"),
    ("acks", "a message counts as sent when all replicas have it"),
    ("request.required.acks", "a message counts as sent when all replicas have it"),
    ("transactional.id", "each message says which it is, so that readers drop a double"),
    ("compression.type", "use `compression`"),
    ("compression.codec", "use `compression`"),
];
/// What librdkafka can compress with.
const COMPRESSIONS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];
/// The largest message that librdkafka makes, bytes.
const LARGEST_MESSAGE: u64 = 1_000_000_000;

/// `sink.kafka = { … }`: rows as messages of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaSink {
    /// Where to.
    pub kafka: Kafka,
    /// Directory for the records of what was sent, and for what gave no rows.
    pub state: PathBuf,
    /// What a message holds.
    pub format: MessageFormat,
    /// Bytes of a message; what counts as one, the format says. Default 1 MiB.
    pub message_size: u64,
    /// How librdkafka compresses batches. Default lz4.
    pub compression: &'static str,
    /// Where files are kept whose paths are sent; there if, and only if, the format is [`MessageFormat::Path`].
    pub originals: Option<Originals>,
}

/// `originals = "DIRECTORY"` and `split-packets = N`: files as they are, kept by the day and hour of what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Originals {
    /// Where they lie: `DIRECTORY/YYYYMMDD/HH/NAME`, UTC; a directory, or a URL like `hdfs://namenode:8020/spot/flow/binary`.
    pub directory: PathBuf,
    /// How that is reached, if it is one of HDFS.
    pub hdfs: Hdfs,
    /// Captures are kept in pieces of so many packets. Default: whole.
    pub split_packets: Option<u64>,
}

/// What a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageFormat {
    /// Lines of Spot's tools in an Avro datum, as Spot's distributed collector sends them: lines of one hour, up to a size.
    SpotAvro,
    /// A block of whole lines, as Spot's master sends proxy logs: it is sent once it is larger than the size.
    Text,
    /// One line.
    Record,
    /// The path of a file, which is kept elsewhere as it is: as Spot's master sends it to its workers.
    Path,
    /// Rows as columns, of whatever schema: an Arrow IPC stream ([`RowStream`](crate::model::RowStream)).
    Arrow,
    /// A packet, as Metron's sensors send it: its time is the key, the frame the value. Only of a source.
    Packets,
}

impl MessageFormat {
    /// As configurations spell them.
    pub const ALL: [(&'static str, Self); 5] =
        [("spot-avro", Self::SpotAvro), ("text", Self::Text), ("record", Self::Record), ("path", Self::Path), ("arrow", Self::Arrow)];
    /// As configurations of sources spell them.
    pub const OF_SOURCES: [(&'static str, Self); 6] = [
        ("spot-avro", Self::SpotAvro),
        ("text", Self::Text),
        ("record", Self::Record),
        ("path", Self::Path),
        ("arrow", Self::Arrow),
        ("packets", Self::Packets),
    ];
}

/// The sink, and the schema that it asks of the module.
pub(super) fn kafka_sink(node: Node<'_>, reading: &mut Reading<'_>) -> Option<(KafkaSink, Option<Text>)> {
    reading.remember(&node);
    let table = Table::of_keys(node, &KEYS, reading)?;
    let kafka = kafka(&table, &OWNED, reading);
    let state = table.need("state", "state = \"state\"", reading).and_then(|node| reading.path(&node));
    let format = table.get("format").and_then(|node| one_of(&node, &MessageFormat::ALL, reading)).unwrap_or(MessageFormat::SpotAvro);
    let schema = table.get("schema").and_then(|node| reading.text_or(&node, "the name of a schema, like \"spot\""));
    let message_size = table.get("message-size").and_then(|node| reading.size(&node, 100..=LARGEST_MESSAGE)).unwrap_or(1 << 20);
    let known = COMPRESSIONS.map(|name| (name, name));
    let compression = table.get("compression").and_then(|node| one_of(&node, &known, reading)).unwrap_or("lz4");
    let originals = originals(&table, format, reading);
    Some((KafkaSink { kafka: kafka?, state: state?, format, message_size, compression, originals }, schema))
}

fn originals(table: &Table<'_>, format: MessageFormat, reading: &mut Reading<'_>) -> Option<Originals> {
    let split = table.get("split-packets").or_else(|| table.get("split_packets"));
    if format == MessageFormat::Path {
        let directory = table.need("originals", "originals = \"/srv/spot/flow/binary\"", reading)?;
        let split_packets = split.and_then(|node| reading.number(&node, 1..=u64::from(u32::MAX)));
        let directory = reading.place(&directory);
        let hdfs = hdfs(table, directory.as_deref(), reading);
        return Some(Originals { directory: directory?, hdfs: hdfs?, split_packets });
    }
    for node in [table.get("originals"), table.get("hdfs"), split].into_iter().flatten() {
        reading.problem(node.key, format!("`{}` is for format = \"path\", which keeps files as they are", node.name));
    }
    None
}

/// The meaning of a text that must be among those known.
pub(super) fn one_of<T: Copy>(node: &Node<'_>, known: &[(&str, T)], reading: &mut Reading<'_>) -> Option<T> {
    let text = reading.text(node)?;
    let found = known.iter().find(|(name, _)| *name == text.value).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let near = did_you_mean(&text.value, names.iter().copied());
        reading.problem(text.span, format!("`{}` must be {}, found `{}`{near}", node.name, names.join(" or "), text.value));
    }
    found
}
