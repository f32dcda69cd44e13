//! The frames that were measured with Metron's decoder (D), and what is right for each: where its result was nonsense, ours differs and says so.

use crate::{Fields, REACH};

const ENDS: [&str; 2] = ["10.0.0.1", "192.168.1.2"];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn fields(ends: Option<[&str; 2]>, protocol: Option<u8>, ports: Option<(u16, u16)>) -> Fields {
    Fields { addresses: ends.map(|[source, destination]| (source.parse().unwrap(), destination.parse().unwrap())), protocol, ports }
}

#[test]
fn every_frame_has_the_fields_of_its_ip_header() {
    let cases = [
        (
            "D1 tcp",
            "08002700000108002700000208004500003212344000400600000a000001c0a8010204d2005000000001000000025018006400000000474554202f2048545450",
            fields(Some(ENDS), Some(6), Some((1234, 80))),
        ),
        (
            "D2 udp",
            "08002700000108002700000208004500001f12344000401100000a000001c0a8010214e90035000b0000616263",
            fields(Some(ENDS), Some(17), Some((5353, 53))),
        ),
        (
            "D3 icmp",
            "08002700000108002700000208004500001c12344000400100000a000001c0a801020800f7ff00000000",
            fields(Some(ENDS), Some(1), None),
        ),
        (
            "D4 ipproto 132 sctp",
            "08002700000108002700000208004500002012344000408400000a000001c0a80102000000000000000000000000",
            fields(Some(ENDS), Some(132), None),
        ),
        (
            "D5 vlan 802.1Q tcp",
            "0800270000010800270000028100006408004500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D6 qinq 88a8+8100 tcp",
            "08002700000108002700000288a800648100006508004500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D7 double 8100 tcp",
            "080027000001080027000002810000648100006508004500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        ("D8 arp 42B", "080027000001080027000002080600010800060400010800270000020a0000010000000000000a000002", Fields::default()),
        (
            "D9 arp padded 60B",
            "080027000001080027000002080600010800060400010800270000020a0000010000000000000a000002000000000000000000000000000000000000",
            Fields::default(),
        ),
        (
            "D10 ipv6 tcp 2001:db8::",
            "08002700000108002700000286dd600000000014064020010db800000000000000000000000120010db800000000000000000000000204d2005000000001000000025018006400000000",
            fields(Some(["2001:db8::1", "2001:db8::2"]), Some(6), Some((1234, 80))),
        ),
        (
            "D11 ipv6 src 2006:.. (byte9=0x06)",
            "08002700000108002700000286dd600000000014064020060db800000000000000000000000120010db800000000000000000000000204d2005000000001000000025018006400000000",
            fields(Some(["2006:db8::1", "2001:db8::2"]), Some(6), Some((1234, 80))),
        ),
        (
            "D12 ipv6 fe80 udp",
            "08002700000108002700000286dd6000000000081140fe800000000000000000000000000001ff0200000000000000000000000000fb14e914e900080000",
            fields(Some(["fe80::1", "ff02::fb"]), Some(17), Some((5353, 5353))),
        ),
        (
            "D13 tcp first fragment MF=1 off=0",
            "08002700000108002700000208004500003012342000400600000a000001c0a8010204d20050000000010000000250180064000000007878787878787878",
            fields(Some(ENDS), Some(6), Some((1234, 80))),
        ),
        (
            "D14 tcp later fragment off=185",
            "080027000001080027000002080045000034123400b9400600000a000001c0a80102aabbccdd7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a",
            fields(Some(ENDS), Some(6), None),
        ),
        (
            "D15 udp later fragment off=185",
            "080027000001080027000002080045000034123400b9401100000a000001c0a80102aabbccdd7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a",
            fields(Some(ENDS), Some(17), None),
        ),
        (
            "D16 fragment total_length > captured (snaplen)",
            "0800270000010800270000020800450005dc12342000400600000a000001c0a8010204d20050000000010000000250180064000000007878787878787878",
            fields(Some(ENDS), Some(6), Some((1234, 80))),
        ),
        (
            "D17 tcp ip options ihl=6",
            "08002700000108002700000208004600002c12344000400600000a000001c0a80102010101000007000900000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((7, 9))),
        ),
        (
            "D18 tcp truncated to 10B of tcp header",
            "08002700000108002700000208004500002812344000400600000a000001c0a8010204d20050000000010000",
            fields(Some(ENDS), Some(6), Some((1234, 80))),
        ),
        (
            "D19 tcp options truncated",
            "08002700000108002700000208004500002812344000400600000a000001c0a801020001000200000001000000028018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D20 udp truncated 6B",
            "08002700000108002700000208004500001c12344000401100000a000001c0a80102000100020008",
            fields(Some(ENDS), Some(17), Some((1, 2))),
        ),
        (
            "D21 udp zero payload",
            "08002700000108002700000208004500001c12344000401100000a000001c0a801020001000200080000",
            fields(Some(ENDS), Some(17), Some((1, 2))),
        ),
        (
            "D22 tcp total_length=0 (TSO)",
            "08002700000108002700000208004500000012344000400600000a000001c0a801020001000200000001000000025018006400000000616263",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D23 tcp total_length=0 and not DF, frag MF",
            "08002700000108002700000208004500000012342000400600000a000001c0a801020001000200000001000000025018006400000000616263",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        ("D24 frame 13 bytes", "00000000000000000000000000", Fields::default()),
        ("D25 frame 14 bytes only", "0800270000010800270000020800", Fields::default()),
        ("D26 empty frame", "", Fields::default()),
        ("D27 ip header truncated", "08002700000108002700000208004500001412344000400600000a000001", Fields::default()),
        (
            "D28 ip version 6 nibble in 0800",
            "08002700000108002700000208006500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D29 ihl=0",
            "08002700000108002700000208004000002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D30 mpls 8847",
            "0800270000010800270000028847000101404500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
        (
            "D31 llc 802.3",
            "08002700000108002700000200264242030000000000000000000000000000000000000000000000000000000000000000000000",
            Fields::default(),
        ),
        (
            "D32 pppoe 8864",
            "080027000001080027000002886411000001002a00214500002812344000400600000a000001c0a801020001000200000001000000025018006400000000",
            fields(Some(ENDS), Some(6), Some((1, 2))),
        ),
    ];
    for (id, frame, expected) in cases {
        assert_eq!(Fields::of(1, &bytes(frame)), expected, "{id}");
    }
}

/// An IPv6 header with these next headers and bytes behind it.
fn v6(next: u8, behind: &str) -> Vec<u8> {
    let ends = "20010db800000000000000000000000120010db8000000000000000000000002";
    bytes(&format!("600000000000{next:02x}40{ends}{behind}"))
}

const V6_ENDS: Option<[&str; 2]> = Some(["2001:db8::1", "2001:db8::2"]);

#[test]
fn ipv6_has_ports_behind_extension_headers_and_none_in_later_fragments() {
    let cases = [
        ("hop-by-hop and destination", v6(0, "3c00000000000000110000000000000000350036"), Some(17), Some((53, 54))),
        ("a first fragment", v6(44, "060000010000000104d20050"), Some(6), Some((1234, 80))),
        ("a later fragment", v6(44, "060000090000000104d20050"), Some(6), None),
        ("an authentication header", v6(51, "1101000000000000000000000000350036"), Some(17), Some((0x0000, 0x3500))),
        ("cut within the extensions", v6(0, "3c"), None, None),
        ("an extension longer than the packet", v6(0, "11ff000000000000"), None, None),
    ];
    for (name, packet, protocol, ports) in cases {
        assert_eq!(Fields::of(101, &packet), fields(V6_ENDS, protocol, ports), "{name}");
    }
}

#[test]
fn every_link_type_leads_to_the_same_header() {
    let ip = bytes("450000281234400040060000 0a000001c0a80102 00010002".replace(' ', "").as_str());
    let expected = fields(Some(ENDS), Some(6), Some((1, 2)));
    let heads = [
        (0, "02000000"),
        (1, "0000000000000000000000000800"),
        (1, "0000000000000000000000000030aaaa030000000800"),
        (12, ""),
        (101, ""),
        (108, "00000002"),
        (113, "00000001000600000000000000000800"),
        (228, ""),
        (276, "0800000000000000000000000000000000000000"),
    ];
    for (link, head) in heads {
        assert_eq!(Fields::of(link, &[bytes(head), ip.clone()].concat()), expected, "link type {link} {head}");
    }
    assert_eq!(Fields::of(147, &ip), Fields::default());
}

#[test]
fn metron_gives_addresses_to_tcp_and_udp_alone() {
    let icmp = fields(Some(ENDS), Some(1), None);
    assert_eq!(icmp.as_metron_has_them(), fields(None, Some(1), None));
    let udp = fields(Some(ENDS), Some(17), Some((1, 2)));
    assert_eq!(udp.as_metron_has_them(), udp);
}

#[test]
fn a_packet_cut_anywhere_loses_fields_and_never_gains_other_ones() {
    let whole = [bytes("0000000000000000000000008100006486dd"), v6(0, "3c00000000000000110000000000000000350036"), vec![0; 200]].concat();
    let full = Fields::of(1, &whole);
    for length in 0..whole.len() {
        let cut = Fields::of(1, &whole[..length]);
        assert!(cut.addresses.is_none() || cut.addresses == full.addresses, "{length}");
        assert!(cut.ports.is_none() || cut == full, "{length}");
    }
    assert_eq!(Fields::of(1, &whole[..REACH]), full);
}
