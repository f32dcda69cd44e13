//! What is written.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use super::{filter, filter_with, large, path, written};
use crate::capture::make::{header, packet};
use crate::capture::read::{Packet, capture};
use crate::end_to_end::program::Weir;

fn packets(bytes: &[u8]) -> Vec<Packet> {
    let found = capture(bytes);
    assert_eq!(found.damage, []);
    found.packets
}

#[test]
fn a_pcapng_file_holds_packets_of_several_link_types_with_their_nanoseconds() {
    let weir = Weir::config("");
    let (out, name) = written(&weir, "out.pcapng");
    let inputs = [path("two-link-types.pcapng"), path("nanoseconds-big-endian.pcap")];
    let ran = filter(&weir, &["", &inputs[0], &inputs[1], "-w", &name]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let expected: Vec<_> = inputs.iter().flat_map(|input| packets(&fs::read(input).unwrap())).collect();
    let found = packets(&fs::read(out).unwrap());
    let facts = |packets: &[Packet]| {
        packets.iter().map(|packet| (packet.time, packet.link, packet.length, packet.bytes.clone())).collect::<Vec<_>>()
    };
    assert_eq!(facts(&found), facts(&expected));
}

#[test]
fn a_pcap_file_holds_one_link_type_and_the_remedy_is_named() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["", &path("two-link-types.pcapng"), "-w", "-"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("a pcap file holds one; choose the format pcapng\n"), "{}", ran.err);
    let ran = filter(&weir, &["", &path("two-link-types.pcapng"), "-w", "-", "--format", "pcapng"]);
    assert_eq!((ran.code, packets(&ran.out).len()), (0, packets(&fs::read(path("two-link-types.pcapng")).unwrap()).len()));
}

#[test]
fn nanoseconds_are_kept_in_a_pcap_file() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["", &path("nanoseconds-big-endian.pcap"), "-w", "-"]);
    assert_eq!(ran.out[..4], 0xa1b2_3c4d_u32.to_le_bytes());
    assert_eq!(packets(&ran.out), packets(&fs::read(path("nanoseconds-big-endian.pcap")).unwrap()));
}

#[test]
fn a_capture_without_a_selected_packet_is_a_header() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["tcp port 1", &path("dns.pcap"), "-w", "-"]);
    assert_eq!((ran.code, ran.out.as_slice()), (0, &fs::read(path("dns.pcap")).unwrap()[..24]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let weir = Weir::config("");
    fs::write(weir.path("large.pcap"), large(20_000)).unwrap();
    let mut child =
        weir.command(&["pcap", "filter", "", "large.pcap", "-w", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 24];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_packet_that_was_cut_keeps_the_length_it_had_on_the_wire() {
    let weir = Weir::config("");
    let cut = crate::capture::make::record(5, 4, 1500, b"head");
    let capture = [header(4, 1), packet(1, b"whole"), cut].concat();
    for format in ["pcap", "pcapng"] {
        let ran = filter_with(&weir, &["greater 1000", "-", "-w", "-", "--format", format], &capture);
        let found = packets(&ran.out);
        assert_eq!((found.len(), found[0].length, found[0].bytes.as_slice(), found[0].time), (1, 1500, &b"head"[..], 5_000_007_000));
    }
}
