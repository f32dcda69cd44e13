//! `[pipelines.NAME]`: a source, a parser and a sink.

use super::kafka_sink::{MessageFormat, one_of};
use super::kafka_source::KafkaSource;
use super::modules::{Modules, is_name};
use super::node::{Node, Table};
use super::options::{merge, options};
use super::reading::{Reading, Text};
use super::sink::sink;
use super::source::source;
use super::types::{DirectorySource, FailurePolicy, Filter, Parser, Pipeline, Sink, Source};
use crate::model::{OptionValue, Setting};

const KEYS: [&str; 9] = ["source", "parser", "options", "filter", "expression", "sink", "workers", "carry-state", "on-failures"];

/// The pipelines without mistakes and those with some that leave enough to go on, in the order of the file.
pub(super) fn pipelines(node: Option<Node<'_>>, modules: &mut Modules, reading: &mut Reading<'_>) -> (Vec<Pipeline>, Vec<Pipeline>) {
    let (mut sound, mut flawed) = (Vec::new(), Vec::new());
    let at = node.as_ref().map_or(0..0, |node| node.key.clone());
    let table = node.map(|node| Table::of_names(node, reading));
    if table.as_ref().is_none_or(|table| table.as_ref().is_some_and(Table::is_empty)) {
        reading.problem(at, "no pipelines: a configuration needs at least one table [pipelines.NAME]");
    }
    for entry in table.flatten().iter().flat_map(Table::entries) {
        let before = reading.problems.len();
        let pipeline = pipeline(entry, modules, reading);
        let list = if reading.problems.len() == before { &mut sound } else { &mut flawed };
        list.extend(pipeline);
    }
    (sound, flawed)
}

fn pipeline(node: Node<'_>, modules: &mut Modules, reading: &mut Reading<'_>) -> Option<Pipeline> {
    reading.places.insert(node.path.clone(), node.key.clone());
    let name = node.name.to_owned();
    if !is_name(&name) {
        reading.problem(node.key.clone(), format!("`{name}` cannot name a pipeline: use letters, digits, `_` and `-`"));
    }
    let table = Table::of_keys(node, &KEYS, reading)?;
    let source = table.need("source", "source.directory = { path = \"in\" }", reading).and_then(|node| source(node, reading));
    let sink = table.need("sink", "sink.table = { path = \"out\" }", reading).and_then(|node| sink(node, reading));
    let carry_state = table.get("carry-state").and_then(|node| reading.boolean(&node)).unwrap_or(false);
    let workers = table.get("workers").and_then(|node| workers(&node, carry_state, reading));
    let mut filter = None;
    let parser = match &sink {
        Some((Sink::PacketStore(_), _)) => {
            packets_alone(&table, source.as_ref(), reading);
            filter = self::filter(&table, modules, reading);
            None
        }
        Some((Sink::Kafka(sink), _)) if sink.format == MessageFormat::Path => {
            no_parser(&table, source.as_ref(), reading);
            None
        }
        _ if source.as_ref().is_some_and(holds_rows) => {
            no_parser_for_rows(&table, sink.as_ref(), reading);
            None
        }
        _ => Some(parser(&table, sink.as_ref().and_then(|(_, schema)| schema.clone()), modules, reading)?),
    };
    let (sink, _) = sink?;
    no_packets(&table, source.as_ref(), &sink, reading);
    if let Some(Source::Kafka(kafka)) = source.as_ref().filter(|_| carry_state)
        && kafka.format == MessageFormat::Path
    {
        let at = table.get("carry-state").map_or(0..0, |node| node.span);
        reading.problem(at, "`carry-state` needs captures in an order, and workers share the files of a topic: leave it out");
    }
    if carry_state && let Some(Source::Directory(DirectorySource { parallel: Some(_), .. })) = &source {
        let at = table.get("carry-state").map_or(0..0, |node| node.span);
        reading.problem(
            at,
            "`carry-state` and `source.directory.parallel` do not go together: stretches of a file know nothing of each other",
        );
    }
    if let (Some(Source::Directory(DirectorySource { parallel: Some(_), .. })), Sink::Kafka(_)) = (&source, &sink) {
        let at = table.get("source").map_or(0..0, |node| node.span);
        reading.problem(at, "`parallel` needs a table: what goes to a topic is in the order of the packets, so one worker sends it");
    }
    let workers = workers.unwrap_or(if carry_state { 1 } else { reading.around.cores });
    let on_failures = table.get("on-failures").and_then(|node| one_of(&node, &FailurePolicy::ALL, reading)).unwrap_or_default();
    Some(Pipeline { name, source: source?, parser, filter, sink, workers, carry_state, on_failures })
}

fn parser(table: &Table<'_>, schema: Option<Text>, modules: &mut Modules, reading: &mut Reading<'_>) -> Option<Parser> {
    let node = table.need("parser", "parser = \"flow\"", reading);
    let parser = node.and_then(|node| modules.of_parser(&node, reading).map(|module| (module.name.clone(), module.options.clone())));
    let own = table.get("options").map(|node| options(node, reading)).unwrap_or_default();
    let (module, first) = parser?;
    Some(Parser { module, options: merge(&first, with_schema(own, schema, reading)) })
}

/// Whether rows come as they are.
fn holds_rows(source: &Source) -> bool {
    matches!(source, Source::Kafka(source) if source.format == MessageFormat::Arrow)
}

/// Of a pipeline whose messages hold rows nothing is parsed.
fn no_parser_for_rows(table: &Table<'_>, sink: Option<&(Sink, Option<Text>)>, reading: &mut Reading<'_>) {
    for key in ["parser", "options", "carry-state"] {
        if let Some(node) = table.get(key) {
            reading.problem(node.key, format!("messages of format = \"arrow\" hold rows, and nothing is parsed: leave `{key}` out"));
        }
    }
    match sink {
        Some((Sink::Kafka(_), _)) => {
            let at = table.get("sink").map_or(0..0, |node| node.span);
            reading.problem(at, "rows of format = \"arrow\" go to a table as they are: use sink.table");
        }
        Some((Sink::Table(_), Some(schema))) => {
            reading.problem(schema.span.clone(), "rows of format = \"arrow\" bring their schema along: leave `schema` out");
        }
        Some((Sink::Table(_), None) | (Sink::PacketStore(_), _)) | None => {}
    }
}

/// A packet store takes packets as they come.
fn packets_alone(table: &Table<'_>, source: Option<&Source>, reading: &mut Reading<'_>) {
    for key in ["parser", "options", "carry-state", "workers", "on-failures"] {
        if let Some(node) = table.get(key) {
            reading.problem(node.key, format!("a packet store takes packets as they come: leave `{key}` out"));
        }
    }
    let is_packets = |source: &Source| matches!(source, Source::Kafka(kafka) if kafka.format == MessageFormat::Packets);
    if source.is_some_and(|source| !is_packets(source)) {
        let at = table.get("source").map_or(0..0, |node| node.span);
        reading.problem(at, "a packet store takes packets of a topic: use source.kafka with format = \"packets\"");
    }
}

/// Packets of a topic go nowhere else, and a filter selects nothing else.
fn no_packets(table: &Table<'_>, source: Option<&Source>, sink: &Sink, reading: &mut Reading<'_>) {
    if matches!(sink, Sink::PacketStore(_)) {
        return;
    }
    if let Some(Source::Kafka(KafkaSource { format: MessageFormat::Packets, .. })) = source {
        let at = table.get("sink").map_or(0..0, |node| node.span);
        reading.problem(at, "format = \"packets\" is for a packet store: use sink.packet-store");
    }
    for node in ["filter", "expression"].into_iter().filter_map(|key| table.get(key)) {
        reading.problem(node.key, format!("`{}` selects packets of a topic for sink.packet-store", node.name));
    }
}

fn filter(table: &Table<'_>, modules: &mut Modules, reading: &mut Reading<'_>) -> Option<Filter> {
    let Some(node) = table.get("filter") else {
        if let Some(node) = table.get("expression") {
            reading.problem(node.key, "`expression` needs `filter`, the module that knows it, like filter = \"bpf-filter\"");
        }
        return None;
    };
    let module = modules.of_parser(&node, reading).map(|module| module.name.clone());
    let expression = table.need("expression", "expression = \"udp port 53\"", reading).and_then(|node| reading.text(&node));
    Some(Filter { module: module?, expression: expression?.value })
}

/// Of a pipeline that sends the paths of files nothing is read.
fn no_parser(table: &Table<'_>, source: Option<&Source>, reading: &mut Reading<'_>) {
    for key in ["parser", "options", "carry-state", "on-failures"] {
        if let Some(node) = table.get(key) {
            reading
                .problem(node.key, format!("format = \"path\" sends files as they are, and their workers parse them: leave `{key}` out"));
        }
    }
    match source {
        None | Some(Source::Directory(DirectorySource { parallel: None, .. })) => {}
        Some(_) => {
            let at = table.get("source").map_or(0..0, |node| node.span);
            reading.problem(at, "format = \"path\" takes whole files: use source.directory, without `parallel`");
        }
    }
}

fn workers(node: &Node<'_>, carry_state: bool, reading: &mut Reading<'_>) -> Option<usize> {
    let workers = reading.number(node, 1..=1024)?;
    if carry_state && workers > 1 {
        reading.problem(
            node.span.clone(),
            "with `carry-state` one capture comes after the other: leave `workers` out, or give a pipeline to each directory",
        );
    }
    workers.try_into().ok()
}

/// The sink's `schema` is the module's option of that name.
fn with_schema(mut options: Vec<Setting>, schema: Option<Text>, reading: &mut Reading<'_>) -> Vec<Setting> {
    let Some(schema) = schema else { return options };
    let value = OptionValue::Text(schema.value);
    match options.iter().find(|setting| setting.name == "schema") {
        Some(setting) if setting.value == value => {}
        Some(_) => reading.problem(schema.span, "`schema` is another one in `options`: give it once"),
        None => options.push(Setting { name: "schema".to_owned(), value }),
    }
    options
}
