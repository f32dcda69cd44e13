//! `source.kafka = { … }`

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::kafka::{Kafka, kafka};
use super::kafka_sink::{MessageFormat, one_of};
use super::node::{Node, Table};
use super::reading::Reading;
use super::suggestion::did_you_mean;
use crate::metron::{Granularity, Scheme};

const KEYS: [&str; 12] =
    ["brokers", "topic", "create", "properties", "group", "format", "root", "ts-scheme", "ts-granularity", "start", "batch", "remember"];
const BATCH: [&str; 3] = ["time", "rows", "size"];
/// Properties of librdkafka that the guarantees of the source rest on.
const OWNED: [(&str, &str); 9] = [
    ("bootstrap.servers", "use `brokers`"),
    ("metadata.broker.list", "use `brokers`"),
    ("group.id", "use `group`"),
    ("auto.offset.reset", "use `start`"),
    ("enable.auto.commit", "offsets are committed once rows are in the table"),
    ("auto.commit.enable", "offsets are committed once rows are in the table"),
    ("enable.auto.offset.store", "offsets are committed once rows are in the table"),
    ("enable.partition.eof", "`weir run --once` needs it"),
    ("isolation.level", "what a producer took back is not read"),
];

/// `source.kafka = { … }`: the messages of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaSource {
    /// Where from.
    pub kafka: Kafka,
    /// The consumer group. Default: the topic's name.
    pub group: String,
    /// What a message holds.
    pub format: MessageFormat,
    /// Where to begin in a partition of which the table knows nothing. Default committed.
    pub start: Start,
    /// When what was read is committed.
    pub batch: Batch,
    /// How long the table knows which messages it has, to drop them when a collector sends them again. Default 7 days.
    pub remember: Duration,
    /// Where the files lie that messages name; there if, and only if, the format is [`MessageFormat::Path`].
    pub root: Option<PathBuf>,
    /// How messages tell their times; there if, and only if, the format is [`MessageFormat::Packets`].
    pub packets: Option<PacketRecords>,
}

/// `ts-scheme` and `ts-granularity`: where the time of a packet is, and what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketRecords {
    /// Default from-key.
    pub scheme: Scheme,
    /// Of the key. Default microseconds.
    pub granularity: Granularity,
}

/// When what was read of a partition is committed: at whatever comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Since the first message. Default 30 s.
    pub time: Duration,
    /// Rows. Default 10 million.
    pub rows: u64,
    /// Encoded bytes. Default: the table's `file-size`.
    pub size: Option<u64>,
}

/// Where to begin in a partition of which the table knows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// What the group committed, else the earliest message.
    Committed,
    /// What the group committed, else the first message that comes.
    CommittedOrLatest,
    /// The earliest message there is.
    Earliest,
    /// The first message that comes.
    Latest,
    /// The first message of this time or later.
    Time(Timestamp),
}

pub(super) fn kafka_source(node: Node<'_>, reading: &mut Reading<'_>) -> Option<KafkaSource> {
    reading.remember(&node);
    let table = Table::of_keys(node, &KEYS, reading)?;
    let kafka = kafka(&table, &OWNED, reading);
    let group = table.get("group").and_then(|node| group(&node, reading));
    let format = table.get("format").and_then(|node| one_of(&node, &MessageFormat::OF_SOURCES, reading)).unwrap_or(MessageFormat::SpotAvro);
    let start = table.get("start").and_then(|node| start(&node, reading)).unwrap_or(Start::Committed);
    let batch = batch(table.get("batch"), reading);
    let remember = table.get("remember").and_then(|node| reading.duration(&node, Duration::ZERO));
    let root = root(&table, format, reading);
    let packets = packets(&table, format, reading);
    let kafka = kafka?;
    let group = group.unwrap_or_else(|| kafka.topic.clone());
    Some(KafkaSource {
        kafka,
        group,
        format,
        start,
        batch,
        remember: remember.unwrap_or(Duration::from_secs(7 * 24 * 3600)),
        root,
        packets,
    })
}

fn root(table: &Table<'_>, format: MessageFormat, reading: &mut Reading<'_>) -> Option<PathBuf> {
    if format == MessageFormat::Path {
        let root = table.need("root", "root = \"/srv/spot/flow/binary\"", reading)?;
        return reading.path(&root);
    }
    if let Some(node) = table.get("root") {
        reading.problem(node.key, "`root` is for format = \"path\", whose messages name files");
    }
    None
}

fn packets(table: &Table<'_>, format: MessageFormat, reading: &mut Reading<'_>) -> Option<PacketRecords> {
    if format == MessageFormat::Packets {
        for key in ["batch", "remember"] {
            if let Some(node) = table.get(key) {
                reading.problem(
                    node.key,
                    format!("`{key}` is for messages of rows: packets are committed file by file, see `roll` of the sink"),
                );
            }
        }
        let scheme = table.get("ts-scheme").and_then(|node| known(&node, &Scheme::ALL, Scheme::of, reading));
        let granularity = table.get("ts-granularity").and_then(|node| known(&node, &Granularity::ALL, Granularity::of, reading));
        let (scheme, granularity) = (scheme.unwrap_or(Scheme::FromKey), granularity.unwrap_or(Granularity::Microseconds));
        return Some(PacketRecords { scheme, granularity });
    }
    for node in ["ts-scheme", "ts-granularity"].into_iter().filter_map(|key| table.get(key)) {
        reading.problem(node.key, format!("`{}` is for format = \"packets\", whose messages hold packets", node.name));
    }
    None
}

/// A name that Metron knows too, in any case.
fn known<T>(node: &Node<'_>, all: &[(&str, T)], of: fn(&str) -> Option<T>, reading: &mut Reading<'_>) -> Option<T> {
    let text = reading.text(node)?;
    let found = of(&text.value);
    if found.is_none() {
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        let near = did_you_mean(&text.value, names.iter().copied());
        reading.problem(text.span, format!("`{}` must be {}, found `{}`{near}", node.name, names.join(" or "), text.value));
    }
    found
}

fn group(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let text = reading.text_or(node, "the name of a consumer group")?;
    if text.value.is_empty() {
        reading.problem(text.span, "`group` must be a name");
        return None;
    }
    Some(text.value)
}

/// `"committed"`, `"committed-or-latest"`, `"earliest"`, `"latest"` or a time.
fn start(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<Start> {
    const EXPECTED: &str = "\"committed\", \"committed-or-latest\", \"earliest\", \"latest\" or a time like \"2026-07-05T18:00:00Z\"";
    let text = reading.text_or(node, EXPECTED)?;
    match text.value.as_str() {
        "committed" => Some(Start::Committed),
        "committed-or-latest" => Some(Start::CommittedOrLatest),
        "earliest" => Some(Start::Earliest),
        "latest" => Some(Start::Latest),
        other => match other.parse() {
            Ok(time) => Some(Start::Time(time)),
            Err(_) => {
                let near = did_you_mean(other, ["committed", "committed-or-latest", "earliest", "latest"]);
                reading.problem(text.span, format!("`start` must be {EXPECTED}, found `{other}`{near}"));
                None
            }
        },
    }
}

fn batch(node: Option<Node<'_>>, reading: &mut Reading<'_>) -> Batch {
    let table = node.and_then(|node| Table::of_keys(node, &BATCH, reading));
    let get = |key| table.as_ref().and_then(|table| table.get(key));
    Batch {
        time: get("time").and_then(|node| reading.duration(&node, Duration::from_millis(10))).unwrap_or(Duration::from_secs(30)),
        rows: get("rows").and_then(|node| reading.number(&node, 1..=1 << 40)).unwrap_or(10_000_000),
        size: get("size").and_then(|node| reading.size(&node, 1..=1 << 40)),
    }
}
