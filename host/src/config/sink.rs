//! `sink.table = { … }`

use toml::de::DeValue;

use super::hdfs::hdfs;
use super::kafka_sink::kafka_sink;
use super::node::{Node, Table};
use super::packet_store::packet_store;
use super::reading::{Reading, Text};
use super::suggestion::did_you_mean;
use super::types::{Compression, Sink, TableSink};

const KINDS: [&str; 3] = ["table", "kafka", "packet-store"];
const TABLE: [&str; 9] = ["path", "hdfs", "schema", "file-size", "row-group", "open-partitions", "padded", "compression", "bloom-filters"];
/// No file or row group is larger.
const LARGEST: u64 = 1 << 40;

/// The one sink of a pipeline, and the schema that it asks of the module.
pub(super) fn sink(node: Node<'_>, reading: &mut Reading<'_>) -> Option<(Sink, Option<Text>)> {
    let table = Table::of_keys(node, &KINDS, reading)?;
    let mut given = KINDS.into_iter().filter_map(|kind| table.get(kind));
    let Some(sink) = given.next() else {
        table.need("table", "sink.table = { path = \"out\" }", reading);
        return None;
    };
    if let Some(other) = given.next() {
        reading.problem(other.key, "a pipeline has one sink: give each its own pipeline");
        return None;
    }
    match sink.name {
        "table" => one_table(sink, reading),
        "kafka" => kafka_sink(sink, reading).map(|(sink, schema)| (Sink::Kafka(sink), schema)),
        _ => packet_store(sink, reading).map(|sink| (Sink::PacketStore(sink), None)),
    }
}

fn one_table(node: Node<'_>, reading: &mut Reading<'_>) -> Option<(Sink, Option<Text>)> {
    reading.remember(&node);
    let table = Table::of_keys(node, &TABLE, reading)?;
    let schema = table.get("schema").and_then(|node| reading.text_or(&node, "the name of a schema, like \"spot\""));
    Some((Sink::Table(table_sink(&table, reading)?), schema))
}

fn table_sink(table: &Table<'_>, reading: &mut Reading<'_>) -> Option<TableSink> {
    let path = table.need("path", "path = \"out\"", reading).and_then(|node| reading.place(&node));
    let hdfs = hdfs(table, path.as_deref(), reading);
    let file_size = table.get("file-size").and_then(|node| reading.size(&node, 1..=LARGEST));
    let row_group = table.get("row-group").and_then(|node| reading.size(&node, 1..=LARGEST));
    let open_partitions = table.get("open-partitions").and_then(|node| reading.number(&node, 1..=10_000));
    let padded = table.get("padded").and_then(|node| reading.boolean(&node)).unwrap_or(false);
    let compression = table.get("compression").and_then(|node| compression(&node, reading)).unwrap_or(Compression::Zstd(1));
    let bloom_filters = table.get("bloom-filters").map(|node| columns(&node, reading)).unwrap_or_default();
    let plain = TableSink::of(&path?);
    Some(TableSink {
        hdfs: hdfs?,
        file_size: file_size.unwrap_or(plain.file_size),
        row_group: row_group.unwrap_or(plain.row_group),
        open_partitions: open_partitions.and_then(|count| count.try_into().ok()).unwrap_or(plain.open_partitions),
        padded,
        compression,
        bloom_filters,
        ..plain
    })
}

/// `"zstd"`, `"none"` or `{ zstd = LEVEL }`
fn compression(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<Compression> {
    if matches!(node.value, DeValue::Table(_)) {
        let table = Table::of_keys(node.clone(), &["zstd"], reading)?;
        let node = table.need("zstd", "{ zstd = 3 }", reading)?;
        return Some(Compression::Zstd(i32::try_from(reading.number(&node, 1..=22)?).ok()?));
    }
    let text = reading.text_or(node, "\"zstd\", \"none\" or { zstd = LEVEL }")?;
    match text.value.as_str() {
        "zstd" => Some(Compression::Zstd(1)),
        "none" => Some(Compression::None),
        other => {
            let near = did_you_mean(other, ["zstd", "none"]);
            reading.problem(text.span, format!("`compression` must be \"zstd\", \"none\" or {{ zstd = LEVEL }}, found `{other}`{near}"));
            None
        }
    }
}

fn columns(node: &Node<'_>, reading: &mut Reading<'_>) -> Vec<String> {
    let mut columns = Vec::new();
    for text in reading.texts(node) {
        if columns.contains(&text.value) {
            reading.problem(text.span, format!("`{}` stands twice in `{}`", text.value, node.name));
        } else {
            columns.push(text.value);
        }
    }
    columns
}
