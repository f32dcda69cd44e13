//! Each way in which a capture can be damaged: what is good is delivered, the rest is named by offset, length and reason.

use std::fs;

use weir::capture::Damage;
use weir::model::RejectReason;

use super::make::{block, enhanced, header, interface, packet, record, section};
use super::read::{capture, fixture, starved};

/// Packets found, and where the damage lies: packets before it, offset, length.
fn outcome(bytes: &[u8]) -> (usize, Vec<(u64, u64, u64)>) {
    let found = capture(bytes);
    assert!(found == starved(bytes), "with few bytes held it is another capture");
    (found.packets.len(), found.damage.iter().map(|damage| (damage.packets, damage.at, damage.length)).collect())
}

fn only_damage(bytes: &[u8]) -> Damage {
    let mut damage = capture(bytes).damage;
    assert_eq!(damage.len(), 1, "{damage:?}");
    damage.remove(0)
}

#[test]
fn what_is_no_capture_is_of_the_wrong_format_as_a_whole() {
    let damage = only_damage(b"GET / HTTP/1.1\r\n");
    assert_eq!((damage.packets, damage.at, damage.length, damage.reason), (0, 0, 16, RejectReason::WrongFormat));
    assert_eq!(damage.detail, "this is no capture: expected the magic number of pcap, pcapng or a sequence file, found [47, 45, 54, 20]");
    assert_eq!(outcome(b""), (0, vec![]));
    assert_eq!(outcome(b"\xd4"), (0, vec![(0, 0, 1)]));
}

#[test]
fn a_version_that_nobody_wrote_is_unsupported() {
    let damage = only_damage(&[header(5, 1), packet(1, b"x")].concat());
    assert_eq!((damage.at, damage.length, damage.reason), (0, 41, RejectReason::Unsupported));
    assert_eq!(damage.detail, "version 2.5 of pcap, expected 2.0 to 2.4");
}

#[test]
fn a_classic_length_that_cannot_be_true_ends_the_capture() {
    let lying = record(1, 262_145, 262_145, b"abc");
    let bytes = [header(4, 1), packet(1, b"good"), lying, packet(2, b"lost")].concat();
    let damage = only_damage(&bytes);
    assert_eq!((damage.packets, damage.at, damage.length, damage.reason), (1, 44, 39, RejectReason::Malformed));
    assert_eq!(damage.detail, "a captured length of 262145 bytes, expected at most 262144 for link type 1");
    assert_eq!(outcome(&bytes).0, 1);
}

#[test]
fn a_packet_of_a_link_type_with_larger_ones_is_believed_and_left_out_when_it_is_too_large_to_hold() {
    let dbus = |size: usize| packet(1, &vec![0; size]);
    assert_eq!(outcome(&[header(4, 231), dbus(1 << 20)].concat()), (1, vec![]));
    let bytes = [header(4, 231), dbus((16 << 20) + 1), dbus(4)].concat();
    assert_eq!(outcome(&bytes), (1, vec![(0, 24, 16 + (16 << 20) + 1)]));
    assert_eq!(only_damage(&bytes).reason, RejectReason::TooLarge);
}

#[test]
fn a_real_capture_with_a_lying_length_gives_the_packets_before_it() {
    let bytes = fs::read(fixture("lying-length.pcap")).unwrap();
    assert_eq!(outcome(&bytes), (6, vec![(6, 5035, 661)]));
    assert_eq!(only_damage(&bytes).reason, RejectReason::Malformed);
}

#[test]
fn a_last_packet_that_is_cut_is_truncated() {
    let bytes = [header(4, 1), packet(1, b"whole"), record(2, 9, 9, b"half")].concat();
    let damage = only_damage(&bytes);
    assert_eq!((damage.packets, damage.at, damage.length, damage.reason), (1, 45, 20, RejectReason::Truncated));
    assert_eq!(damage.detail, "the capture ends after 20 bytes of a record that needs 25");
}

#[test]
fn a_block_that_is_wrong_inside_is_left_out_and_the_next_one_is_found() {
    let (start, good) = ([section(-1), interface(1, 0)].concat(), enhanced(0, 1, 4, b"good"));
    let from = (start.len() + good.len()) as u64;
    let wrong = [
        ("no such interface", enhanced(1, 1, 3, b"bad")),
        ("a captured length beyond the block", enhanced(0, 1, 5000, b"bad")),
        ("a block too short for its fields", block(6, &[0; 8])),
        ("an old packet too short", block(2, &[0; 8])),
        ("a simple packet beyond its block", block(3, &[200, 0, 0, 0, 1, 2, 3, 4])),
    ];
    for (what, bad) in wrong {
        let bytes = [&start[..], &good, &bad, &good].concat();
        assert_eq!(outcome(&bytes), (2, vec![(1, from, bad.len() as u64)]), "{what}");
        assert_eq!(only_damage(&bytes).reason, RejectReason::Malformed, "{what}");
    }
}

#[test]
fn packets_of_an_interface_that_is_described_wrongly_are_left_out_and_others_keep_their_numbers() {
    let broken = block(1, &[1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 99, 0, 0, 0]);
    let bytes = [section(-1), broken, interface(113, 0), enhanced(0, 1, 1, b"x"), enhanced(1, 1, 1, b"y")].concat();
    let found = capture(&bytes[..]);
    assert_eq!(found.packets.iter().map(|packet| (packet.number, packet.link)).collect::<Vec<_>>(), [(0, 113)]);
    assert_eq!(found.damage[0].reason, RejectReason::Unsupported);
}

#[test]
fn damage_without_a_packet_between_is_one_stretch() {
    let bad = enhanced(9, 1, 3, b"bad");
    let bytes = [section(-1), interface(1, 0), bad.clone(), block(5, b"statistics"), bad.clone(), enhanced(0, 1, 1, b"x")].concat();
    let between = block(5, b"statistics").len();
    assert_eq!(outcome(&bytes), (1, vec![(0, 48, (2 * bad.len() + between) as u64)]));
}

#[test]
fn lengths_that_contradict_each_other_end_the_section_and_the_next_one_is_found_by_its_length() {
    let mut lying = enhanced(0, 1, 4, b"oops");
    let end = lying.len() - 4;
    lying[end] ^= 0x40;
    let body = [interface(1, 0), enhanced(0, 1, 4, b"good"), lying, enhanced(0, 1, 4, b"lost")].concat();
    let next = [section(-1), interface(1, 0), enhanced(0, 1, 4, b"next")].concat();
    let known = [&section(body.len() as i64)[..], &body, &next].concat();
    assert_eq!(outcome(&known), (2, vec![(1, 84, 72)]));
    let unknown = [&section(-1)[..], &body, &next].concat();
    assert_eq!(outcome(&unknown), (1, vec![(1, 84, unknown.len() as u64 - 84)]));
    assert_eq!(only_damage(&unknown).detail, "a block that says 36 bytes at its beginning and 100 at its end");
}

#[test]
fn a_section_that_lies_about_its_end_costs_what_follows_and_no_more() {
    let mut lying = enhanced(0, 1, 4, b"oops");
    lying[4] = 5;
    let body = [interface(1, 0), enhanced(0, 1, 4, b"good"), lying].concat();
    for length in [0, 8, 100, i64::MAX] {
        let bytes = [&section(length)[..], &body].concat();
        assert_eq!(outcome(&bytes), (1, vec![(1, 84, 36)]), "{length}");
    }
}

#[test]
fn a_huge_block_length_in_a_small_file_is_truncated() {
    let huge = [&0x0bad_u32.to_le_bytes()[..], &0xffff_fff0_u32.to_le_bytes(), &[0; 30]].concat();
    let bytes = [section(-1), interface(1, 0), enhanced(0, 1, 1, b"x"), huge].concat();
    assert_eq!(outcome(&bytes), (1, vec![(1, 84, 38)]));
    assert_eq!(only_damage(&bytes).reason, RejectReason::Truncated);
}

#[test]
fn a_byte_order_or_version_that_does_not_exist_is_no_section() {
    let mut order = section(-1);
    order[8] = 0;
    assert_eq!(only_damage(&order).detail, "a byte order of [00, 3c, 2b, 1a], expected 1a2b3c4d or 4d3c2b1a");
    let mut version = section(-1);
    version[12] = 9;
    assert_eq!(only_damage(&version).detail, "version 9 of pcapng, expected 1");
}

/// Where each packet's record ends, found by cutting.
#[test]
fn wherever_a_capture_is_cut_every_whole_packet_is_delivered_and_the_rest_is_named() {
    let modern = [section(-1), interface(1, 0), enhanced(0, 1, 4, b"good"), block(5, &[0; 8]), enhanced(0, 2, 3, b"end")].concat();
    let classic = [header(4, 1), packet(1, b"one"), packet(2, b""), header(4, 101), packet(3, b"three")].concat();
    for whole in [modern, classic, fs::read(fixture("big-endian.pcapng")).unwrap(), fs::read(fixture("kuznetzov.pcap")).unwrap()] {
        let all = capture(&whole[..]).packets;
        let mut delivered = 0;
        for cut in 0..=whole.len() {
            let found = capture(&whole[..cut]);
            assert!(found == starved(&whole[..cut]), "cut at {cut}");
            assert!(all.starts_with(&found.packets) && found.packets.len() >= delivered, "cut at {cut}");
            delivered = found.packets.len();
            assert!(
                found.damage.len() <= 1 && found.damage.iter().all(|damage| damage.end() == cut as u64),
                "cut at {cut}: {:?}",
                found.damage
            );
        }
        assert_eq!(delivered, all.len());
    }
}

#[test]
fn no_single_changed_byte_ends_in_a_panic_or_in_more_bytes_than_there_are() {
    for name in ["big-endian.pcapng", "kuznetzov.pcap", "nanoseconds-big-endian.pcap"] {
        let whole = fs::read(fixture(name)).unwrap();
        for at in 0..whole.len() {
            for value in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let found = capture(&bytes[..]);
                let bytes_found: usize = found.packets.iter().map(|packet| packet.bytes.len()).sum();
                let damaged: u64 = found.damage.iter().map(|damage| damage.length).sum();
                assert!(bytes_found as u64 + damaged <= whole.len() as u64, "{name}: {value} at {at}");
            }
        }
    }
}
