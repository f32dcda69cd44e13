//! Packets of captures to a topic and back: `weir pcap send` and `weir pcap receive`.

use std::fs;

use super::broker::Broker;
use super::topic::Topic;
use crate::end_to_end::program::{Ran, Weir};

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// A little-endian capture of packets: seconds, fraction, bytes on the wire, frame.
pub fn capture(magic: u32, snaplen: u32, link_type: u32, packets: &[(u32, u32, u32, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = [magic, 0x0004_0002, 0, 0, snaplen, link_type].iter().flat_map(|number| number.to_le_bytes()).collect();
    for (seconds, fraction, original, frame) in packets {
        bytes.extend([*seconds, *fraction, frame.len() as u32, *original].iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend_from_slice(frame);
    }
    bytes
}

fn weir(files: &[(&str, &[u8])]) -> Weir {
    let weir = Weir::config("");
    for (name, content) in files {
        fs::write(weir.path(name), content).unwrap();
    }
    weir
}

fn run(weir: &Weir, topic: &Topic, command: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["pcap", command];
    arguments.extend(topic.options());
    arguments.extend_from_slice(more);
    weir.run(&arguments)
}

#[test]
fn a_capture_comes_back_from_several_partitions_byte_for_byte() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let frames: Vec<Vec<u8>> = (0..500_u32).map(|number| vec![number as u8; 14 + number as usize]).collect();
    let packets: Vec<_> =
        frames.iter().enumerate().map(|(at, frame)| (1_500_000_000 + at as u32 / 7, at as u32, frame.len() as u32, &frame[..])).collect();
    let original = capture(MICROSECONDS, 262_144, 1, &packets);
    let weir = weir(&[("a.pcap", &original)]);
    let ran = run(&weir, &topic, "send", &["a.pcap"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.contains("500 packets in (") && ran.stderr.contains("500 out"), "{}", ran.stderr);
    let ran = run(&weir, &topic, "receive", &["--once", "-w", "b.pcap"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(fs::read(weir.path("b.pcap")).unwrap() == original);
    assert!(topic.messages().iter().all(|message| message.headers.is_empty()), "a record has more than Metron's");
}

#[test]
fn the_key_is_the_time_as_metron_has_it_and_the_value_the_frame() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = weir(&[("a.pcap", &capture(MICROSECONDS, 100, 1, &[(1_495_027_874, 234_368, 4, &[1, 2, 3, 4])]))]);
    assert_eq!(run(&weir, &topic, "send", &["a.pcap"]).code(), 0);
    let stored = topic.messages();
    assert_eq!(stored[0].key.as_deref(), Some(&0x0005_4fb8_4d5f_8000_u64.to_be_bytes()[..]));
    assert_eq!(stored[0].value, [1, 2, 3, 4]);
}

#[test]
fn nanoseconds_link_type_and_length_on_the_wire_are_kept() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let original = capture(NANOSECONDS, 65_535, 113, &[(7, 123_456_789, 1500, &[9; 60]), (8, 1, 4, &[1, 2, 3, 4])]);
    let weir = weir(&[("a.pcap", &original)]);
    assert_eq!(run(&weir, &topic, "send", &["a.pcap", "--time-base", "ns"]).code(), 0);
    let ran = run(&weir, &topic, "receive", &["--once", "--time-base", "ns", "-s", "65535", "-w", "b.pcap"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(fs::read(weir.path("b.pcap")).unwrap(), original);
}

#[test]
fn packets_are_cut_and_counted_as_asked_and_stored_offsets_go_on() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = weir(&[("a.pcap", &capture(MICROSECONDS, 100, 1, &[(1, 0, 9, &[1; 9]), (2, 0, 9, &[2; 9]), (3, 0, 9, &[3; 9])]))]);
    assert_eq!(run(&weir, &topic, "send", &["a.pcap", "-s", "4", "-c", "2"]).code(), 0);
    assert_eq!(topic.messages().iter().map(|message| message.value.clone()).collect::<Vec<_>>(), [[1; 4], [2; 4]]);
    let stored = |file: &str, more: &[&str]| {
        let ran = run(&weir, &topic, "receive", &[&["-o", "stored", "-g", "desk", "-s", "100", "-w", file], more].concat());
        assert_eq!(ran.code(), 0, "{ran:?}");
        fs::read(weir.path(file)).unwrap()
    };
    assert_eq!(stored("1.pcap", &["-c", "1"]), capture(MICROSECONDS, 100, 1, &[(1, 0, 9, &[1; 4])]));
    assert_eq!(stored("2.pcap", &["--once"]), capture(MICROSECONDS, 100, 1, &[(2, 0, 9, &[2; 4])]));
    assert_eq!(stored("3.pcap", &["--once"]), capture(MICROSECONDS, 100, 1, &[]));
}

#[test]
fn what_is_no_packet_is_told_and_the_others_come() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    topic.put_records(0, &[(None, Some(b"x")), (Some(&[5]), None), (Some(&1_000_000_u64.to_be_bytes()), Some(&[7; 3]))]);
    let weir = weir(&[]);
    let ran = run(&weir, &topic, "receive", &["--once", "-w", "a.pcap"]);
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(fs::read(weir.path("a.pcap")).unwrap(), capture(MICROSECONDS, 262_144, 1, &[(1, 0, 3, &[7; 3])]));
    assert!(ran.stderr.contains("partition 0, offset 0: a message without a key"), "{}", ran.stderr);
    assert!(ran.stderr.contains("partition 0, offset 1: a message without a value"), "{}", ran.stderr);
}

#[test]
fn a_capture_that_is_damaged_or_missing_and_a_topic_that_is_missing_are_told() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let mut cut = capture(MICROSECONDS, 100, 1, &[(1, 0, 9, &[1; 9]), (2, 0, 9, &[2; 9])]);
    cut.truncate(cut.len() - 3);
    let weir = weir(&[("cut.pcap", &cut)]);
    let ran = run(&weir, &topic, "send", &["cut.pcap"]);
    assert_eq!((ran.code(), topic.messages().len()), (2, 1), "{ran:?}");
    assert!(ran.stderr.contains("weir: cut.pcap: "), "{}", ran.stderr);
    let ran = run(&weir, &topic, "send", &["nothing.pcap"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.stderr.contains("cannot read nothing.pcap"), "{}", ran.stderr);
    let missing = Topic::unmade(Broker::shared(), 1);
    let ran = run(&weir, &missing, "send", &["cut.pcap"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains("create it, or give this user the right to it"), "{}", ran.stderr);
    let ran = run(&weir, &topic, "send", &["cut.pcap", "-X", "no.such.property=secret"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.stderr.contains("no.such.property") && !ran.stderr.contains("secret"), "{}", ran.stderr);
}

#[test]
fn a_packet_that_the_topic_refuses_is_told_with_its_number() {
    let topic = Topic::new(Broker::shared(), 1, &[("max.message.bytes", "2000")]);
    let large = vec![1; 60_000];
    // What compresses well passes: the limit is of what arrives.
    let random: Vec<u8> = large
        .iter()
        .scan(1_u32, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 24) as u8)
        })
        .collect();
    let weir = weir(&[("a.pcap", &capture(MICROSECONDS, 262_144, 1, &[(1, 0, 60_000, &random)]))]);
    let ran = run(&weir, &topic, "send", &["a.pcap"]);
    assert_eq!((ran.code(), topic.messages().len()), (2, 0), "{ran:?}");
    assert!(ran.stderr.contains("packet 0, 60000 bytes, is refused: "), "{}", ran.stderr);
}
