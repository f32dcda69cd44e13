//! Inputs of every kind give the same packets.

use std::fs;

use super::{filter, filter_with, large, path};
use crate::capture::make::{enhanced, header, interface, packet, record, section};
use crate::end_to_end::program::Weir;

#[test]
fn a_compressed_capture_and_one_on_standard_input_have_the_packets_of_the_plain_one() {
    let weir = Weir::config("");
    let plain = filter(&weir, &["udp port 53", &path("dns.pcap"), "-w", "-"]);
    assert_eq!(plain.code, 0);
    assert!(plain.out.len() > 24);
    for name in ["dns.pcap.gz", "dns.pcap.zst", "dns.pcap.xz", "dns.pcap.lz4", "dns.pcap.bz2"] {
        assert!(filter(&weir, &["udp port 53", &path(name), "-w", "-"]).out == plain.out, "{name}");
        let piped = filter_with(&weir, &["udp port 53", "-", "-w", "-"], &fs::read(path(name)).unwrap());
        assert!(piped.out == plain.out, "{name} on standard input");
    }
}

#[test]
fn several_captures_are_one_after_the_other() {
    let weir = Weir::config("");
    let one = filter(&weir, &["", &path("dns.pcap"), "--count"]).count();
    let ran = filter(&weir, &["", &path("dns.pcap"), &path("dns.pcap.gz"), &path("dns.pcap"), "--count"]);
    assert_eq!((ran.code, ran.count()), (0, 3 * one));
}

#[test]
fn packets_keep_their_order_however_many_threads_there_are() {
    let weir = Weir::config("");
    let capture = large(20_000);
    fs::write(weir.path("large.pcap"), &capture).unwrap();
    for threads in ["1", "2", "7"] {
        let ran = filter(&weir, &["len >= 0", "large.pcap", "-w", "-", "--threads", threads]);
        assert_eq!(ran.code, 0);
        assert!(ran.out == capture, "{threads} threads");
    }
    let odd = filter(&weir, &["ether[17] & 1 = 1", "large.pcap", "--count"]);
    assert_eq!((odd.code, odd.count()), (0, 10_000));
}

#[test]
fn a_record_larger_than_a_piece_is_whole() {
    let weir = Weir::config("");
    // Of link type 249 (USBPcap) packets of a megabyte are believed.
    let huge = packet(1, &vec![7; 1 << 20]);
    let capture = [header(4, 249), packet(0, b"small"), huge, packet(2, b"small")].concat();
    let ran = filter_with(&weir, &["greater 1000000", "-", "--count"], &capture);
    assert_eq!((ran.code, ran.count()), (0, 1));
    let ran = filter_with(&weir, &["", "-", "-w", "-"], &capture);
    assert!(ran.out[24..] == capture[24..]);
}

#[test]
fn good_packets_of_a_damaged_capture_are_delivered_and_the_rest_is_told() {
    let weir = Weir::config("");
    let capture = [header(4, 1), packet(1, b"one"), packet(2, b"two"), record(3, 50, 50, b"cut")].concat();
    let ran = filter_with(&weir, &["", "-", "--count"], &capture);
    assert_eq!((ran.code, ran.count()), (2, 2));
    let expected = "weir: standard input: 19 bytes from byte 62 on could not be read, behind 2 packets: the capture ends after 19 bytes of a record \
                    that needs 66\n";
    assert_eq!(ran.err, expected);

    let start = [section(-1), interface(1, 0)].concat();
    let (good, bad) = (enhanced(0, 1, 4, b"good"), enhanced(9, 1, 3, b"bad"));
    let ran = filter_with(&weir, &["", "-", "-w", "-"], &[&start[..], &good, &bad, &good].concat());
    assert_eq!((ran.code, ran.out.len()), (2, 24 + 2 * 20));
    assert!(ran.err.contains("36 bytes from byte 84 on could not be read"), "{}", ran.err);
}

#[test]
fn an_input_that_is_no_capture_has_no_packets() {
    let weir = Weir::config("");
    let ran = filter_with(&weir, &["", "-", "--count"], b"this is text\n");
    assert_eq!((ran.code, ran.count()), (2, 0));
    assert!(ran.err.contains("this is no capture"), "{}", ran.err);
    let ran = filter_with(&weir, &["", "-", "--count"], b"");
    assert_eq!((ran.code, ran.count(), ran.err.as_str()), (0, 0, ""));
}

#[test]
fn compression_that_breaks_off_is_told_with_what_it_held() {
    let weir = Weir::config("");
    let mut capture = fs::read(path("dns.pcap.gz")).unwrap();
    capture.truncate(capture.len() / 2);
    let ran = filter_with(&weir, &["", "-", "--count"], &capture);
    assert_eq!(ran.code, 2);
    assert!(ran.count() > 0);
    assert!(ran.err.contains("gzip: "), "{}", ran.err);
}

#[test]
fn only_packets_of_the_time_that_is_asked_for_are_selected() {
    let weir = Weir::config("");
    let capture = [header(4, 1), (0..10).flat_map(|second| packet(second, b"packet")).collect()].concat();
    let count = |arguments: &[&str]| filter_with(&weir, &[&["", "-", "--count"], arguments].concat(), &capture).count();
    // Each packet is seven microseconds behind its second.
    assert_eq!(count(&["--from", "3"]), 7);
    assert_eq!(count(&["--from", "3.000007"]), 7);
    assert_eq!(count(&["--from", "3.000008"]), 6);
    assert_eq!(count(&["--to", "1970-01-01T00:00:03Z"]), 3);
    assert_eq!(count(&["--from", "1970-01-01 00:00:02", "--to", "5.000007"]), 3);
    assert_eq!(count(&["--from", "5", "--to", "5"]), 0);
}

#[test]
fn each_link_type_is_filtered_by_its_own_headers_and_one_without_them_is_told() {
    let weir = Weir::config("");
    let frame = [&[0; 12][..], &[8, 0, 0x45], &[0; 8], &[17], &[0; 10]].concat();
    let raw = [&[0x45][..], &[0; 8], &[17], &[0; 10]].concat();
    let ethernet = [header(4, 1), packet(1, &frame)].concat();
    let capture = [&ethernet[..], &header(4, 101), &packet(2, &raw), &packet(3, &raw)].concat();
    assert_eq!(filter_with(&weir, &["udp", "-", "--count"], &capture).count(), 3);
    let ran = filter_with(&weir, &["not vlan", "-", "--count"], &capture);
    assert_eq!((ran.code, ran.count()), (0, 1));
    assert!(ran.err.contains("no packet of link type 101 is selected: at byte 4 of the expression: expected no VLAN tags"), "{}", ran.err);
}

#[test]
fn a_filter_of_ones_own_is_a_file() {
    let weir = Weir::config("");
    let module = weir.module("ether_type");
    let ran = filter(&weir, &["0x0800", &path("dns.pcap"), "--count", "--module", module.to_str().unwrap()]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.count(), filter(&weir, &["ether proto 0x0800", &path("dns.pcap"), "--count"]).count());
}
