//! Files kept as they are with their paths in a topic, and workers that fetch them: Spot's master and its workers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::broker::Broker;
use super::collector::flow;
use super::listener::{once_each, ports};
use super::topic::Topic;
use crate::end_to_end::program::{Weir, wait_for};
use crate::end_to_end::table::{files, temporary};
use crate::rows::rows;
use crate::scenarios::exchange::{TIME, answer, header, no_such_name, query};

/// A master that watches `in/` and keeps files in `binary/`, with more of its sink.
fn master(topic: &Topic, include: &str, sink: &str) -> Weir {
    let weir = Weir::config(&format!(
        "[pipelines.master]\nsource.directory = {{ path = \"in\", include = \"{include}\", settle = \"0s\", after = \"delete\" }}\n\
         sink.kafka = {{ {}, state = \"state\", format = \"path\", originals = \"binary\"{sink} }}\n",
        topic.toml()
    ));
    fs::create_dir(weir.path("in")).unwrap();
    weir
}

/// A worker with a name on a table, which takes files below `root`.
fn worker(topic: &Topic, name: &str, root: &Path, parser: &str, table: &Path) -> Weir {
    Weir::config(&format!(
        "[pipelines.{name}]\nsource.kafka = {{ {}, start = \"earliest\", format = \"path\", root = {root:?}, batch = {{ time = \"100ms\" }}, \
         properties = {{ \"session.timeout.ms\" = 2000, \"heartbeat.interval.ms\" = 300 }} }}\n{parser}\nsink.table = {{ path = {table:?} }}\n",
        topic.toml()
    ))
}

/// Lines of Spot's flow, which tests tell apart by their ports.
const LINES: &str = "parser = \"spot-lines\"\noptions = { type = \"flow\" }";

fn texts(topic: &Topic) -> Vec<String> {
    topic.messages().into_iter().map(|message| String::from_utf8(message.value).unwrap()).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)).unwrap()
}

fn all_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(all_files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn scenario_a7_a_flow_file_is_kept_its_path_sent_and_one_of_two_workers_loads_it() {
    let topic = Topic::unmade(Broker::shared(), 2);
    let master = master(&topic, "nfcapd.*", ", create = { partitions = 2 }");
    let (root, table) = (master.path("binary"), master.path("table"));
    master.input("nfcapd.201711031400", &fixture("flow/layout1-none.nfcapd"));
    master.input("nfcapd.current.123", b"half");
    master.input("x.txt", b"text");
    let ran = master.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let kept = root.join("20171103/14/nfcapd.201711031400");
    assert_eq!(fs::read(&kept).unwrap(), fixture("flow/layout1-none.nfcapd"));
    assert_eq!(texts(&topic), [kept.to_str().unwrap()]);
    assert_eq!(topic.stored_partitions(), 2);
    assert_eq!(all_files(&master.path("in")), [master.path("in/nfcapd.current.123"), master.path("in/x.txt")]);

    let workers = ["one", "other"].map(|name| worker(&topic, name, &root, "parser = \"flow\"", &table));
    let running = workers.each_ref().map(Weir::start);
    let expected = Weir::pipeline("flow", "");
    expected.input("nfcapd.201711031400", &fixture("flow/layout1-none.nfcapd"));
    assert_eq!(expected.once().code(), 0);
    let count = |table: &Path| files(table).iter().map(|file| rows(file).len()).sum::<usize>();
    let whole = count(&expected.path("out"));
    wait_for("the rows", || count(&table) >= whole);
    for running in running {
        assert_eq!(running.terminate().code(), Some(0));
    }
    assert_eq!((count(&table), whole > 0), (whole, true));
    assert!(kept.exists());
    assert_eq!(temporary(&table), Vec::<PathBuf>::new());
}

#[test]
fn scenario_a8_a_capture_is_kept_in_pieces_and_their_rows_are_those_of_the_whole() {
    let topic = Topic::new(Broker::shared(), 2, &[]);
    let master = master(&topic, "*.pcap", ", split-packets = 2");
    let (root, table) = (master.path("binary"), master.path("table"));
    let packets = [query(TIME), answer(TIME + 1), query(TIME + 2), answer(TIME + 3), no_such_name(TIME + 4)];
    master.input("dns1.pcap", &[header(), packets.concat()].concat());
    let ran = master.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let pieces = [("0", "04"), ("1", "06"), ("2", "08")]
        .map(|(number, second)| root.join(format!("20170908/11/dns1_spot_0000{number}_201709081137{second}.pcap")));
    let mut sent = texts(&topic);
    sent.sort();
    assert_eq!(sent, pieces.each_ref().map(|piece| piece.to_str().unwrap()));
    assert_eq!(all_files(&root), pieces);
    assert_eq!(all_files(&master.path("in")), Vec::<PathBuf>::new());

    let worker = worker(&topic, "worker", &root, "parser = \"dns\"", &table);
    let ran = worker.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let mut times: Vec<_> = files(&table).iter().flat_map(|file| rows(file)).map(|row| row["frame_time"].clone()).collect();
    times.sort();
    assert_eq!(times, ["05", "07", "08"].map(|second| format!("Sep  8 2017 11:37:{second}.123456789 UTC")));
}

#[test]
fn a_damaged_capture_is_kept_whole_so_that_its_worker_quarantines_the_rest() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let master = master(&topic, "*", ", split-packets = 2");
    master.input("a.pcap", &fixture("capture/lying-length.pcap"));
    master.input("b.txt", b"no capture at all");
    assert_eq!(master.once().code(), 0);
    let kept = all_files(&master.path("binary"));
    assert_eq!(kept.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect::<Vec<_>>(), ["a.pcap", "b.txt"]);
    assert_eq!(texts(&topic).len(), 2);
}

#[test]
fn the_same_content_is_sent_once_and_other_content_of_the_same_name_has_a_name_of_its_own() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let master = master(&topic, "*", "");
    master.input("nfcapd.201711031400", b"one");
    assert_eq!(master.once().code(), 0);
    master.input("nfcapd.201711031400", b"one");
    assert_eq!(master.once().code(), 0);
    assert_eq!(texts(&topic).len(), 1);
    master.input("nfcapd.201711031400", b"two");
    assert_eq!(master.once().code(), 0);
    let sent = texts(&topic);
    assert_eq!(sent.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>(), [b"one", b"two"]);
    assert!(sent[1].starts_with(master.path("binary/20171103/14/nfcapd-").to_str().unwrap()), "{sent:?}");
}

#[test]
fn a_path_that_escapes_the_root_or_names_nothing_is_poison_and_the_partition_goes_on() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    fs::create_dir_all(root.join("directory")).unwrap();
    fs::write(directory.path().join("secret"), flow("14:00:05", 9)).unwrap();
    fs::write(root.join("a.csv"), flow("14:00:05", 0)).unwrap();
    let full = root.join("missing.csv").display().to_string();
    for value in ["../secret", "/etc/passwd", &full, "directory", "\u{0}", "a.csv"] {
        topic.put(0, value.as_bytes(), &[]);
    }
    topic.put(0, b"\xff\xfe", &[]);
    topic.put(0, b"", &[]);
    let worker = worker(&topic, "worker", &root, LINES, &directory.path().join("table"));
    let ran = worker.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let table = directory.path().join("table");
    assert_eq!(ports(&table), once_each(1));
    let listed = worker.run(&["quarantine", "list", table.to_str().unwrap()]).stdout;
    for said in
        ["message 0: \"../secret\" is no file below", "message 2: there is no file", "message 3: ", "message 6: the path is not UTF-8"]
    {
        assert!(listed.contains(said), "{said}: {listed}");
    }
    assert!(ran.stderr.contains("the message is in the quarantine"), "{}", ran.stderr);
    let again = worker.once();
    assert_eq!(again.code(), 0, "{again:?}");
}

#[test]
fn a_topic_that_is_there_keeps_its_partitions_and_weir_says_so() {
    let topic = Topic::new(Broker::shared(), 2, &[]);
    let master = master(&topic, "*", ", create = { partitions = 5, replication = 1 }");
    let ran = master.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.contains("there with 2 partitions and replication 1, not 5 and 1"), "{}", ran.stderr);
    assert_eq!(topic.stored_partitions(), 2);
}

#[test]
fn workers_killed_in_the_midst_of_files_lose_and_double_nothing() {
    const FILES: u64 = 12;
    const ROWS: u64 = 20_000;
    let topic = Topic::new(Broker::shared(), 4, &[]);
    let master = master(&topic, "*.csv", "");
    let (root, table) = (master.path("binary"), master.path("table"));
    for file in 0..FILES {
        // A port has 16 bits in the tool, and any number in the column.
        let lines: Vec<_> = (file * ROWS..(file + 1) * ROWS).map(|port| flow("14:00:05", port)).collect();
        master.input(&format!("{file}.csv"), lines.join("\n").as_bytes());
    }
    assert_eq!(master.once().code(), 0);
    assert_eq!(texts(&topic).len() as u64, FILES);
    let workers = ["one", "other"].map(|name| worker(&topic, name, &root, LINES, &table));
    let stays = workers[1].start();
    for round in 0..rounds() {
        let running = workers[0].start();
        let began = Instant::now();
        let moment = Duration::from_millis(50 + round * 397 % 1500);
        wait_for("the moment to kill", || began.elapsed() > moment);
        running.kill();
    }
    wait_for("all rows", || ports(&table).len() as u64 == FILES * ROWS);
    assert_eq!(stays.terminate().code(), Some(0));
    assert_eq!(workers[0].once().code(), 0);
    assert!(ports(&table) == once_each((FILES * ROWS) as i32), "rows are lost or doubled");
    assert_eq!(temporary(&table), Vec::<PathBuf>::new());
}

#[test]
fn a_master_killed_at_any_moment_sends_every_file_and_workers_take_each_once() {
    const ROWS: u64 = 500;
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let master = master(&topic, "*.csv", "");
    let (root, table) = (master.path("binary"), master.path("table"));
    for round in 0..rounds() * 2 {
        for file in 0..5 {
            let from = (round * 5 + file) * ROWS;
            let lines: Vec<_> = (from..from + ROWS).map(|port| flow("14:00:05", port)).collect();
            master.input(&format!("{round}-{file}.csv"), lines.join("\n").as_bytes());
        }
        let running = master.start();
        let began = Instant::now();
        let moment = Duration::from_millis(100 + round * 271 % 900);
        wait_for("the moment to kill", || began.elapsed() > moment);
        running.kill();
    }
    assert_eq!(master.once().code(), 0);
    assert_eq!(all_files(&master.path("in")), Vec::<PathBuf>::new());
    let worker = worker(&topic, "worker", &root, LINES, &table);
    let ran = worker.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ports(&table) == once_each((rounds() * 10 * ROWS) as i32), "rows are lost or doubled");
    assert!(all_files(&root.join(".weir")).is_empty(), "unfinished files are left");
}

/// How often to kill: WEIR_FAULT_ROUNDS, or a few times.
fn rounds() -> u64 {
    std::env::var("WEIR_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}
