//! DNS over TCP: segments that come as they like.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "the tests share the packets they make")]

mod made;

use dns::Dns;
use made::{TIME, acknowledgement, answer, framed, tcp};
use weir_sdk::testing::{Captured, OwnedBatch, Parsed, parse_packets};
use weir_sdk::{OptionValue, Options, PacketParser, RejectReason, SourceFacts};

const SYN: u8 = 2;
const FIN: u8 = 1;
const ACK: u8 = 16;

fn parsed(packets: &[Captured]) -> Parsed {
    parse_packets::<Dns>(&[("schema", OptionValue::text("full"))], packets, 100).expect("options")
}

/// Number of the packet and id of each message.
fn messages(packets: &[Captured]) -> Vec<(u64, u16)> {
    let parsed = parsed(packets);
    assert_eq!(parsed.done_to, packets.len() as u64);
    let numbers = parsed.column("frame_number").into_iter().zip(parsed.column("id"));
    numbers.map(|(number, id)| (number.expect("number").parse().expect("number"), id.expect("id").parse().expect("id"))).collect()
}

/// A stream of three messages.
fn stream() -> Vec<u8> {
    [1, 2, 3].into_iter().flat_map(|id| framed(&answer(id))).collect()
}

/// The stream in segments of so many bytes, a SYN before them.
fn segments(size: usize, first: u32) -> Vec<Captured> {
    let stream = stream();
    let mut packets = vec![tcp(TIME, first.wrapping_sub(1), SYN, b"")];
    let pieces = stream.chunks(size).enumerate();
    packets.extend(pieces.map(|(place, piece)| tcp(TIME, first.wrapping_add((place * size) as u32), ACK, piece)));
    packets
}

#[test]
fn messages_are_whole_wherever_the_segments_are_cut_and_the_numbers_begin_anew() {
    for size in 1..stream().len() + 2 {
        for first in [1, u32::MAX - 70] {
            let ids: Vec<_> = messages(&segments(size, first)).into_iter().map(|(_, id)| id).collect();
            assert_eq!(ids, [1, 2, 3], "segments of {size}");
        }
    }
}

#[test]
fn several_messages_in_one_segment_are_rows_of_its_packet() {
    assert_eq!(messages(&[tcp(TIME, 100, ACK, &stream())]), [(1, 1), (1, 2), (1, 3)]);
}

#[test]
fn segments_out_of_order_and_twice_give_every_message_once() {
    let packets = segments(20, 1);
    for seed in 0..50u64 {
        // Every order is a shuffle that the seed decides; the SYN stays first.
        let (mut order, mut random) = ((1..packets.len()).collect::<Vec<_>>(), seed);
        for place in (1..order.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(place, (random >> 33) as usize % (place + 1));
        }
        let shuffled: Vec<_> =
            std::iter::once(0).chain(order.iter().flat_map(|&place| [place, place])).map(|place| packets[place].clone()).collect();
        let mut ids: Vec<_> = messages(&shuffled).into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        assert_eq!(ids, [1, 2, 3], "{order:?}");
    }
}

#[test]
fn a_segment_that_was_never_captured_costs_its_message_alone() {
    let whole = framed(&answer(9)).len() as u32;
    let at = |id: u16| 1 + u32::from(id - 1) * whole;
    let segment = |id: u16| tcp(TIME, at(id), ACK, &framed(&answer(id)));
    // The client acknowledges what the capture lacks; or the connection ends; or the capture does.
    let acknowledged = [segment(1), segment(3), acknowledgement(TIME, at(4)), segment(4)];
    assert_eq!(messages(&acknowledged), [(1, 1), (2, 3), (4, 4)]);
    assert_eq!(messages(&[segment(1), segment(3), tcp(TIME, at(4), FIN, b"")]), [(1, 1), (2, 3)]);
    assert_eq!(messages(&[segment(1), segment(3)]), [(1, 1), (2, 3)]);
}

#[test]
fn a_capture_that_begins_within_a_message_goes_on_with_the_next() {
    let whole = framed(&answer(1));
    let packets = [tcp(TIME, 100, ACK, &whole[20..]), tcp(TIME, 100 + whole.len() as u32 - 20, ACK, &framed(&answer(2)))];
    let parsed = parsed(&packets);
    assert_eq!(parsed.column("id"), [Some("2")]);
    let detail = "a TCP segment in the middle of a DNS message whose beginning the capture does not hold";
    assert_eq!((parsed.rejects[0].at, parsed.rejects[0].reason, parsed.rejects[0].detail.as_str()), (0, RejectReason::Truncated, detail));
}

#[test]
fn a_length_that_no_message_has_is_a_reject_and_the_next_segment_goes_on() {
    let packets = [tcp(TIME, 100, ACK, &[0, 3, 1, 2, 3]), tcp(TIME, 105, ACK, &framed(&answer(2)))];
    // The first segment is one whose beginning is not known: a connection that began would be taken at its word.
    let syn = [&[tcp(TIME, 99, SYN, b"")][..], &packets].concat();
    let parsed = parsed(&syn);
    assert_eq!(parsed.column("id"), [Some("2")]);
    let detail = "a DNS message over TCP says a length of 3 bytes, a header alone has 12";
    assert_eq!((parsed.rejects[0].at, parsed.rejects[0].detail.as_str()), (1, detail));
}

#[test]
fn a_new_connection_with_the_same_ports_begins_anew() {
    let packets = [
        tcp(TIME, 100, ACK, &framed(&answer(1))[..30]),
        tcp(TIME, 5_000_000, SYN, b""),
        tcp(TIME, 5_000_001, ACK, &framed(&answer(2))),
        tcp(TIME, 3_000_000_000, ACK, &framed(&answer(3))),
    ];
    assert_eq!(messages(&packets), [(3, 2), (4, 3)]);
}

#[test]
fn a_segment_that_the_capture_cut_is_a_reject_and_the_next_one_is_read() {
    let mut cut = tcp(TIME, 1, ACK, &framed(&answer(1)));
    cut.bytes.truncate(cut.bytes.len() - 7);
    let length = framed(&answer(1)).len() as u32;
    let parsed = parsed(&[cut, tcp(TIME, 1 + length, ACK, &framed(&answer(2)))]);
    assert_eq!(parsed.column("id"), [Some("2")]);
    assert_eq!((parsed.rejects.len(), parsed.rejects[0].reason), (1, RejectReason::Truncated));
}

#[test]
fn a_segment_of_which_the_capture_holds_only_the_header_is_a_reject_too() {
    let mut cut = tcp(TIME, 1, ACK, &framed(&answer(1)));
    cut.bytes.truncate(40);
    let parsed = parsed(&[cut]);
    let detail = "the capture holds 0 of 51 bytes of what the packet has of DNS";
    assert_eq!((parsed.rejects.len(), parsed.rejects[0].detail.as_str()), (1, detail));
}

#[test]
fn a_flood_of_segments_behind_gaps_stays_within_its_bounds() {
    let large = vec![0; 1400];
    let packets: Vec<_> = (0..3000u32).map(|place| tcp(TIME, 2 * place * 1400 + 5000, ACK, &large)).collect();
    let parsed = parsed(&[&[tcp(TIME, 0, SYN, b"")][..], &packets].concat());
    assert_eq!((parsed.rows.len(), parsed.done_to), (0, 3001));
}

#[test]
fn a_bad_message_whose_packet_an_earlier_session_was_fed_is_rejected_with_the_packet_that_completes_it() {
    let bad = framed(&[0xff; 40]);
    let packets = [tcp(TIME, 1, SYN, b""), tcp(TIME, 12, ACK, &bad[10..]), tcp(TIME, 2, ACK, &bad[..10])];
    let options = Options::new(&Dns::describe().options, vec![]).expect("options");
    let mut first = Dns::open(&options, &SourceFacts::default(), None).expect("open");
    let given = first.feed(OwnedBatch::all(&packets[..2], 9)[0].view()).expect("feed");
    assert_eq!((given.done_to, given.rejects.len()), (2, 0));
    let mut second = Dns::open(&options, &SourceFacts::default(), first.save().as_ref()).expect("open");
    let given = second.feed(OwnedBatch::all(&packets[2..], 9)[0].view()).expect("feed");
    assert_eq!(given.rejects.iter().map(|reject| (reject.at, reject.length)).collect::<Vec<_>>(), [(0, 1)]);
}
