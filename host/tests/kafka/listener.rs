//! A topic to a table, as Spot's streaming listener fills it.

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use weir::model::LineList;

use super::broker::Broker;
use super::collector::{collector, flow};
use super::topic::Topic;
use crate::end_to_end::program::{Weir, wait_for};
use crate::end_to_end::table::{batches, files, records, temporary};

/// A pipeline from a topic to `out/`, with more of the source.
pub fn listener(topic: &Topic, source: &str) -> Weir {
    Weir::config(&format!(
        "[pipelines.listener]\nsource.kafka = {{ {}, start = \"earliest\"{source} }}\nparser = \"spot-lines\"\noptions = {{ type = \"flow\" }}\n\
         sink.table = {{ path = \"out\" }}\n",
        topic.toml()
    ))
}

/// How often each source port is in a table.
pub fn ports(table: &Path) -> BTreeMap<i32, usize> {
    let mut ports = BTreeMap::new();
    for batch in files(table).iter().flat_map(|file| batches(file)) {
        for port in batch.column_by_name("sport").unwrap().as_primitive::<Int32Type>().values() {
            *ports.entry(*port).or_insert(0) += 1;
        }
    }
    ports
}

/// Each port from 0 on, once.
pub fn once_each(count: i32) -> BTreeMap<i32, usize> {
    (0..count).map(|port| (port, 1)).collect()
}

fn datum(lines: &[String]) -> Vec<u8> {
    let mut list = LineList::default();
    lines.iter().for_each(|line| list.push(line.as_bytes()));
    list.datum()
}

#[test]
fn messages_of_spots_collector_become_rows_of_spots_table() {
    let topic = Topic::new(Broker::shared(), 2, &[]);
    topic.put(0, &datum(&[flow("14:00:05", 0), flow("15:00:05", 1)]), &[]);
    topic.put(1, &datum(&[flow("14:00:06", 2)]), &[]);
    let weir = listener(&topic, "");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(ports(&weir.path("out")), once_each(3));
    assert!(weir.path("out/y=2017/m=11/d=3/h=15").is_dir());
    assert!(ran.stdout.contains("written     3 rows in 3 files"), "{}", ran.stdout);

    let again = weir.once();
    assert_eq!(again.code(), 0, "{again:?}");
    assert_eq!(ports(&weir.path("out")), once_each(3));
    assert_eq!(records(&weir.path("out")).len(), 2);
}

#[test]
fn a_message_that_is_no_list_of_lines_goes_to_the_quarantine_and_the_partition_goes_on() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    topic.put(0, &datum(&[flow("14:00:05", 0)]), &[]);
    topic.put(0, b"poison", &[]);
    topic.put(0, b"", &[]);
    topic.put(0, &datum(&["nonsense".to_owned(), flow("14:00:05", 1)]), &[]);
    let weir = listener(&topic, "");
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(ports(&weir.path("out")), once_each(2));
    let listed = weir.run(&["quarantine", "list", "out"]).stdout;
    assert!(listed.contains("message 1: the value begins with 0x70"), "{listed}");
    assert!(listed.contains("message 3: expected a time"), "{listed}");
    let entry = |number: usize| listed.lines().step_by(2).nth(number).unwrap().split_whitespace().next().unwrap().to_owned();
    let shown: Vec<_> = (0..2).map(|number| weir.run(&["quarantine", "show", "out", &entry(number)]).stdout).collect();
    assert_eq!(shown, ["poison", "nonsense\n"]);
}

#[test]
fn a_message_that_comes_twice_is_taken_once_even_behind_a_restart() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let source = "ab".repeat(32);
    let put = |row: u64, rows: std::ops::Range<u64>| {
        let lines: Vec<_> = rows.map(|port| flow("14:00:05", port)).collect();
        topic.put(0, &datum(&lines), &[("weir-source", &source), ("weir-segment", "0"), ("weir-row", &row.to_string())]);
    };
    let weir = listener(&topic, "");
    put(0, 0..10);
    put(0, 0..10);
    assert_eq!(weir.once().code(), 0);
    assert_eq!(ports(&weir.path("out")), once_each(10));
    put(0, 0..10);
    put(5, 5..15);
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(ports(&weir.path("out")), once_each(15));
}

#[test]
fn the_table_says_where_to_go_on_whatever_the_group_says() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    topic.put(0, &datum(&[flow("14:00:05", 0)]), &[]);
    let weir = listener(&topic, "");
    assert_eq!(weir.once().code(), 0);
    topic.put(0, &datum(&[flow("14:00:05", 1)]), &[]);
    let config = std::fs::read_to_string(weir.path("weir.toml")).unwrap();
    std::fs::write(weir.path("weir.toml"), config.replace("start =", "group = \"another\", start =")).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_eq!(ports(&weir.path("out")), once_each(2));
}

#[test]
fn a_collector_and_a_listener_carry_every_row_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let (from, to) = (collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 20000"), listener(&topic, ""));
    for file in 0..5 {
        let rows: Vec<_> = (file * 2000..(file + 1) * 2000).map(|port| flow("14:00:05", port)).collect();
        from.input(&format!("{file}.csv"), rows.join("\n").as_bytes());
    }
    assert_eq!(from.once().code(), 0);
    let ran = to.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ports(&to.path("out")) == once_each(10_000), "rows are lost or doubled");
}

#[test]
fn two_listeners_share_the_partitions_and_one_that_is_killed_loses_and_doubles_nothing() {
    let topic = Topic::new(Broker::shared(), 4, &[]);
    let more = ", batch = { time = \"100ms\" }, properties = { \"session.timeout.ms\" = 2000, \"heartbeat.interval.ms\" = 300 }";
    let first = listener(&topic, more);
    let table = first.path("out");
    let config = std::fs::read_to_string(first.path("weir.toml")).unwrap();
    let second = Weir::config(
        &config.replace("pipelines.listener", "pipelines.other").replace("path = \"out\"", &format!("path = \"{}\"", table.display())),
    );
    let collector = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 5000");
    let send = |file: u64| {
        let rows: Vec<_> = (file * 1000..(file + 1) * 1000).map(|port| flow("14:00:05", port)).collect();
        collector.input(&format!("{file}.csv"), rows.join("\n").as_bytes());
        assert_eq!(collector.once().code(), 0);
    };
    send(0);
    let (one, other) = (first.start(), second.start());
    wait_for("the first rows", || ports(&table).len() == 1000);
    wait_for("both to have partitions", || [&first, &second].iter().all(|weir| weir.log().contains("begins")));
    send(1);
    one.kill();
    send(2);
    wait_for("all rows", || ports(&table).len() == 3000);
    assert_eq!(other.terminate().code(), Some(0));
    assert!(ports(&table) == once_each(3000), "rows are doubled");
    assert_eq!(first.once().code(), 0);
    assert!(ports(&table) == once_each(3000), "rows are doubled");
    assert_eq!(temporary(&table), Vec::<std::path::PathBuf>::new());
}

#[test]
fn blocks_of_text_and_single_records_become_rows_too() {
    for (format, values) in [
        ("text", vec![format!("{}\n{}\n", flow("14:00:05", 0), flow("14:00:05", 1))]),
        ("record", vec![flow("14:00:05", 0), flow("14:00:05", 1)]),
    ] {
        let topic = Topic::new(Broker::shared(), 1, &[]);
        values.iter().for_each(|value| topic.put(0, value.as_bytes(), &[]));
        let weir = listener(&topic, &format!(", format = \"{format}\""));
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert_eq!(ports(&weir.path("out")), once_each(2));
    }
}
