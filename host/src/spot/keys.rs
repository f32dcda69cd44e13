//! Every key that Spot's ingest reads, by which of its programs, and what stands in for those that have no use here.

use super::Mode::{self, Collector, Listener, Master, Standalone, Worker};

/// A key, the programs of Spot's that read it, and why weir may do without it in a place where it did not ask for it.
type Known = (&'static str, &'static [Mode], &'static str);

const MEMORY: &str = "there is no Spark: `row-group` and the limits of the module bound the memory";
const SCALE: &str = "there is no Spark: start more of the same command, and they share the partitions of the topic";
const NO_TOPIC: &str = "files become rows in one process, without a topic between";
const BROKERS: &str = "brokers are asked themselves, for topics and for offsets";

/// Keys outside `pipelines`, with their tables.
const KEYS: [Known; 15] = [
    (
        "dbname",
        &[Standalone, Worker, Listener],
        "a table is a directory of Parquet files; create an external table over it in Hive or Impala",
    ),
    ("hdfs_app_path", &[Standalone, Master, Worker], "--storage names the directory"),
    ("collector_processes", &[Standalone, Master, Collector], "the number of workers says how many files are taken at one time"),
    (
        "ingestion_interval",
        &[Standalone, Master, Collector],
        "a file is taken when it is closed or moved in; `rescan` says how often the directory is listed besides",
    ),
    ("spark-streaming.driver_memory", &[Standalone, Worker, Listener], MEMORY),
    ("spark-streaming.spark_exec", &[Standalone, Worker, Listener], SCALE),
    ("spark-streaming.spark_executor_memory", &[Standalone, Worker, Listener], MEMORY),
    ("spark-streaming.spark_executor_cores", &[Standalone, Worker, Listener], SCALE),
    ("spark-streaming.spark_batch_size", &[Standalone, Worker, Listener], "rows are committed file by file"),
    ("kafka.kafka_server", &[Standalone, Master, Worker, Collector, Listener], NO_TOPIC),
    ("kafka.kafka_port", &[Standalone, Master, Worker, Collector, Listener], NO_TOPIC),
    ("kafka.zookeper_server", &[Standalone, Master, Worker, Listener], BROKERS),
    ("kafka.zookeper_port", &[Standalone, Master, Worker, Listener], BROKERS),
    ("kafka.message_size", &[Standalone, Master], "only the master of a proxy pipeline sends blocks to a topic"),
    ("kafka.max_request_size", &[Collector], ""),
];

/// Keys of a pipeline.
const OF_PIPELINES: [Known; 9] = [
    ("type", &[Standalone, Master, Worker], "the name of the pipeline is a type"),
    ("collector_path", &[Standalone, Master, Collector], ""),
    ("local_staging", &[Standalone, Worker, Collector], "nothing is written between input and output"),
    ("supported_files", &[Standalone, Master, Collector], ""),
    ("process_opt", &[Standalone, Worker, Collector], "lines are taken as they are"),
    ("pkt_num", &[Standalone, Master], "captures are read whole; with `source.directory.parallel` all workers share a large one"),
    ("pcap_split_staging", &[Standalone, Master], "captures are not split into files"),
    ("parser", &[Standalone, Worker], "only pipelines of type proxy have one"),
    ("recursive", &[Collector], ""),
];

/// Tables that hold [`KEYS`], and the one of pipelines.
pub(super) const TABLES: [&str; 3] = ["spark-streaming", "kafka", "pipelines"];

/// Whether a program of Spot's reads a key, and why it is not needed here; none: Spot does not know the key.
pub(super) fn known(key: &str) -> Option<(&'static [Mode], &'static str)> {
    let of_pipeline = key.strip_prefix("pipelines.").and_then(|rest| rest.rsplit_once('.'));
    let found = match of_pipeline {
        Some((_, name)) => OF_PIPELINES.iter().find(|(known, ..)| *known == name),
        None => KEYS.iter().find(|(known, ..)| *known == key),
    };
    found.map(|(_, modes, reason)| (*modes, *reason))
}

/// Every key without its tables.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    KEYS.iter().map(move |(key, ..)| last(key)).chain(OF_PIPELINES.iter().map(|(key, ..)| *key)).chain(TABLES)
}
