//! What a configuration comes to: every key with its value, those that the file leaves out included, as a configuration again.

use std::path::Path;
use std::time::Duration;

use super::outline::{Outline, Value, text};
use super::{
    AfterIngest, Compression, Config, DirectorySource, FailurePolicy, FileOrder, Filter, Hdfs, Kafka, KafkaSink, KafkaSource, Limits,
    MessageFormat, ModuleConfig, PacketRecords, PacketStoreSink, Pipeline, Selection, Sink, Source, Start, StoredHeaders, StreamSource,
    TableSink, is_hdfs,
};
use crate::model::{OptionValue, Setting};

/// The configuration as TOML: variables replaced, paths as they are opened, modules by their files. A value that lets somebody in is left out, and a
/// comment says so.
pub fn effective(config: &Config) -> String {
    let mut root = Outline::default();
    if !config.trust.is_everybody() {
        let mut table = Outline::default();
        table.set("keys", Value::List(config.trust.keys().map(|key| text(&key)).collect()), "");
        root.table(&["trust"], table);
    }
    for module in &config.modules {
        root.table(&["modules", &module.name], of_module(module));
    }
    for pipeline in &config.pipelines {
        root.table(&["pipelines", &pipeline.name], of_pipeline(pipeline));
    }
    root.text().trim_start().to_owned()
}

fn of_module(module: &ModuleConfig) -> Outline {
    let mut table = Outline::default();
    table.set("file", path(&std::fs::canonicalize(&module.file).unwrap_or_else(|_| module.file.clone())), "");
    if let Some(digest) = module.digest {
        table.set("digest", text(&digest.to_string()), "");
    }
    table.table(&["limits"], of_limits(&module.limits));
    table.table(&["options"], of_options(&module.options));
    table
}

fn of_limits(limits: &Limits) -> Outline {
    let mut table = Outline::default();
    table.set("memory", size(limits.memory), "");
    table.set("call-time", duration(limits.call_time), "");
    table.set("output", size(limits.output), "");
    table.set("rejects", count(limits.rejects), "");
    table.set("pending", size(limits.pending), "");
    table.set("log-lines", count(limits.log_lines), "");
    table.set("failures", Value::Number(limits.failures.into()), "");
    if let Some(within) = limits.failures_within {
        table.set("failures-within", duration(within), "");
    }
    table
}

fn of_options(options: &[Setting]) -> Outline {
    let mut table = Outline::default();
    for setting in options {
        let value = match &setting.value {
            OptionValue::Boolean(value) => Value::Boolean(*value),
            OptionValue::Integer(value) => Value::Integer(*value),
            OptionValue::Text(value) => text(value),
            OptionValue::Texts(values) => Value::List(values.iter().map(|value| text(value)).collect()),
        };
        table.set(&setting.name, value, "");
    }
    table
}

fn of_pipeline(pipeline: &Pipeline) -> Outline {
    let mut table = Outline::default();
    if !matches!(pipeline.sink, Sink::PacketStore(_)) {
        table.set("workers", count(pipeline.workers), "");
    }
    if let Some(parser) = &pipeline.parser {
        table.set("parser", text(&parser.module), "");
        table.set("carry-state", Value::Boolean(pipeline.carry_state), "");
        let on_failures = FailurePolicy::ALL.iter().find(|(_, policy)| *policy == pipeline.on_failures).map_or("", |(name, _)| name);
        table.set("on-failures", text(on_failures), "");
        table.table(&["options"], of_options(&parser.options));
    }
    if let Some(Filter { module, expression }) = &pipeline.filter {
        table.set("filter", text(module), "");
        table.set("expression", text(expression), "");
    }
    let (kind, source) = match &pipeline.source {
        Source::Directory(source) => ("directory", of_directory(source)),
        Source::Stream(source) => ("stream", of_stream(source)),
        Source::Kafka(source) => ("kafka", of_kafka_source(source)),
    };
    table.table(&["source", kind], source);
    let (kind, sink) = match &pipeline.sink {
        Sink::Table(sink) => ("table", of_table(sink)),
        Sink::Kafka(sink) => ("kafka", of_kafka_sink(sink)),
        Sink::PacketStore(sink) => ("packet-store", of_packet_store(sink)),
    };
    table.table(&["sink", kind], sink);
    table
}

fn of_directory(source: &DirectorySource) -> Outline {
    let after = match &source.after {
        AfterIngest::Keep => text("keep"),
        AfterIngest::Delete => text("delete"),
        AfterIngest::Move(to) => Value::Table(vec![("move", path(to))]),
    };
    let order = match source.order {
        FileOrder::Modified => "modified",
        FileOrder::Name => "name",
    };
    let parallel = source.parallel.map_or(Value::Boolean(false), |bytes| Value::Table(vec![("min-size", size(bytes))]));
    let mut table = Outline::default();
    table.set("path", path(&source.path), "");
    table.set("include", selection(&source.include), "");
    table.set("exclude", selection(&source.exclude), "");
    table.set("recursive", Value::Boolean(source.recursive), "");
    table.set("settle", duration(source.settle), "");
    table.set("rescan", duration(source.rescan), "");
    table.set("after", after, "");
    table.set("order", text(order), "");
    table.set("parallel", parallel, "");
    table
}

fn of_stream(source: &StreamSource) -> Outline {
    let mut table = Outline::default();
    let from = match source {
        StreamSource::StandardInput => text("-"),
        StreamSource::Fifo(fifo) => path(fifo),
    };
    table.set("path", from, "");
    table
}

fn of_kafka_source(source: &KafkaSource) -> Outline {
    let start = match source.start {
        Start::Committed => "committed".to_owned(),
        Start::CommittedOrLatest => "committed-or-latest".to_owned(),
        Start::Earliest => "earliest".to_owned(),
        Start::Latest => "latest".to_owned(),
        Start::Time(time) => time.to_string(),
    };
    let mut batch = vec![("time", duration(source.batch.time)), ("rows", Value::Number(source.batch.rows))];
    batch.extend(source.batch.size.map(|bytes| ("size", size(bytes))));
    let mut table = of_kafka(&source.kafka);
    table.set("group", text(&source.group), "");
    table.set("format", format(source.format), "");
    table.set("start", text(&start), "");
    match source.packets {
        Some(PacketRecords { scheme, granularity }) => {
            table.set("ts-scheme", text(scheme.name()), "");
            table.set("ts-granularity", text(granularity.name()), "");
        }
        None => {
            table.set("batch", Value::Table(batch), "");
            table.set("remember", duration(source.remember), "");
        }
    }
    if let Some(root) = &source.root {
        table.set("root", path(root), "");
    }
    table
}

fn of_kafka(kafka: &Kafka) -> Outline {
    let mut table = Outline::default();
    table.set("brokers", text(&kafka.brokers), "");
    table.set("topic", text(&kafka.topic), "");
    if let Some(create) = kafka.create {
        let number = |number: i32| Value::Integer(number.into());
        let create = vec![("partitions", number(create.partitions)), ("replication", number(create.replication))];
        table.set("create", Value::Table(create), "");
    }
    let mut properties = Outline::default();
    for (name, value) in &kafka.properties {
        match value.public() {
            Some(value) => properties.set(name, text(value), ""),
            None => properties.note(&format!("`{name}` is set, and not shown.")),
        }
    }
    table.table(&["properties"], properties);
    table
}

fn of_table(sink: &TableSink) -> Outline {
    let compression = match sink.compression {
        Compression::None => text("none"),
        Compression::Zstd(level) => Value::Table(vec![("zstd", Value::Integer(level.into()))]),
    };
    let mut table = Outline::default();
    table.set("path", path(&sink.path), "");
    if is_hdfs(&sink.path) {
        table.table(&["hdfs"], of_hdfs(&sink.hdfs));
    }
    table.set("file-size", size(sink.file_size), "");
    table.set("row-group", size(sink.row_group), "");
    table.set("open-partitions", count(sink.open_partitions), "");
    table.set("padded", Value::Boolean(sink.padded), "");
    table.set("compression", compression, "");
    table.set("bloom-filters", Value::List(sink.bloom_filters.iter().map(|column| text(column)).collect()), "");
    table
}

fn of_hdfs(hdfs: &Hdfs) -> Outline {
    let mut table = Outline::default();
    let paths = [("config", &hdfs.config), ("state", &hdfs.state)];
    paths.into_iter().filter_map(|(name, at)| Some((name, at.as_ref()?))).for_each(|(name, at)| table.set(name, path(at), ""));
    hdfs.user.iter().for_each(|user| table.set("user", text(user), ""));
    hdfs.replication.iter().for_each(|number| table.set("replication", Value::Number((*number).into()), ""));
    hdfs.block_size.iter().for_each(|bytes| table.set("block-size", size(*bytes), ""));
    table.set("permissions", text(&format!("{:04o}", hdfs.permissions)), "");
    table.set("patience", duration(hdfs.patience), "");
    let mut properties = Outline::default();
    hdfs.properties.iter().for_each(|(name, value)| properties.set(name, text(value), ""));
    table.table(&["properties"], properties);
    table
}

fn of_kafka_sink(sink: &KafkaSink) -> Outline {
    let mut table = of_kafka(&sink.kafka);
    table.set("state", path(&sink.state), "");
    table.set("format", format(sink.format), "");
    table.set("message-size", size(sink.message_size), "");
    table.set("compression", text(sink.compression), "");
    if let Some(originals) = &sink.originals {
        table.set("originals", path(&originals.directory), "");
        if is_hdfs(&originals.directory) {
            table.table(&["hdfs"], of_hdfs(&originals.hdfs));
        }
        if let Some(packets) = originals.split_packets {
            table.set("split-packets", Value::Number(packets), "");
        }
    }
    table
}

fn of_packet_store(sink: &PacketStoreSink) -> Outline {
    let mut roll = Outline::default();
    // 0: no limit.
    roll.set("packets", Value::Number(sink.roll.packets.unwrap_or(0)), "");
    roll.set("packet-time", duration(sink.roll.packet_time.unwrap_or_default()), "");
    roll.set("size", size(sink.roll.size), "");
    roll.set("time", duration(sink.roll.time), "");
    let mut table = Outline::default();
    table.set("path", path(&sink.path), "");
    if is_hdfs(&sink.path) {
        table.table(&["hdfs"], of_hdfs(&sink.hdfs));
    }
    if let Some(id) = &sink.id {
        table.set("id", text(id), "");
    }
    let headers = StoredHeaders::ALL.iter().find(|(_, known)| *known == sink.headers).map_or("", |(name, _)| name);
    table.set("headers", text(headers), "");
    table.table(&["roll"], roll);
    table
}

fn format(format: MessageFormat) -> Value {
    let name = MessageFormat::OF_SOURCES.iter().find(|(_, known)| *known == format).map_or("", |(name, _)| name);
    text(name)
}

fn selection(selection: &Selection) -> Value {
    let globs = selection.globs.iter().map(|glob| text(glob));
    let regexes = selection.patterns.patterns().iter().map(|regex| Value::Table(vec![("regex", text(regex))]));
    Value::List(globs.chain(regexes).collect())
}

fn path(path: &Path) -> Value {
    text(&path.to_string_lossy())
}

fn count(count: usize) -> Value {
    Value::Number(u64::try_from(count).unwrap_or(u64::MAX))
}

fn duration(duration: Duration) -> Value {
    text(&humantime::format_duration(duration).to_string())
}

/// In the largest unit that leaves no rest.
fn size(bytes: u64) -> Value {
    const UNITS: [(u64, &str); 4] = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit));
    unit.map_or(Value::Number(bytes), |(unit, name)| text(&format!("{}{name}", bytes / unit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load_text;

    #[test]
    fn what_is_shown_is_a_configuration_that_comes_to_the_same() {
        let written = r#"
            [pipelines.master]
            source.directory = { path = "in", include = ["a*", "b/*", { regex = "c$" }], exclude = [], after = { move = "done" } }
            sink.kafka = { brokers = "a:1", topic = "p", state = "s", format = "path", originals = "o", create = { partitions = 3 },
              properties = { "client.id" = "a $${b}", "sasl.password" = "hush" } }
        "#;
        let config = load_text("weir.toml", written.to_owned()).unwrap();
        let shown = effective(&config);
        let again = effective(&load_text("shown.toml", shown.clone()).unwrap());
        assert_eq!(format!("{again}# `sasl.password` is set, and not shown.\n"), shown);
        assert!(shown.contains("include = [\"a*\", \"b/*\", { regex = \"c$\" }]\nexclude = []\n"), "{shown}");
        assert!(shown.contains("\"client.id\" = \"a $${b}\"\n# `sasl.password` is set, and not shown.\n"), "{shown}");
    }

    #[test]
    fn sizes_are_shown_as_people_write_them_and_exactly() {
        let shown = [0, 1, 1 << 10, 3_000_000, 128 << 20, 3 << 40].map(size);
        assert_eq!(shown, [Value::Number(0), Value::Number(1), text("1KiB"), Value::Number(3_000_000), text("128MiB"), text("3TiB")]);
    }
}
