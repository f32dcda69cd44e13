//! Each of Spot's programs by its own command line, beside a run of what `weir config convert` wrote.

use std::sync::atomic::{AtomicU32, Ordering};

use super::site::Site;
use crate::end_to_end::program::Ran;
use crate::kafka::broker::Broker;
use crate::kafka::topic::{Stored, Topic};

const KINDS: [&str; 3] = ["flow", "dns", "proxy"];
/// Of modes that come to no broker.
const NOWHERE: &str = "broker.example:9092";

fn assert_same(spot: &Ran, converted: &Ran) {
    assert!(matches!(spot.code(), 0 | 2), "{spot:?}");
    assert_eq!(spot.code(), converted.code(), "{spot:?} {converted:?}");
}

fn assert_same_rows(spot: &Site, converted: &Site) {
    let rows = spot.rows();
    assert!(!rows.is_empty(), "no rows");
    assert!(rows == converted.rows(), "the rows differ");
}

#[test]
fn standalone_fills_the_table_and_keeps_originals_where_spot_did() {
    for kind in KINDS {
        let (spot, converted) = (Site::new(kind, NOWHERE), Site::new(kind, NOWHERE));
        let ran = spot.spot(&["standalone", kind, "2"]);
        assert_same(&ran, &converted.converted("standalone", &["--workers", "2"]));
        assert_same_rows(&spot, &converted);
        assert!(ran.stderr.contains("kafka.zookeper_server is not needed: "), "{}", ran.stderr);
        let kept = |site: &Site| std::fs::read_dir(site.weir.path(&format!("out/{kind}/binary"))).map_or(0, Iterator::count);
        assert_eq!((kept(&spot), kept(&converted)), if kind == "proxy" { (0, 0) } else { (2, 2) });
        assert_eq!(std::fs::read_dir(spot.weir.path("in")).unwrap().count(), 0);
    }
}

/// What readers of Spot's see of messages.
fn seen(messages: Vec<Stored>) -> Vec<(Option<i64>, Vec<u8>)> {
    let mut seen: Vec<_> = messages.into_iter().map(|message| (message.time, message.value)).collect();
    seen.sort();
    seen
}

#[test]
fn a_collector_and_a_listener_carry_lines_through_a_topic() {
    let broker = Broker::shared();
    for kind in KINDS {
        let topics = [Topic::new(broker, 2, &[]), Topic::new(broker, 2, &[])];
        let (spot, converted) = (Site::new(kind, broker.address()), Site::new(kind, broker.address()));
        let ran = spot.spot(&["collector", "-t", kind, "--topic", &topics[0].name]);
        assert_same(&ran, &converted.converted("collector", &["--topic", &topics[1].name]));
        let [one, other] = [seen(topics[0].messages()), seen(topics[1].messages())];
        assert!(!one.is_empty(), "{ran:?}");
        assert!(one == other, "the messages differ");
        assert!(spot.weir.path("in").read_dir().unwrap().count() > 0, "the collector took files away");

        let ran = spot.spot(&["listener", "-t", kind, "--topic", &topics[0].name, "-p", "2", "-m", "yarn", "-d", "cluster"]);
        assert_same(&ran, &converted.converted("listener", &["--topic", &topics[1].name]));
        assert_same_rows(&spot, &converted);
        assert!(ran.stderr.contains("--master is not needed: there is no Spark"), "{}", ran.stderr);
    }
}

#[test]
fn a_master_and_a_worker_carry_files_or_blocks_through_a_topic_that_the_master_makes() {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = || format!("spot-ingest-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let broker = Broker::shared();
    for kind in KINDS {
        let topics = [name(), name()];
        let (spot, converted) = (Site::new(kind, broker.address()), Site::new(kind, broker.address()));
        let ran = spot.spot(&["master", "-t", kind, "-w", "2", "-id", &topics[0]]);
        assert_same(&ran, &converted.converted("master", &["--topic", &topics[1], "--workers", "2"]));
        assert_eq!(spot.weir.path("in").read_dir().unwrap().count(), 0, "{ran:?}");

        let ran = spot.spot(&["worker", "-t", kind, "-i", "0", "-top", &topics[0], "-p", "1"]);
        assert_same(&ran, &converted.converted("worker", &["--topic", &topics[1]]));
        assert_same_rows(&spot, &converted);
    }
}

#[test]
fn lines_that_are_there_already_are_sent_as_they_are() {
    let broker = Broker::shared();
    let (topic, site) = (Topic::new(broker, 1, &[]), Site::new("flow", broker.address()));
    for file in std::fs::read_dir(site.weir.path("in")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    site.weir.input("nfcapd.csv", b"2017-11-03 14:00:05,x\nSummary\n");
    let ran = site.spot(&["collector", "--skip-conversion", "-t", "flow", "--topic", &topic.name]);
    assert!(matches!(ran.code(), 0 | 2), "{ran:?}");
    let line = "2017-11-03 14:00:05,x";
    let value = [&[0, 2, 2 * line.len() as u8][..], line.as_bytes(), &[0]].concat();
    assert_eq!(seen(topic.messages()), [(Some(1_509_717_605_000), value)]);
}
