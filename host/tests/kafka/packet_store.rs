//! Packets of a topic in a packet store: Metron's files, each packet once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::broker::Broker;
use super::packets::capture;
use super::topic::Topic;
use crate::end_to_end::program::{Weir, wait_for};
use crate::end_to_end::table::temporary;

const SECOND: u64 = 1_000_000_000;
/// Members that go without a word are missed after two seconds.
const SOON: &str = ", properties = { \"session.timeout.ms\" = 2000, \"heartbeat.interval.ms\" = 300 }";

/// A spout with more of its source, of its sink and of its pipeline.
fn spout(topic: &Topic, source: &str, sink: &str, more: &str) -> Weir {
    Weir::config(&format!(
        "[pipelines.spout]\nsource.kafka = {{ {}, start = \"earliest\", format = \"packets\"{source} }}\n\
         sink.packet-store = {{ path = \"store\"{sink} }}\n{more}\n",
        topic.toml()
    ))
}

fn key(microseconds: u64) -> [u8; 8] {
    microseconds.to_be_bytes()
}

/// The store's files, by name.
fn files(store: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(store).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn names(store: &Path) -> Vec<String> {
    files(store).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The records of a sequence file, read by its own rules: times and values.
fn records(file: &Path) -> Vec<(u64, Vec<u8>)> {
    let bytes = fs::read(file).unwrap();
    let head =
        [b"SEQ\x06\x21".as_slice(), b"org.apache.hadoop.io.LongWritable", b"\x22", b"org.apache.hadoop.io.BytesWritable", &[0; 6]].concat();
    assert_eq!(&bytes[..head.len()], head, "{}", file.display());
    let mark = &bytes[head.len()..head.len() + 16];
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let (mut at, mut records, mut synced) = (head.len() + 16, Vec::new(), 0);
    while at < bytes.len() {
        if number(at) == u32::MAX {
            assert_eq!(&bytes[at + 4..at + 20], mark);
            assert!(at - synced >= 2000, "a sync mark too soon");
            at += 20;
            synced = at;
        }
        assert!(at - synced < 2000, "no sync mark before byte {at}");
        let length = number(at) as usize;
        assert_eq!(number(at + 4), 8, "the key's length");
        assert_eq!(number(at + 16) as usize, length - 12, "the value's length");
        let time = u64::from_be_bytes(bytes[at + 8..at + 16].try_into().unwrap());
        records.push((time, bytes[at + 20..at + 8 + length].to_vec()));
        at += 8 + length;
    }
    records
}

fn all_records(store: &Path) -> Vec<(u64, Vec<u8>)> {
    files(store).iter().flat_map(|file| records(file)).collect()
}

/// A value as Metron stores it.
fn value(microseconds: u64, frame: &[u8]) -> Vec<u8> {
    let (seconds, fraction) = ((microseconds / 1_000_000) as u32, (microseconds % 1_000_000) as u32);
    capture(0xa1b2_c3d4, 65_535, 1, &[(seconds, fraction, frame.len() as u32, frame)])
}

/// How often each number of a packet is in a store.
fn numbers(store: &Path) -> BTreeMap<u32, usize> {
    let mut numbers = BTreeMap::new();
    for (_, value) in all_records(store) {
        *numbers.entry(u32::from_be_bytes(value[40..44].try_into().unwrap())).or_default() += 1;
    }
    numbers
}

fn once_each(count: u32) -> BTreeMap<u32, usize> {
    (0..count).map(|number| (number, 1)).collect()
}

/// Puts numbered packets into a topic of three partitions.
fn put_numbers(topic: &Topic, range: std::ops::Range<u32>) {
    for partition in 0..3 {
        let those: Vec<_> = range.clone().filter(|number| number % 3 == partition).collect();
        let packets: Vec<_> = those.iter().map(|number| (key(1_000_000 + u64::from(*number)), number.to_be_bytes())).collect();
        let records: Vec<_> = packets.iter().map(|(key, value)| (Some(&key[..]), Some(&value[..]))).collect();
        topic.put_records(partition as i32, &records);
    }
}

#[test]
fn files_have_metrons_names_and_bytes() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let times = [1_495_000_000_123_456, 1_495_000_000_123_457, 1_495_000_300_123_456, 1_495_000_300_123_457, 1_495_000_300_123_458];
    let frames: Vec<Vec<u8>> = (0..5).map(|number| vec![number; 60 + usize::from(number)]).collect();
    let keys = times.map(key);
    let messages: Vec<_> = keys.iter().zip(&frames).map(|(key, frame)| (Some(&key[..]), Some(&frame[..]))).collect();
    topic.put_records(0, &messages);
    let weir = spout(&topic, "", ", id = \"pcap-8-1494965816\", roll = { packets = 2 }", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let store = weir.path("store");
    let name = |time: u64| format!("pcap_{}_{}_0_pcap-8-1494965816", topic.name, time * 1000);
    assert_eq!(names(&store), [name(times[0]), name(times[2]), name(times[4])]);
    let expected: Vec<_> = times.iter().zip(&frames).map(|(time, frame)| (time * 1000, value(*time, frame))).collect();
    assert_eq!(all_records(&store), expected);
    assert!(ran.stdout.contains("5 messages, ") && ran.stdout.contains("written     5 packets in 3 files"), "{}", ran.stdout);
    assert_eq!(weir.once().stdout.lines().nth(1), Some("input       0 messages, 0 B"));
    assert_eq!(names(&store).len(), 3);
}

#[test]
fn a_second_file_of_the_same_first_time_does_not_take_the_place_of_the_first() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let time = key(5);
    topic.put_records(0, &[(Some(&time), Some(b"one")), (Some(&time), Some(b"two")), (Some(&time), Some(b"three"))]);
    let weir = spout(&topic, "", ", id = \"x\", roll = { packets = 1 }", "");
    assert_eq!(weir.once().code(), 0);
    let store = weir.path("store");
    let first = format!("pcap_{}_5000_0_x", topic.name);
    assert_eq!(names(&store), [first.clone(), format!("{first}-1"), format!("{first}-2")]);
    assert_eq!(all_records(&store).len(), 3);
}

#[test]
fn files_are_rolled_by_packet_time_and_by_bytes_and_a_late_packet_makes_no_file() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let times = [100, 103, 99, 110, 111].map(|seconds| key(seconds * 1_000_000));
    let frame = [0; 100];
    let messages: Vec<_> = times.iter().map(|key| (Some(&key[..]), Some(&frame[..]))).collect();
    topic.put_records(0, &messages);
    let by_time = spout(&topic, ", group = \"time\"", ", roll = { packet-time = \"10s\" }", "");
    assert_eq!(by_time.once().code(), 0);
    let name = |seconds: u64, offset: u64| format!("pcap_{}_{}_0_spout-{offset}", topic.name, seconds * SECOND);
    assert_eq!(names(&by_time.path("store")), [name(110, 3), name(99, 0)]);
    let by_size = spout(&topic, ", group = \"size\"", ", roll = { size = \"300\", packet-time = \"0s\" }", "");
    assert_eq!(by_size.once().code(), 0);
    let sizes: Vec<_> = files(&by_size.path("store")).iter().map(|file| records(file).len()).collect();
    assert_eq!((sizes.len(), sizes.iter().sum::<usize>()), (3, 5), "{sizes:?}");
}

#[test]
fn an_idle_partition_is_closed_by_the_clock() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = spout(&topic, "", ", roll = { time = \"200ms\" }", "");
    let running = weir.start();
    topic.put_records(0, &[(Some(&key(1)), Some(b"abcd"))]);
    wait_for("the file", || names(&weir.path("store")).len() == 1);
    assert_eq!(running.terminate().code(), Some(0));
    assert_eq!(all_records(&weir.path("store")), [(1000, value(1, b"abcd"))]);
}

#[test]
fn values_that_are_captures_stay_as_they_are_by_each_of_the_four_magics() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let little = capture(0xa1b2_c3d4, 100, 1, &[(5, 7, 3, &[1, 2, 3])]);
    let nano = capture(0xa1b2_3c4d, 100, 113, &[(6, 7, 9, &[4, 5, 6])]);
    let big = |bytes: &[u8]| {
        let (words, frame) = (bytes[..40].chunks(4), &bytes[40..]);
        let head: Vec<u8> = words.flat_map(|word| word.iter().rev().copied().collect::<Vec<_>>()).collect();
        [&head[..], frame].concat()
    };
    let values =
        [little.clone(), nano.clone(), big(&little), big(&nano), b"not a capture, but long enough to have the headers of one".to_vec()];
    let messages: Vec<_> = values.iter().map(|value| (None, Some(&value[..]))).collect();
    topic.put_records(0, &messages);
    let weir = spout(&topic, ", ts-scheme = \"FROM_PACKET\"", "", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let times = [5 * SECOND + 7000, 6 * SECOND + 7, 5 * SECOND + 7000, 6 * SECOND + 7];
    let expected: Vec<_> = times.into_iter().zip(values.into_iter().take(4)).collect();
    assert_eq!(all_records(&weir.path("store")), expected);
    let listed = weir.run(&["quarantine", "list", "store"]).stdout;
    assert!(listed.contains("message 4: 6e6f7420 is no magic number of a capture"), "{listed}");
}

#[test]
fn records_that_are_no_packets_go_to_the_quarantine_with_their_bytes_and_the_others_are_stored() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let long = [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    topic.put_records(
        0,
        &[
            (None, Some(b"no key")),
            (Some(&key(1)), None),
            (Some(&[1]), Some(b"K4: short")),
            (Some(&long), Some(b"K6: long")),
            (Some(&[0xff; 8]), Some(b"K8: last")),
            (Some(&key(3)), Some(b"")),
        ],
    );
    let weir = spout(&topic, ", ts-granularity = \"nanoseconds\"", ", roll = { packet-time = \"0s\" }", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let times: Vec<_> = all_records(&weir.path("store")).into_iter().map(|(time, value)| (time, value.len())).collect();
    assert_eq!(times, [(1, 49), (1, 48), (u64::MAX, 48), (3, 40)]);
    let listed = weir.run(&["quarantine", "list", "store"]).stdout;
    assert!(listed.contains("message 0: it has no key") && listed.contains("message 1: it has no value"), "{listed}");
    let entry = listed.split_whitespace().next().unwrap().to_owned();
    assert_eq!(weir.run(&["quarantine", "show", "store", &entry]).stdout, "no key");
    let again = weir.once();
    assert_eq!(again.code(), 0, "{again:?}");
}

#[test]
fn true_headers_and_a_filter_know_what_the_sensor_knew() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    // UDP over IPv4 from port 53, and the same with TCP.
    let frame = |protocol: u8| {
        let mut frame = vec![0; 42];
        (frame[12], frame[13], frame[14], frame[23], frame[35]) = (8, 0, 0x45, protocol, 53);
        frame
    };
    let (udp, tcp) = (frame(17), frame(6));
    let sensor = Weir::config("");
    fs::write(sensor.path("a.pcap"), capture(0xa1b2_c3d4, 42, 1, &[(1, 0, 99, &udp), (2, 0, 99, &tcp)])).unwrap();
    let sent = sensor.run(&[&["pcap", "send", "a.pcap"][..], &topic.options()].concat());
    assert_eq!(sent.code(), 0, "{sent:?}");
    let weir = spout(&topic, "", ", headers = \"true\"", "filter = \"bpf\"\nexpression = \"udp src port 53\"");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let expected = capture(0xa1b2_c3d4, 65_535, 1, &[(1, 0, 99, &udp)]);
    assert_eq!(all_records(&weir.path("store")), [(SECOND, expected)]);
    assert!(ran.stdout.contains("2 messages, ") && ran.stdout.contains("1 packet in 1 file"), "{}", ran.stdout);
    let metron = spout(&topic, ", group = \"metron\"", "", "");
    assert_eq!(metron.once().code(), 0);
    assert_eq!(all_records(&metron.path("store")), [(SECOND, value(1_000_000, &udp)), (2 * SECOND, value(2_000_000, &tcp))]);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_read() {
    let topic = Topic::unmade(Broker::shared(), 1);
    let refused = |source: &str, sink: &str, more: &str, said: &str| {
        let ran = spout(&topic, source, sink, more).run(&["check", "weir.toml"]);
        assert_eq!(ran.code(), 78, "{ran:?}");
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    };
    refused(", ts-scheme = \"FROM_VALUE\"", "", "", "`ts-scheme` must be from-key or from-packet, found `FROM_VALUE`");
    refused(", ts-granularity = \"SECONDS\"", "", "", "`ts-granularity` must be milliseconds or microseconds or nanoseconds");
    refused("", ", id = \"a_b\"", "", "`a_b` cannot stand in the names of files");
    refused("", "", "filter = \"bpf\"\nexpression = \"udp port\"", "of the expression");
    refused("", "", "filter = \"flow\"\nexpression = \"\"", "a packet-filter is needed");
    refused("", "", "parser = \"flow\"", "a packet store takes packets as they come: leave `parser` out");
    refused(", batch = { rows = 1 }", "", "", "see `roll` of the sink");
}

#[test]
fn metrons_own_file_runs_as_it_is_and_converts_to_what_runs() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    topic.put_records(0, &[(Some(&key(1)), Some(b"abcd")), (Some(&key(2)), Some(b"efgh"))]);
    let [_, address, _, name] = topic.options();
    let weir = Weir::config("");
    let properties = format!(
        "topology.workers=1\nspout.kafka.topic.pcap={name}\nkafka.zk=node1:2181\nhdfs.sync.every=1\nkafka.security.protocol=PLAINTEXT\n\
         kafka.pcap.start=EARLIEST\nkafka.pcap.numPackets=1\nkafka.pcap.maxTimeMS=0\nkafka.pcap.ts_scheme=FROM_KEY\n\
         kafka.pcap.out=/apps/metron/pcap/input\nkafka.pcap.ts_granularity=MICROSECONDS\n"
    );
    fs::write(weir.path("pcap.properties"), properties).unwrap();
    let store = weir.path("store");
    let ran =
        weir.run(&["metron", "spout", "--config", "pcap.properties", "--brokers", address, "--storage", store.to_str().unwrap(), "--once"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(names(&store), [format!("pcap_{name}_1000_0_pcap-0"), format!("pcap_{name}_2000_0_pcap-1")]);
    let ran = weir.run(&["config", "convert", "pcap.properties", "--storage", store.to_str().unwrap(), "-o", "pcap.toml"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(weir.run(&["check", "pcap.toml"]).code(), 0);
    let printed = weir.run(&["metron", "pycapa", "--consumer", "-k", address, "-t", name, "-o", "begin", "-m", "1", "-pp", "1"]).stdout;
    assert_eq!(printed, format!("Packet[1]: date=1970-01-01 00:00:00.000001 topic={name} partition=0 offset=0 len=4\n"));
}

#[test]
fn killed_at_each_step_of_a_commit_the_store_has_each_packet_once() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    put_numbers(&topic, 0..300);
    for point in
        ["file-created", "file-closed", "files-written", "directories-made", "record-created", "file-moved", "file-moved:4", "files-moved"]
    {
        let mut weir = spout(&topic, &format!(", group = \"{point}\"{SOON}"), ", roll = { packets = 20 }", "");
        weir.set("WEIR_CRASH_AT", point);
        let ran = weir.once();
        assert_eq!(ran.status.code(), None, "{point} was not met: {ran:?}");
        for recovery in ["recovery-moved", "recovery-removed"] {
            weir.set("WEIR_CRASH_AT", recovery);
            weir.once();
        }
        weir.set("WEIR_CRASH_AT", "");
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{point}: {ran:?}");
        assert!(numbers(&weir.path("store")) == once_each(300), "{point}: packets are lost or doubled");
        assert_eq!(temporary(&weir.path("store")), Vec::<PathBuf>::new(), "{point}");
    }
}

#[test]
fn killed_at_any_moment_beside_another_the_store_has_each_packet_once() {
    const PACKETS: u32 = 6000;
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let sink = ", roll = { packets = 100, time = \"100ms\" }";
    let first = spout(&topic, SOON, sink, "");
    let store = first.path("store");
    let config = fs::read_to_string(first.path("weir.toml")).unwrap();
    let second = Weir::config(&config.replace("pipelines.spout", "pipelines.second").replace("\"store\"", &format!("{store:?}")));
    let stays = second.start();
    let rounds = std::env::var("WEIR_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4);
    for round in 0..rounds {
        let running = first.start();
        put_numbers(&topic, round * PACKETS / rounds..(round + 1) * PACKETS / rounds);
        let (began, moment) = (Instant::now(), Duration::from_millis(100 + u64::from(round) * 397 % 1700));
        wait_for("the moment to kill", || began.elapsed() > moment);
        running.kill();
    }
    wait_for("all packets", || numbers(&store).len() as u32 >= PACKETS / rounds * rounds);
    assert_eq!(stays.terminate().code(), Some(0));
    assert_eq!(first.once().code(), 0);
    assert!(numbers(&store) == once_each(PACKETS / rounds * rounds), "packets are lost or doubled");
    assert_eq!(temporary(&store), Vec::<PathBuf>::new());
}
