//! `source.directory = { … }` and `source.stream = { … }`

use std::time::Duration;

use toml::de::DeValue;

use super::kafka_source::kafka_source;
use super::node::{Node, Table};
use super::reading::Reading;
use super::selection::{being_written, everything, selection};
use super::suggestion::did_you_mean;
use super::types::{AfterIngest, DirectorySource, FileOrder, Source, StreamSource};

const KINDS: [&str; 3] = ["directory", "stream", "kafka"];
const DIRECTORY: [&str; 9] = ["path", "include", "exclude", "recursive", "settle", "rescan", "after", "order", "parallel"];
/// Bytes of a capture that is worth several threads, unless the configuration knows better.
const LARGE: u64 = 64 << 20;

/// The one source of a pipeline.
pub(super) fn source(node: Node<'_>, reading: &mut Reading<'_>) -> Option<Source> {
    let table = Table::of_keys(node, &KINDS, reading)?;
    let mut given = KINDS.into_iter().filter_map(|kind| table.get(kind));
    let Some(source) = given.next() else {
        table.need("directory", "source.directory = { path = \"in\" }", reading);
        return None;
    };
    if let Some(other) = given.next() {
        reading.problem(other.key, "a pipeline has one source: give each its own pipeline");
        return None;
    }
    match source.name {
        "directory" => directory_source(source, reading).map(Source::Directory),
        "stream" => stream_source(source, reading).map(Source::Stream),
        _ => kafka_source(source, reading).map(Source::Kafka),
    }
}

fn stream_source(node: Node<'_>, reading: &mut Reading<'_>) -> Option<StreamSource> {
    reading.remember(&node);
    let table = Table::of_keys(node, &["path"], reading)?;
    let path = table.need("path", "path = \"-\" for standard input, or the path of a FIFO", reading)?;
    match path.value {
        DeValue::String(text) if text.as_ref() == "-" => {
            reading.remember(&path);
            Some(StreamSource::StandardInput)
        }
        _ => reading.path(&path).map(StreamSource::Fifo),
    }
}

fn directory_source(node: Node<'_>, reading: &mut Reading<'_>) -> Option<DirectorySource> {
    reading.remember(&node);
    let table = Table::of_keys(node, &DIRECTORY, reading)?;
    let path = table.need("path", "path = \"in\"", reading).and_then(|node| reading.path(&node));
    let include = table.get("include").map(|node| selection(&node, reading));
    let exclude = table.get("exclude").map(|node| selection(&node, reading));
    let recursive = table.get("recursive").and_then(|node| reading.boolean(&node)).unwrap_or(true);
    let settle = table.get("settle").and_then(|node| reading.duration(&node, Duration::ZERO));
    let rescan = table.get("rescan").and_then(|node| reading.duration(&node, Duration::from_millis(10)));
    let after = table.get("after").and_then(|node| after(&node, reading)).unwrap_or(AfterIngest::Keep);
    let order = table.get("order").and_then(|node| order(&node, reading)).unwrap_or_default();
    let parallel = table.get("parallel").and_then(|node| parallel(&node, reading));
    Some(DirectorySource {
        path: path?,
        include: include.unwrap_or_else(everything),
        exclude: exclude.unwrap_or_else(being_written),
        recursive,
        settle: settle.unwrap_or(Duration::from_secs(2)),
        rescan: rescan.unwrap_or(Duration::from_secs(30)),
        after,
        order,
        parallel,
    })
}

/// `true`, `false` or `{ min-size = "64MiB" }`
fn parallel(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<u64> {
    if matches!(node.value, DeValue::Table(_)) {
        let table = Table::of_keys(node.clone(), &["min-size"], reading)?;
        let node = table.need("min-size", "{ min-size = \"64MiB\" }", reading)?;
        return reading.size(&node, 1..=u64::MAX);
    }
    reading.boolean(node)?.then_some(LARGE)
}

/// `"modified"` or `"name"`
fn order(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<FileOrder> {
    let text = reading.text_or(node, "\"modified\" or \"name\"")?;
    match text.value.as_str() {
        "modified" => Some(FileOrder::Modified),
        "name" => Some(FileOrder::Name),
        other => {
            let near = did_you_mean(other, ["modified", "name"]);
            reading.problem(text.span, format!("`order` must be \"modified\" or \"name\", found `{other}`{near}"));
            None
        }
    }
}

/// `"keep"`, `"delete"` or `{ move = "done" }`
fn after(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<AfterIngest> {
    if matches!(node.value, DeValue::Table(_)) {
        let table = Table::of_keys(node.clone(), &["move"], reading)?;
        let node = table.need("move", "{ move = \"done\" }", reading)?;
        return Some(AfterIngest::Move(reading.path(&node)?));
    }
    let text = reading.text_or(node, "\"keep\", \"delete\" or { move = \"DIRECTORY\" }")?;
    match text.value.as_str() {
        "keep" => Some(AfterIngest::Keep),
        "delete" => Some(AfterIngest::Delete),
        other => {
            let near = did_you_mean(other, ["keep", "delete", "{ move = \"DIRECTORY\" }"]);
            reading
                .problem(text.span, format!("`after` must be \"keep\", \"delete\" or {{ move = \"DIRECTORY\" }}, found `{other}`{near}"));
            None
        }
    }
}
