//! The configurations of `config/` for Kafka, run as their first lines say.

use std::fs;
use std::path::Path;

use super::broker::Broker;
use super::topic::Topic;
use crate::end_to_end::program::Weir;
use crate::end_to_end::table::files;
use crate::rows::rows;

/// A directory with a copy of an example for a topic of this test, and its variables set.
fn example(name: &str, topics: &[(&str, &Topic)], variables: &[(&str, &Path)]) -> Weir {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../config").join(name)).unwrap();
    let quoted = |topic: &str| format!("\"{topic}\"");
    let text = topics.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(&quoted(from)), "{name} has no topic {from}");
        text.replace(&quoted(from), &quoted(&to.name))
    });
    let mut weir = Weir::config(&text);
    weir.set("KAFKA", Broker::shared().address());
    variables.iter().for_each(|(variable, path)| weir.set(variable, path.to_str().unwrap()));
    weir
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

fn count(table: &Path) -> usize {
    files(table).iter().map(|file| rows(file).len()).sum()
}

/// Runs the two ends of a topology on one file, and gives how many rows came out.
fn rows_through(from: &Weir, to: &Weir, table: &Path) -> usize {
    for weir in [from, to] {
        let checked = weir.run(&["check", "weir.toml"]);
        assert_eq!(checked.code(), 0, "{checked:?}");
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
    }
    count(table)
}

#[test]
fn the_collector_and_the_listener_of_the_examples_carry_the_rows_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let (input, state, table) = (directory.path().join("in"), directory.path().join("state"), directory.path().join("table"));
    fs::create_dir(&input).unwrap();
    fs::copy(fixture("flow/layout1-none.nfcapd"), input.join("nfcapd.201711031400")).unwrap();
    let topic = Topic::unmade(Broker::shared(), 3);
    let topics = [("spot_flow", &topic)];
    let from = example("spot-collector.toml", &topics, &[("FLOW_IN", &input), ("COLLECTOR_STATE", &state)]);
    let to = example("spot-listener.toml", &topics, &[("FLOW_TABLE", &table)]);
    assert!(rows_through(&from, &to, &table) > 0);
}

#[test]
fn the_master_and_the_worker_of_the_examples_carry_the_rows_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    for input in ["in", "captures"] {
        fs::create_dir(path(input)).unwrap();
    }
    fs::create_dir_all(path("app/flow/binary")).unwrap();
    fs::create_dir_all(path("app/dns/binary")).unwrap();
    fs::copy(fixture("flow/layout1-none.nfcapd"), path("in/nfcapd.201711031400")).unwrap();
    fs::copy(fixture("capture/dns.pcap"), path("captures/dns1.pcap")).unwrap();
    let (flow, dns) = (Topic::unmade(Broker::shared(), 3), Topic::unmade(Broker::shared(), 3));
    let topics = [("spot_flow_files", &flow), ("spot_dns_files", &dns)];
    let (app, state) = (path("app"), path("state"));
    let (input, captures) = (path("in"), path("captures"));
    let from =
        example("spot-master.toml", &topics, &[("FLOW_IN", &input), ("CAPTURES_IN", &captures), ("SPOT", &app), ("MASTER_STATE", &state)]);
    let to = example("spot-worker.toml", &topics, &[("SPOT", &app)]);
    assert!(rows_through(&from, &to, &app.join("flow/hive")) > 0);
    assert!(count(&app.join("dns/hive")) > 0);
}

#[test]
fn the_proxy_blocks_of_the_examples_carry_the_rows_of_a_log() {
    let directory = tempfile::tempdir().unwrap();
    let (input, state, table) = (directory.path().join("in"), directory.path().join("state"), directory.path().join("table"));
    fs::create_dir(&input).unwrap();
    fs::copy(fixture("proxy/bluecoat-main.log"), input.join("a.log")).unwrap();
    let topic = Topic::unmade(Broker::shared(), 1);
    let variables: [(&str, &Path); 3] = [("PROXY_IN", &input), ("PROXY_STATE", &state), ("PROXY_TABLE", &table)];
    let weir = example("spot-proxy.toml", &[("spot_proxy", &topic)], &variables);
    let sent = weir.run(&["run", "weir.toml", "proxy_blocks", "--once"]);
    assert_eq!(sent.code(), 0, "{sent:?}");
    let taken = weir.run(&["run", "weir.toml", "proxy_rows", "--once"]);
    assert!([0, 2].contains(&taken.code()), "{taken:?}");
    assert!(count(&table) > 0);
}

#[test]
fn the_rows_of_the_examples_are_carried_with_all_their_columns() {
    let directory = tempfile::tempdir().unwrap();
    let (input, state, tables) = (directory.path().join("in"), directory.path().join("state"), directory.path().join("tables"));
    fs::create_dir(&input).unwrap();
    for file in fs::read_dir(fixture("dns")).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "pcap") {
            fs::copy(&file, input.join(file.file_name().unwrap())).unwrap();
        }
    }
    let topic = Topic::unmade(Broker::shared(), 3);
    let variables = [("DNS_IN", input.as_path()), ("COLLECTOR_STATE", &state), ("DNS_TABLES", &tables)];
    let weir = example("rows.toml", &[("dns_rows", &topic)], &variables);
    for pipeline in ["dns_collector", "dns_listener"] {
        let ran = weir.run(&["run", "weir.toml", pipeline, "--once"]);
        assert!([0, 2].contains(&ran.code()), "{ran:?}");
    }
    assert!(count(&tables.join("dns_rows")) > 0);
}

#[test]
fn the_packet_store_of_the_examples_stores_the_packets_of_a_capture() {
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store");
    let topic = Topic::new(Broker::shared(), 2, &[]);
    let weir = example("packet-store.toml", &[("pcap", &topic)], &[("PCAP_STORE", &store)]);
    let file = fixture("capture/dns.pcap");
    let sent = weir.run(&[&["pcap", "send", file.to_str().unwrap()][..], &topic.options()].concat());
    assert_eq!(sent.code(), 0, "{sent:?}");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(fs::read_dir(&store).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("pcap_")));
}
