//! Filters against flows made by hand.

use super::*;
use crate::record::{Address, Ending, Engine, Firewall, Flow, Latency, Misc, Nat, Observation, Pair};

fn takes(filter: &str, flow: &Flow<'_>) -> bool {
    Filter::compile(filter).unwrap_or_else(|error| panic!("{filter}: {error}")).matches(flow)
}

/// Filters that take a flow, and filters that do not.
fn check(flow: &Flow<'_>, taken: &[&str], left: &[&str]) {
    for filter in taken {
        assert!(takes(filter, flow), "{filter}");
        assert!(filter.contains("flags") || !takes(&format!("not ({filter})"), flow), "not ({filter})");
    }
    for filter in left {
        assert!(!takes(filter, flow), "{filter}");
        assert!(filter.contains("flags") || takes(&format!("not ({filter})"), flow), "not ({filter})");
    }
}

fn web() -> Flow<'static> {
    Flow {
        first: 1_000_000,
        last: 1_002_500,
        src: Address::V4(0x0a01_0203),
        dst: Address::V4(0xac10_0001),
        src_port: 51_234,
        dst_port: 443,
        protocol: 6,
        tcp_flags: 0x1b,
        packets: 10,
        bytes: 4000,
        src_tos: 8,
        ..Flow::default()
    }
}

#[test]
fn a_filter_that_says_nothing_takes_everything() {
    assert!(takes("", &web()));
    assert!(takes("  # nothing", &web()));
    check(&web(), &["any", "not not any"], &["not any"]);
}

#[test]
fn addresses_and_networks_are_asked_of_either_side_or_the_one_that_is_said() {
    check(
        &web(),
        &[
            "ip 10.1.2.3",
            "host 172.16.0.1",
            "src ip 10.1.2.3 and dst ip 172.16.0.1",
            "src or dst ip 10.1.2.3",
            "src net 10/8",
            "net 172.16/12",
            "dst net 172.16.0.0 255.255.0.0",
            "net 0.0.0.0/0",
            "ip in [1.2.3.4, 10.1.0.0/16 9.9.9.9]",
            "src and dst ip in [10.0.0.0/8 172.16.0.0/12]",
            "inet",
            "ipv4",
        ],
        &["dst ip 10.1.2.3", "src and dst ip 10.1.2.3", "dst net 10.0.0.0/8", "ip in [1.2.3.4]", "inet6", "ipv6", "next ip 10.1.2.3"],
    );
}

#[test]
fn ipv6_is_compared_whole() {
    let flow = Flow { src: Address::V6(0x2001_0db8 << 96 | 1), dst: Address::V6(0xfe80 << 112 | 0x1234), ..web() };
    check(
        &flow,
        &["inet6", "ip 2001:db8::1", "src net 2001:db8::/32", "src net 2001:db8/32", "dst net fe80::/10", "net ::/0", "ip in [fe80::/64]"],
        &["inet", "ip 2001:db8::2", "dst net 2001:db8::/32", "net 0.0.0.0/0", "ip 0.0.0.1", "ip in [fe80::/127]"],
    );
}

#[test]
fn ports_compare_in_all_ways() {
    check(
        &web(),
        &[
            "port 443",
            "port = 443",
            "dst port == 443",
            "dst port eq 0x1bb",
            "src port > 50k",
            "port < 1024",
            "src port >= 51234",
            "dst port le 443",
            "port in [80 443, 8080]",
            "dst port 440-450",
            "dst port in [80-90 440-450]",
            "src and dst port > 442",
        ],
        &["src port 443", "port 80", "src and dst port < 1024", "dst port gt 443", "src port lt 51234", "port in [80]", "dst port 444-450"],
    );
}

#[test]
fn flags_are_all_set_and_below_not_none_is() {
    check(
        &web(),
        &["flags A", "flags SA", "flags as", "flags FSPA", "not flags R", "not flags RU", "not not flags SA", "flags 27", "flags > 26"],
        &["flags R", "flags SR", "flags X", "not flags S", "not flags SR", "not (port 443 and flags SR)", "flags 26", "not not flags SR"],
    );
    let syn = Flow { tcp_flags: 2, ..web() };
    check(&syn, &["flags S and not flags AFRPU", "not flags AF"], &["flags AF"]);
    let udp = Flow { protocol: 17, ..web() };
    check(&udp, &["not flags S", "not flags R"], &["flags A", "flags 27"]);
}

#[test]
fn protocols_have_names_and_numbers() {
    check(&web(), &["proto tcp", "proto TCP", "PROTO 6"], &["proto udp", "proto 17"]);
    check(&Flow { protocol: 41, ..web() }, &["proto ipv6", "proto 41"], &["proto icmp6"]);
}

#[test]
fn icmp_type_and_code_lie_in_the_destination_port() {
    let icmp = Flow { protocol: 1, src_port: 0, dst_port: 3 << 8 | 1, ..web() };
    check(&icmp, &["icmp-type 3", "icmp-code 1", "icmp-type 3 and icmp-code 1", "dst port 769"], &["icmp-type 8", "icmp-code 0"]);
    check(&Flow { protocol: 58, ..icmp.clone() }, &["icmp-type 3"], &[]);
    check(&Flow { protocol: 6, ..icmp }, &[], &["icmp-type 3", "icmp-code 1"]);
}

#[test]
fn counters_and_rates_compare_with_scaled_numbers() {
    check(
        &web(),
        &[
            "packets 10",
            "in packets > 9",
            "bytes = 4k",
            "bytes > 3999",
            "duration 2500",
            "duration < 3k",
            "bps 12800",
            "pps 4",
            "bpp 400",
            "flows 1",
            "out bytes 0",
            "out packets < 1",
        ],
        &["packets > 10", "bytes > 4k", "bytes < 4k", "duration > 2500", "bps > 12800", "pps > 4", "bpp > 400", "out bytes > 0"],
    );
    let flow = Flow { out_bytes: Some(5_000_000_000), out_packets: Some(7), flows: Some(3), ..web() };
    check(&flow, &["out bytes 5g", "out packets = 7", "flows > 2", "bytes 4000"], &["in bytes 5g"]);
}

#[test]
fn what_is_not_held_is_zero() {
    check(
        &web(),
        &[
            "as 0",
            "if 0",
            "vlan 0",
            "mask 0",
            "next ip 0.0.0.0",
            "asa event ignore",
            "nat event invalid",
            "dir ingress",
            "mpls label1 0",
            "sysid 0",
        ],
        &["as > 0", "mac 00:00:00:00:00:01", "mpls eos < 1048575", "mpls any 0", "payload content a", "flowlabel a"],
    );
}

#[test]
fn routing_is_asked_by_side() {
    let flow = Flow {
        interfaces: Some(Pair { src: 3, dst: 4 }),
        autonomous_systems: Some(Pair { src: 64_512, dst: 4_200_000_000 }),
        adjacent_systems: Some(Pair { src: 7, dst: 8 }),
        vlans: Some(Pair { src: 100, dst: 200 }),
        misc: Some(Misc { src_mask: 24, dst_mask: 16, direction: 1, dst_tos: 32 }),
        next_hop: Address::V4(0x0808_0808),
        bgp_next_hop: Address::V4(0x0909_0909),
        exporter_address: Address::V6(1),
        ..web()
    };
    check(
        &flow,
        &[
            "if 3",
            "in if 3",
            "out if 4",
            "src as 64512",
            "as in [1 4200000000]",
            "prev as 7",
            "next as 8",
            "src and dst as > 64k",
            "vlan 200",
            "src vlan 100",
            "dst mask 16",
            "dir egress",
            "flowdir 1",
            "tos 8",
            "dst tos 32",
            "src or dst tos 32",
            "next ip 8.8.8.8",
            "next ip in [8.8.0.0/16]",
            "bgpnext ip 9.9.9.9",
            "router ip ::1",
        ],
        &["in if 4", "dst as 64512", "as in [7 8]", "prev as 8", "dst vlan 100", "tos 32", "ip 8.8.8.8", "router ip 8.8.8.8"],
    );
}

#[test]
fn mac_addresses_are_asked_by_two_sides() {
    let flow = Flow {
        in_src_out_dst_macs: Some(Pair { src: 0x0a, dst: 0x0b }),
        out_src_in_dst_macs: Some(Pair { src: 0x0c, dst: 0x0d }),
        ..web()
    };
    check(
        &flow,
        &[
            "mac 0:0:0:0:0:a",
            "in src mac 0:0:0:0:0:a",
            "out dst mac 0:0:0:0:0:B",
            "out src mac 0:0:0:0:0:0c",
            "in dst mac 00:00:00:00:00:0d",
        ],
        &["in src mac 0:0:0:0:0:b", "mac 0:0:0:0:0:e"],
    );
    check(
        &flow,
        &["in mac 0:0:0:0:0:a", "in mac 0:0:0:0:0:d", "src mac 0:0:0:0:0:c", "dst mac 0:0:0:0:0:b"],
        &["in mac 0:0:0:0:0:c", "out mac 0:0:0:0:0:a", "src mac 0:0:0:0:0:d", "dst mac 0:0:0:0:0:a"],
    );
}

#[test]
fn events_of_firewalls_and_nats_are_asked_by_name() {
    let firewall = Firewall { event: 3, extended_event: 1004, ..Firewall::default() };
    let flow = Flow {
        firewall: Some(firewall),
        access_lists: Some(Pair { src: [1, 2, 3], dst: [4, 5, 6] }),
        translated_src: Address::V4(0x0102_0304),
        translated_ports: Some(Pair { src: 1000, dst: 2000 }),
        vrfs: Some(Pair { src: 70, dst: 80 }),
        ..web()
    };
    check(
        &flow,
        &[
            "asa event deny",
            "asa event 3",
            "asa event denied nosyn",
            "asa xevent > 1000",
            "ingress acl 1",
            "ingress ACE 2",
            "ingress xace 3",
            "egress acl 4",
            "src nip 1.2.3.4",
            "xip in [1.2.3.0/24]",
            "xnet 1.2/16",
            "dst xport 2000",
            "nport < 1001",
            "ingress vrf 70",
            "egress vrf 80",
        ],
        &["asa event create", "asa event denied ingress", "dst nip 1.2.3.4", "egress vrf 70", "src nport 2000"],
    );
    let nat = Flow { nat: Some(Nat { event: 1, ..Nat::default() }), ..web() };
    check(&nat, &["nat event add", "nat event create", "nat event > 0"], &["nat event delete"]);
}

#[test]
fn the_exporter_and_its_engine_are_asked() {
    let flow = Flow {
        engine: Some(Engine { kind: 2, id: 9 }),
        exporter: 5,
        netflow_version: 9,
        forwarding_status: 16,
        latency: Some(Latency { client: 10, server: 20, application: 30 }),
        observation: Some(Observation { point: 1 << 40, domain: 77 }),
        tunnel_src: Address::V4(0x0506_0708),
        tunnel_protocol: Some(47),
        label: Some(b"Mail"),
        in_payload: Some(b"GET / HTTP/1.1"),
        mpls: Some([100 << 4 | 6, 200 << 4 | 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ending: Some(Ending::default()),
        ..web()
    };
    check(
        &flow,
        &[
            "engine-type 2",
            "engine-id > 8",
            "sysid 5",
            "nfversion = 9",
            "fwdstat drop",
            "fwdstat 16",
            "client latency 10",
            "server latency > 10",
            "app latency >= 30",
            "observation domain id 77",
            "observation point id 1099511627776",
            "tunip 5.6.7.8",
            "tun proto gre",
            "flowlabel mail",
            "payload content 'GET /'",
            "payload content HTTP",
            "mpls label1 100",
            "mpls exp1 3",
            "mpls label2 > 100",
            "mpls eos 200",
            "mpls any 200",
        ],
        &[
            "engine-type 9",
            "fwdstat forw",
            "dst tunip 5.6.7.8",
            "flowlabel mai",
            "payload content 'POST'",
            "mpls any 100",
            "mpls label3 100",
        ],
    );
}

#[test]
fn limits_are_errors_and_not_crashes() {
    let long = "a".repeat(MAX_TEXT + 1);
    assert_eq!(Filter::compile(&long).unwrap_err().at, MAX_TEXT);
    let list = format!("ip in [{}]", "10.0.0.1 ".repeat(MAX_LIST));
    assert!(takes(&list, &Flow { src: Address::V4(0x0a00_0001), ..web() }));
    assert_eq!(Filter::compile(&format!("{list} or {list}")).unwrap_err().at, MAX_TEXT);
}

#[test]
fn no_text_makes_the_compiler_panic() {
    let words = [
        "src", "dst", "or", "and", "not", "(", ")", "[", "]", ",", "/", "ip", "port", "in", "80", "10.0.0.1", "::", "'", "é", "\0",
        "flags", "mac", "mpls", ">",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(words[(state >> 33) as usize % words.len()]);
            text.push_str(if state >> 63 == 0 { " " } else { "" });
        }
        if let Err(error) = Filter::compile(&text) {
            assert!(error.at <= text.len() && text.is_char_boundary(error.at), "{text:?}: {error}");
        }
    }
}
