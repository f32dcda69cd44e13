//! `sink.packet-store = { … }`

use std::path::PathBuf;
use std::time::Duration;

use super::hdfs::{Hdfs, hdfs};
use super::kafka_sink::one_of;
use super::node::{Node, Table};
use super::reading::Reading;

const KEYS: [&str; 5] = ["path", "hdfs", "id", "roll", "headers"];
const ROLL: [&str; 4] = ["packets", "packet-time", "size", "time"];
/// No file is larger.
const LARGEST: u64 = 1 << 40;

/// `sink.packet-store = { … }`: packets in sequence files, as Apache Metron stores them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketStoreSink {
    /// Directory of the files, or a URL like `hdfs://namenode:8020/apps/metron/pcap`.
    pub path: PathBuf,
    /// How HDFS is used.
    pub hdfs: Hdfs,
    /// The word behind the partition in the names of files, where Metron has the topology's id. Default: the pipeline's name and the offset of the file's
    /// first packet, by which names differ however packets lie.
    pub id: Option<String>,
    /// When a file is ended and the next begun.
    pub roll: Roll,
    /// What stands before each frame.
    pub headers: StoredHeaders,
}

/// When a file is ended and the next begun: at whatever comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// Packets (`kafka.pcap.numPackets`). Default: any number.
    pub packets: Option<u64>,
    /// Between the first packet and the last, by their own times (`kafka.pcap.maxTimeMS`). Default 5 min; none: any time.
    pub packet_time: Option<Duration>,
    /// Bytes. Default 1 GiB.
    pub size: u64,
    /// By the clock, since the first packet came: a partition in which nothing comes any more is closed too, and packets are seen no later. Default 60 s.
    pub time: Duration,
}

impl Default for Roll {
    fn default() -> Self {
        Self { packets: None, packet_time: Some(Duration::from_secs(300)), size: 1 << 30, time: Duration::from_secs(60) }
    }
}

/// What stands before each frame that comes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredHeaders {
    /// As Metron writes them: Ethernet, and no longer on the wire than what was captured.
    Metron,
    /// The link type and the length on the wire, where the record carries them: `weir pcap send` says both in headers of Kafka.
    True,
}

impl StoredHeaders {
    /// As configurations spell them.
    pub const ALL: [(&'static str, Self); 2] = [("metron", Self::Metron), ("true", Self::True)];
}

pub(super) fn packet_store(node: Node<'_>, reading: &mut Reading<'_>) -> Option<PacketStoreSink> {
    reading.remember(&node);
    let table = Table::of_keys(node, &KEYS, reading)?;
    let path = table.need("path", "path = \"/data/pcap\"", reading).and_then(|node| reading.place(&node));
    let hdfs = hdfs(&table, path.as_deref(), reading);
    let id = table.get("id").and_then(|node| id(&node, reading));
    let roll = table.get("roll").map(|node| roll(node, reading)).unwrap_or_default();
    let headers = table.get("headers").and_then(|node| one_of(&node, &StoredHeaders::ALL, reading)).unwrap_or(StoredHeaders::Metron);
    Some(PacketStoreSink { path: path?, hdfs: hdfs?, id, roll, headers })
}

fn id(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let text = reading.text_or(node, "a word for the names of files")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    // Readers of names split them at `_`, and take what is behind the last one.
    if text.value.is_empty() || text.value.len() > 100 || !text.value.chars().all(fits) {
        reading.problem(
            text.span,
            format!("`{}` cannot stand in the names of files: use letters, digits, `.` and `-`, at most 100", text.value),
        );
        return None;
    }
    Some(text.value)
}

fn roll(node: Node<'_>, reading: &mut Reading<'_>) -> Roll {
    let table = Table::of_keys(node, &ROLL, reading);
    let get = |key| table.as_ref().and_then(|table| table.get(key));
    let plain = Roll::default();
    // 0 is Metron's word for no limit.
    let packets = get("packets").and_then(|node| reading.number(&node, 0..=u64::MAX >> 1)).filter(|packets| *packets > 0);
    let packet_time = match get("packet-time") {
        None => plain.packet_time,
        Some(node) => reading.duration(&node, Duration::ZERO).filter(|time| !time.is_zero()),
    };
    Roll {
        packets,
        packet_time,
        size: get("size").and_then(|node| reading.size(&node, 1..=LARGEST)).unwrap_or(plain.size),
        time: get("time").and_then(|node| reading.duration(&node, Duration::from_millis(10))).unwrap_or(plain.time),
    }
}
