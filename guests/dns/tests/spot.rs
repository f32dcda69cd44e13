//! Schema `spot`: what a row says, and what becomes none.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "the tests share the packets they make")]

mod made;

use dns::Dns;
use made::{TIME, answer, message, udp};
use weir_sdk::testing::{Captured, Parsed, parse_packets};
use weir_sdk::{DataType, RejectReason};

fn parsed(packets: &[Captured]) -> Parsed {
    parse_packets::<Dns>(&[], packets, 100).expect("options")
}

fn row(parsed: &Parsed) -> Vec<&str> {
    parsed.rows.iter().flatten().map(|cell| cell.as_deref().unwrap_or("NULL")).collect()
}

fn only_reject(message: &[u8]) -> (RejectReason, String) {
    let parsed = parsed(&[udp(TIME, true, message)]);
    let [reject] = &parsed.rejects[..] else { panic!("{:?}", parsed.rejects) };
    assert_eq!((parsed.rows.len(), parsed.done_to, reject.at, reject.length), (0, 1, 0, 1));
    (reject.reason, reject.detail.clone())
}

#[test]
fn a5_a_response_is_spots_row_in_utc() {
    let parsed = parsed(&[Captured { length: 180, ..udp(TIME, true, &answer(7)) }]);
    let expected = [
        "Sep  8 2017 11:37:04.123456789 UTC",
        "1504870624",
        "180",
        "10.0.0.5",
        "8.8.8.8",
        "www.example.com",
        "0x0001",
        "1",
        "0",
        "93.184.216.34",
    ];
    assert_eq!(row(&parsed), expected);
    let schema = parsed.schema.expect("schema");
    let fields: Vec<_> = schema.fields.iter().map(|field| (field.name.as_str(), field.data_type)).collect();
    let expected = [
        ("frame_time", DataType::Text),
        ("unix_tstamp", DataType::Int64),
        ("frame_len", DataType::Int32),
        ("ip_dst", DataType::Text),
        ("ip_src", DataType::Text),
        ("dns_qry_name", DataType::Text),
        ("dns_qry_class", DataType::Text),
        ("dns_qry_type", DataType::Int32),
        ("dns_qry_rcode", DataType::Int32),
        ("dns_a", DataType::Text),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a5_a_response_without_records_has_nulls_for_name_class_type_and_address() {
    let nxdomain = message(7, 0x8183, [0, 0, 0], &[]);
    let parsed = parsed(&[udp(TIME, true, &nxdomain)]);
    assert_eq!(row(&parsed)[5..], ["NULL", "NULL", "NULL", "3", "NULL"]);
}

#[test]
fn a8_the_hour_is_the_fourth_word_and_queries_are_absent() {
    let query = message(7, 0x0100, [0, 0, 0], &[]);
    let parsed = parsed(&[udp(TIME, false, &query), udp(TIME + 1, true, &answer(7))]);
    assert_eq!(parsed.rows.len(), 1);
    let words: Vec<_> = row(&parsed)[0].split_whitespace().collect();
    assert_eq!(words, ["Sep", "8", "2017", "11:37:04.123456790", "UTC"]);
}

#[test]
fn the_address_is_of_the_first_a_record_in_any_section_and_the_name_of_the_first_record() {
    let cname = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 16];
    let a = [0xc0, 16, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4];
    let parsed = parsed(&[udp(TIME, true, &message(7, 0x8180, [1, 0, 1], &[&cname[..], &a].concat()))]);
    assert_eq!(row(&parsed)[5..], ["www.example.com", "0x0001", "5", "0", "1.2.3.4"]);
}

#[test]
fn the_root_is_spelled_as_by_tshark_and_edns_has_no_class() {
    let parsed = parsed(&[udp(TIME, true, &message(7, 0x8180, [0, 0, 1], &[0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0]))]);
    assert_eq!(row(&parsed)[5..], ["<Root>", "NULL", "41", "0", "NULL"]);
}

#[test]
fn a_compression_loop_is_a_reject() {
    let reject = only_reject(&message(7, 0x8180, [1, 0, 0], &[0xc0, 33, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]));
    assert_eq!(reject, (RejectReason::Malformed, "a name in the DNS message is compressed in a circle".to_owned()));
    let reject = only_reject(&message(7, 0x8180, [1, 0, 0], &[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 45]));
    assert_eq!(reject, (RejectReason::Malformed, "a name in the DNS message is compressed in a circle".to_owned()));
}

#[test]
fn counts_that_announce_more_than_there_is_are_a_reject() {
    let reject = only_reject(&message(7, 0x8180, [0, 65535, 0], &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]));
    let detail = "the DNS message ends within record 2 of 65535 of its authority section";
    assert_eq!(reject, (RejectReason::Malformed, detail.to_owned()));
}

#[test]
fn a_message_that_the_capture_cut_is_a_reject_that_says_so() {
    let mut packet = udp(TIME, true, &answer(7));
    packet.bytes.truncate(packet.bytes.len() - 5);
    let parsed = parsed(&[packet]);
    let detail = "the capture holds 44 of 49 bytes of what the packet has of DNS";
    assert_eq!((parsed.rows.len(), parsed.rejects[0].reason, parsed.rejects[0].detail.as_str()), (0, RejectReason::Truncated, detail));
}

#[test]
fn neighbours_with_the_same_reason_are_one_reject() {
    let bad = udp(TIME, true, &message(7, 0x8180, [9, 0, 0], &[]));
    let parsed = parsed(&[bad.clone(), bad.clone(), udp(TIME, true, &answer(1)), bad]);
    let places: Vec<_> = parsed.rejects.iter().map(|reject| (reject.at, reject.length)).collect();
    assert_eq!((parsed.rows.len(), places), (1, vec![(0, 2), (3, 1)]));
}

#[test]
fn a_link_type_that_is_not_understood_is_a_reject() {
    let parsed = parsed(&[Captured { link_type: 105, ..udp(TIME, true, &answer(7)) }]);
    let reject = &parsed.rejects[0];
    assert_eq!((reject.reason, reject.detail.as_str()), (RejectReason::Unsupported, "a packet of link type 105, which is not understood"));
}

#[test]
fn a_message_with_the_same_long_name_a_thousand_times_is_handed_out_in_bounded_pieces() {
    // 255 bytes of a name that takes four letters a byte as text, and records of 12 bytes that point to it.
    let name = [&[63][..], &[1; 63], &[63], &[1; 63], &[63], &[1; 63], &[61], &[1; 61], &[0]].concat();
    let count = 5000u16;
    let mut message = [0u16, 0x8180, 1, count, 0, 0].into_iter().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    message.extend(name);
    message.extend([0, 1, 0, 1]);
    for _ in 0..count {
        message.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
    let packets = vec![udp(TIME, true, &message); 8];
    let schema = [("schema", weir_sdk::OptionValue::text("full"))];
    let options =
        weir_sdk::Options::new(&<Dns as weir_sdk::PacketParser>::describe().options, vec![(schema[0].0.to_owned(), schema[0].1.clone())]);
    let mut session =
        <Dns as weir_sdk::PacketParser>::open(&options.expect("options"), &weir_sdk::SourceFacts::default(), None).expect("open");
    let batches = weir_sdk::testing::OwnedBatch::all(&packets, 100);
    let mut output = weir_sdk::PacketParser::feed(&mut session, batches[0].view()).expect("feed");
    let (mut rows, mut calls, mut done) = (output.rows, 1, output.done_to);
    while output.more {
        assert_eq!(output.rows, 1);
        output = weir_sdk::PacketParser::feed(&mut session, weir_sdk::PacketBatch::NONE).expect("feed");
        assert_eq!(output.done_to, done + 1);
        (rows, calls, done) = (rows + output.rows, calls + 1, output.done_to);
    }
    assert_eq!((rows, calls, done), (8, 8, 8));
}
