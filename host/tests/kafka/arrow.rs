//! Rows as columns through a topic: any module's, with the schema that they bring along.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use weir::model::{RowStream, TableSchema};

use super::broker::Broker;
use super::collector::{collector, flow};
use super::listener::{once_each, ports};
use super::topic::{Stored, Topic};
use crate::end_to_end::program::{Ran, Weir, wait_for};
use crate::end_to_end::table::{files, records};
use crate::rows::{Row, rows};

/// A pipeline from a topic whose messages hold rows to `out/`, with more of the source.
pub fn row_listener(topic: &Topic, source: &str) -> Weir {
    Weir::config(&format!(
        "[pipelines.listener]\nsource.kafka = {{ {}, format = \"arrow\", start = \"earliest\"{source} }}\nsink.table = {{ path = \"out\" }}\n",
        topic.toml()
    ))
}

/// What a collector of such messages has in its sink.
pub const ARROW: &str = ", format = \"arrow\", message-size = 12000";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

/// The rows of a table, in no order, each with how often it is there.
fn all(table: &Path) -> BTreeMap<Row, usize> {
    let mut all = BTreeMap::new();
    files(table).iter().flat_map(|file| rows(file)).for_each(|row| *all.entry(row).or_insert(0) += 1);
    all
}

fn directories(table: &Path) -> Vec<PathBuf> {
    let mut directories: Vec<_> = files(table).iter().map(|file| file.parent().unwrap().strip_prefix(table).unwrap().to_owned()).collect();
    directories.sort();
    directories.dedup();
    directories
}

fn by_row(topic: &Topic) -> Vec<Stored> {
    let mut messages = topic.messages();
    messages.sort_by_key(|message| message.header("weir-row").parse::<u64>().unwrap());
    messages
}

fn assert_once(ran: &Ran) {
    assert_eq!(ran.code(), 0, "{ran:?}");
}

/// Sends a file's rows through a topic, and gives how many there were; those of the pipeline without one must be the same.
fn through_a_topic(module: &str, options: &str, input: &Path) -> usize {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let (from, to) = (collector(&topic, module, options, ARROW), row_listener(&topic, ""));
    let direct = Weir::config(&format!(
        "[pipelines.direct]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"{module}\"\noptions = {{ {options} }}\n\
         sink.table = {{ path = \"out\" }}\n"
    ));
    std::fs::create_dir(direct.path("in")).unwrap();
    let bytes = std::fs::read(input).unwrap();
    from.input("file", &bytes);
    direct.input("file", &bytes);
    let (sent, expected) = (from.once(), direct.once());
    assert_eq!(sent.code(), expected.code(), "{sent:?} {expected:?}");
    assert_once(&to.once());
    assert_once(&to.once());
    assert_eq!(all(&to.path("out")), all(&direct.path("out")));
    assert_eq!(directories(&to.path("out")), directories(&direct.path("out")));
    let form = |weir: &Weir| std::fs::read_to_string(weir.path("out/.weir/table.json")).unwrap();
    assert_eq!(form(&to), form(&direct));
    assert!(topic.messages().iter().all(|message| message.header("weir-schema").len() == 64 && message.header("weir-module").len() == 64));
    all(&to.path("out")).values().sum()
}

#[test]
fn rows_with_lists_and_dictionaries_are_those_of_the_pipeline_without_a_topic() {
    let captures = std::fs::read_dir(fixture("dns")).unwrap().map(|entry| entry.unwrap().path());
    let capture =
        captures.filter(|path| path.extension().is_some_and(|name| name == "pcap")).max_by_key(|path| path.metadata().unwrap().len());
    assert!(through_a_topic("dns", "schema = \"full\"", &capture.unwrap()) > 0);
}

#[test]
fn rows_of_every_schema_of_flows_are_those_of_the_pipeline_without_a_topic() {
    for options in ["schema = \"full\"", "schema = \"spot\""] {
        assert_eq!(through_a_topic("flow", options, &fixture("flow/layout1-lz4.nfcapd")), 26, "{options}");
    }
}

#[test]
fn a_source_that_is_sent_again_from_the_beginning_is_cut_the_same_and_each_row_is_taken_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let lines: Vec<_> = (0..3000).map(|port| flow("14:00:05", port)).collect();
    let send = || {
        let from = collector(&topic, "spot-lines", "type = \"flow\"", ARROW);
        from.input("a.csv", lines.join("\n").as_bytes());
        assert_once(&from.once());
    };
    send();
    let first = by_row(&topic);
    let to = row_listener(&topic, "");
    assert_once(&to.once());
    send();
    let both = by_row(&topic);
    assert_eq!((both.len(), first.len() > 50), (first.len() * 2, true), "{} messages", first.len());
    let place = |message: &Stored| (message.header("weir-row").to_owned(), message.header("weir-segment").to_owned(), message.partition);
    assert!(both.chunks(2).all(|pair| (place(&pair[0]), &pair[0].value) == (place(&pair[1]), &pair[1].value)), "the cut is another one");
    assert!(first.iter().all(|message| message.value.len() <= 12_000 && message.time == Some(1_509_717_605_000)));
    assert_once(&to.once());
    assert!(ports(&to.path("out")) == once_each(3000), "rows are lost or doubled");
}

#[test]
fn a_collector_killed_half_way_sends_the_rest_and_each_row_is_taken_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", ARROW);
    let lines: Vec<_> = (0..60_000).map(|port| flow("14:00:05", port)).collect();
    from.input("a.csv", lines.join("\n").as_bytes());
    let running = from.start();
    wait_for("the first messages", || topic.messages().len() > 20);
    running.kill();
    assert_eq!(records(&from.path("state")).len(), 0, "the file was whole before the kill");
    assert_once(&from.once());
    let to = row_listener(&topic, "");
    assert_once(&to.once());
    assert!(ports(&to.path("out")) == once_each(60_000), "rows are lost or doubled");
}

fn stream(name: &str, ports: std::ops::Range<i32>) -> Vec<u8> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::from_iter_values(ports.clone())),
        Arc::new(StringArray::from_iter_values(ports.map(|port| port.to_string()))),
    ];
    let names = ["sport", name].into_iter().zip(&columns);
    let fields: Vec<Field> = names.map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    RowStream::write(&TableSchema { fields: schema, event_time: None }, &rows).unwrap()
}

#[test]
fn what_is_no_stream_or_of_another_schema_goes_to_the_quarantine_and_the_partition_goes_on() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    topic.put(0, b"poison", &[]);
    topic.put(0, &stream("name", 0..10), &[]);
    topic.put(0, &stream("other", 10..20), &[]);
    topic.put(0, &stream("name", 0..10)[..300], &[]);
    topic.put(0, b"", &[]);
    topic.put(0, &stream("name", 10..15), &[]);
    let to = row_listener(&topic, "");
    let ran = to.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(ports(&to.path("out")), once_each(15));
    let listed = to.run(&["quarantine", "list", "out"]).stdout;
    assert!(
        listed.contains("message 0: the value is no Arrow IPC stream") || listed.contains("message 0: the Arrow IPC stream breaks off"),
        "{listed}"
    );
    assert!(listed.contains("message 2: its rows have other columns than the table, which lacks other; has name besides"), "{listed}");
    assert!(listed.contains("message 3: the Arrow IPC stream breaks off"), "{listed}");
    assert_eq!(listed.matches("    message ").count(), 3, "{listed}");

    topic.put(0, &stream("other", 20..30), &[]);
    assert_eq!(to.once().code(), 2);
    assert_eq!(ports(&to.path("out")), once_each(15));
}

#[test]
fn a_message_too_large_for_the_broker_is_halved_and_a_row_that_is_too_large_is_kept() {
    let topic = Topic::new(Broker::shared(), 1, &[("max.message.bytes", "3000")]);
    let from = collector(&topic, "raw-lines", "", ", format = \"arrow\", compression = \"none\"");
    let noise: String = (0..5000_u32).map(|number| char::from(b'a' + (number.wrapping_mul(2_654_435_761) >> 24) as u8 % 26)).collect();
    let lines: Vec<_> = (0..100).map(|number| format!("line {number} {}", noise.get(number..number + 50).unwrap())).collect();
    from.input("a.log", format!("{}\n{noise}\n", lines.join("\n")).as_bytes());
    let ran = from.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let kept: Vec<_> =
        std::fs::read_dir(from.path("state/refused")).unwrap().map(|entry| entry.unwrap().path().join("a_log_segment-0.arrow")).collect();
    let stream = RowStream::read(&std::fs::read(&kept[0]).unwrap()).unwrap();
    assert_eq!(stream.count(), 1);
    let listed = from.run(&["quarantine", "list", "state"]).stdout;
    assert!(listed.contains("larger than the broker takes (max.message.bytes of the topic: 3000)"), "{listed}");
    let to = row_listener(&topic, "");
    assert_once(&to.once());
    let mut came: Vec<_> = files(&to.path("out")).iter().flat_map(|file| rows(file)).map(|row| row["line"].clone()).collect();
    came.sort();
    // Bytes are shown as hexadecimal digits.
    let mut expected: Vec<_> = lines.iter().map(|line| line.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()).collect();
    expected.sort();
    assert_eq!(came, expected);
    assert!(topic.messages().len() > 2);
}

#[test]
fn what_a_pipeline_of_rows_cannot_have_is_said_before_it_runs() {
    let mistakes = |pipeline: &str| {
        let weir = Weir::config(&format!(
            "[pipelines.a]\nsource.kafka = {{ brokers = \"localhost:1\", topic = \"t\", format = \"arrow\" }}\n{pipeline}"
        ));
        let ran = weir.run(&["check", "weir.toml", "--offline"]);
        assert_eq!(ran.code(), 78, "{ran:?}");
        ran.stderr
    };
    let table = "sink.table = { path = \"out\" }\n";
    let said = mistakes(&format!("parser = \"flow\"\n{table}"));
    assert!(said.contains("messages of format = \"arrow\" hold rows, and nothing is parsed: leave `parser` out"), "{said}");
    let said = mistakes("sink.kafka = { brokers = \"localhost:1\", topic = \"u\", state = \"state\" }\n");
    assert!(said.contains("rows of format = \"arrow\" go to a table as they are: use sink.table"), "{said}");
    let said = mistakes("sink.table = { path = \"out\", schema = \"spot\" }\n");
    assert!(said.contains("rows of format = \"arrow\" bring their schema along: leave `schema` out"), "{said}");
    let weir =
        Weir::config(&format!("[pipelines.a]\nsource.kafka = {{ brokers = \"localhost:1\", topic = \"t\", format = \"arrow\" }}\n{table}"));
    assert_once(&weir.run(&["check", "weir.toml", "--offline"]));
    assert!(weir.run(&["config", "show", "weir.toml"]).stdout.contains("format = \"arrow\""));
}
