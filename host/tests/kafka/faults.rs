//! What must not cost or double a row: programs that are killed, a broker that goes away, stands still or gets more partitions.

use std::path::Path;
use std::time::{Duration, Instant};

use super::arrow::{ARROW, row_listener};
use super::broker::Broker;
use super::collector::{collector, flow};
use super::listener::{listener, once_each, ports};
use super::topic::Topic;
use crate::end_to_end::program::{Running, Weir, wait_for};
use crate::end_to_end::table::temporary;

/// Members that go without a word are missed after two seconds.
const SOON: &str = ", batch = { time = \"100ms\" }, properties = { \"session.timeout.ms\" = 2000, \"heartbeat.interval.ms\" = 300 }";
/// Rows of a file.
const ROWS: u64 = 2000;

/// Rounds of the test that kills at random: WEIR_FAULT_ROUNDS, or a few.
fn rounds() -> u64 {
    std::env::var("WEIR_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4)
}

fn add_file(collector: &Weir, number: u64) {
    let rows: Vec<_> = (number * ROWS..(number + 1) * ROWS).map(|port| flow("14:00:05", port)).collect();
    collector.input(&format!("{number}.csv"), rows.join("\n").as_bytes());
}

fn another(of: &Weir, name: &str, table: &Path) -> Weir {
    let config = std::fs::read_to_string(of.path("weir.toml")).unwrap();
    let table = format!("path = \"{}\"", table.display());
    Weir::config(&config.replace("pipelines.listener", &format!("pipelines.{name}")).replace("path = \"out\"", &table))
}

fn all_there(table: &Path, files: u64) -> bool {
    ports(table).len() as u64 == files * ROWS
}

/// Runs for a time that differs from round to round, then kills.
fn kill_after(running: Running, milliseconds: u64) {
    let began = Instant::now();
    wait_for("the moment to kill", || began.elapsed() > Duration::from_millis(milliseconds));
    running.kill();
}

#[test]
fn killed_at_any_moment_collectors_and_listeners_carry_every_row_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 4000");
    carry_through_kills(&from, &listener(&topic, SOON));
}

#[test]
fn killed_at_any_moment_collectors_and_listeners_of_rows_carry_every_row_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    carry_through_kills(&collector(&topic, "spot-lines", "type = \"flow\"", ARROW), &row_listener(&topic, SOON));
}

/// Round after round, kills a collector and listeners at moments that differ.
fn carry_through_kills(from: &Weir, first: &Weir) {
    let table = first.path("out");
    let second = another(first, "second", &table);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut stays = second.start();
    for round in 0..rounds() {
        add_file(from, round);
        let (sender, taker) = (from.start(), first.start());
        kill_after(sender, 100 + next() % 1500);
        kill_after(taker, next() % 1500);
        if round % 2 == 1 {
            stays.kill();
            stays = second.start();
        }
    }
    assert_eq!(from.once().code(), 0);
    wait_for("all rows", || all_there(&table, rounds()));
    assert_eq!(stays.terminate().code(), Some(0));
    assert!(ports(&table) == once_each((rounds() * ROWS) as i32), "rows are doubled");
    assert_eq!(first.once().code(), 0);
    assert!(ports(&table) == once_each((rounds() * ROWS) as i32), "rows are doubled");
    assert_eq!(temporary(&table), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_broker_that_is_stopped_and_started_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let broker = Broker::start(directory.path(), &[]);
    let topic = Topic::new(&broker, 2, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 4000");
    let to = listener(&topic, SOON);
    let (sender, taker) = (from.start(), to.start());
    add_file(&from, 0);
    wait_for("the first file", || all_there(&to.path("out"), 1));
    broker.stop();
    add_file(&from, 1);
    wait_for("word of the broker", || from.log().contains("Connection refused") || from.log().contains("Disconnected"));
    let broker = Broker::start(directory.path(), &[]);
    wait_for("the second file", || all_there(&to.path("out"), 2));
    assert_eq!(sender.terminate().code(), Some(0));
    assert_eq!(taker.terminate().code(), Some(0));
    assert!(ports(&to.path("out")) == once_each(2 * ROWS as i32), "rows are doubled");
    drop(broker);
}

#[test]
fn a_broker_that_stands_still_for_longer_than_a_session_costs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let broker = Broker::start(directory.path(), &[]);
    let topic = Topic::new(&broker, 2, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 4000");
    let to = listener(&topic, SOON);
    let (sender, taker) = (from.start(), to.start());
    add_file(&from, 0);
    wait_for("the first file", || all_there(&to.path("out"), 1));
    broker.signal("STOP");
    add_file(&from, 1);
    let began = Instant::now();
    wait_for("twice the time of a session", || began.elapsed() > Duration::from_secs(4));
    broker.signal("CONT");
    add_file(&from, 2);
    wait_for("all files", || all_there(&to.path("out"), 3));
    assert_eq!(sender.terminate().code(), Some(0));
    assert_eq!(taker.terminate().code(), Some(0));
    assert!(ports(&to.path("out")) == once_each(3 * ROWS as i32), "rows are doubled");
}

#[test]
fn a_topic_that_gets_more_partitions_is_read_in_all_of_them() {
    let mut topic = Topic::new(Broker::shared(), 1, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 4000");
    let more = SOON.replace("properties = {", "properties = { \"topic.metadata.refresh.interval.ms\" = 500,");
    let to = listener(&topic, &more);
    let taker = to.start();
    add_file(&from, 0);
    assert_eq!(from.once().code(), 0);
    topic.grow(3);
    add_file(&from, 1);
    assert_eq!(from.once().code(), 0);
    wait_for("all files", || all_there(&to.path("out"), 2));
    assert_eq!(taker.terminate().code(), Some(0));
    assert!(topic.messages().iter().any(|message| message.partition == 2), "nothing went to the new partitions");
    assert!(ports(&to.path("out")) == once_each(2 * ROWS as i32), "rows are doubled");
}

#[test]
fn a_table_that_cannot_be_written_is_tried_again_until_it_can() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let from = collector(&topic, "spot-lines", "type = \"flow\"", "");
    let to = listener(&topic, SOON);
    let taker = to.start();
    wait_for("the partition", || to.log().contains("begins"));
    let temporary = to.path("out/.weir/tmp");
    std::fs::remove_dir_all(&temporary).unwrap();
    std::fs::write(&temporary, "in the way").unwrap();
    add_file(&from, 0);
    assert_eq!(from.once().code(), 0);
    wait_for("a try in vain", || to.log().contains("trying again"));
    std::fs::remove_file(&temporary).unwrap();
    std::fs::create_dir_all(temporary.join("listener")).unwrap();
    wait_for("all rows", || all_there(&to.path("out"), 1));
    assert_eq!(taker.terminate().code(), Some(0));
    assert!(ports(&to.path("out")) == once_each(ROWS as i32), "rows are doubled");
}
