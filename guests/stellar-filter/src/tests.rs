//! The cases of Metron's own test of its query filter (Q), those measured with it on frames (QM), and what is ours: needs, faults and warnings.

use weir_sdk::testing::{Captured, select};
use weir_sdk::{OpenError, OptionValue, Options, PacketFilter};

use crate::Stellar;

const ONE: [u8; 4] = [10, 0, 0, 1];
const TWO: [u8; 4] = [192, 168, 1, 2];
const THREE: [u8; 4] = [10, 0, 0, 3];

/// An Ethernet frame of IPv4 with `GET` as its payload.
fn frame(source: [u8; 4], ports: [u16; 2], protocol: u8) -> Captured {
    let ports: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
    let ip = [&[0x45, 0, 0, 60, 0, 0, 0, 0, 64, protocol, 0, 0][..], &source, &TWO].concat();
    let bytes = [&[0; 12][..], &[8, 0], &ip, &ports, &[0; 200], b"GET"].concat();
    Captured { link_type: 1, timestamp: 0, length: bytes.len() as u32, bytes }
}

fn v6() -> Captured {
    let ends = [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb]].concat();
    let bytes = [&[0x60, 0, 0, 0, 0, 8, 17, 64][..], &ends, &[0x14, 0xe9, 0x14, 0xe9, 0, 8, 0, 0]].concat();
    Captured { link_type: 101, timestamp: 0, length: bytes.len() as u32, bytes }
}

fn selects(expression: &str, packet: &Captured) -> Result<bool, OpenError> {
    select::<Stellar>(&[], expression, std::slice::from_ref(packet), 1).map(|selected| selected[0])
}

fn open(expression: &str) -> Stellar {
    Stellar::open(expression, &Options::new(&Stellar::describe().options, vec![]).unwrap()).unwrap_or_else(|error| panic!("{error:?}"))
}

#[test]
fn metrons_own_cases_hold() {
    let (s, sp, d, dp) = ("ip_src_addr == '10.0.0.1'", "ip_src_port == 0", "ip_dst_addr == '192.168.1.2'", "ip_dst_port == 1");
    let cases: &[(&str, &[&str], _, _, bool)] = &[
        ("Q1", &[], ONE, [0, 1], true),
        ("Q2", &[s, sp, d, dp], ONE, [0, 1], true),
        ("Q3", &[s, sp, dp], ONE, [0, 1], true),
        ("Q4", &[s, sp, dp], THREE, [0, 1], false),
        ("Q5", &[s, sp, d], ONE, [0, 1], true),
        ("Q6", &[s, sp, d], ONE, [0, 100], true),
        ("Q7", &[s, sp, d], ONE, [100, 100], false),
        ("Q8", &[sp, d, dp], ONE, [0, 1], true),
        ("Q9", &[s, d, dp], ONE, [0, 1], true),
        ("Q10", &[s, d, dp], ONE, [100, 1], true),
    ];
    for (id, parts, source, ports, expected) in cases {
        assert_eq!(selects(&parts.join(" and "), &frame(*source, *ports, 6)), Ok(*expected), "{id}");
    }
}

#[test]
fn measured_cases_on_frames_hold() {
    let icmp = frame(ONE, [0, 0], 1);
    let as_metron = [("addresses", OptionValue::text("metron"))];
    assert_eq!(select::<Stellar>(&as_metron, "exists(ip_src_addr)", std::slice::from_ref(&icmp), 1), Ok(vec![false]), "QM4");
    assert_eq!(selects("exists(ip_src_addr)", &icmp), Ok(true), "QM4, mended: ICMP has addresses");
    assert_eq!(selects("protocol == 1", &icmp), Ok(true), "QM5");
    assert!(matches!(selects("ip_src_port", &frame(ONE, [1, 2], 6)), Err(OpenError::BadExpression { at: 0, .. })), "QM7");
}

#[test]
fn end_to_end_expressions_select_by_their_fields() {
    let packet = frame(ONE, [55_791, 22], 6);
    let cases = [
        ("I2", "", true),
        ("I5", "ip_dst_addr == '207.28.210.1'", false),
        ("I7", "protocol == 'foo'", false),
        ("I11", "ip_dst_port == 22", true),
        ("I12", "ip_dst_port > 20 and ip_dst_port < 55792", true),
        ("I13", "ip_dst_port > 55790", false),
        ("I14", "BYTEARRAY_MATCHER('474554', packet)", true),
        ("a name", "PROTOCOL_TO_NAME(protocol) == 'TCP'", true),
        ("all variables", "MAP_GET('ip_dst_port', _) == 22", true),
        ("a network", "IN_SUBNET(ip_src_addr, '10.0.0.0/8') and not(IN_SUBNET(ip_dst_addr, '10.0.0.0/8'))", true),
        ("a pattern that comes as a value", "BYTEARRAY_MATCHER(JOIN([\"'G\", \"ET'\"], TO_STRING(MAP_GET('x', _, ''))), packet)", true),
    ];
    for (id, expression, expected) in cases {
        assert_eq!(selects(expression, &packet), Ok(expected), "{id}");
    }
}

#[test]
fn ipv6_has_fields_and_is_in_its_networks() {
    let cases = [
        ("ip_src_addr == '2001:db8::1' and ip_dst_port == 5353 and protocol == 17", true),
        ("IN_SUBNET(ip_dst_addr, 'ff00::/8')", true),
        ("IN_SUBNET(ip_src_addr, '10.0.0.0/8')", false),
        ("not(IN_SUBNET(ip_src_addr, '10.0.0.0/8'))", true),
    ];
    for (expression, expected) in cases {
        assert_eq!(selects(expression, &v6()), Ok(expected), "`{expression}`");
    }
}

#[test]
fn a_packet_without_ip_has_null_fields_and_is_no_fault() {
    let arp = Captured { link_type: 1, timestamp: 0, length: 14, bytes: [&[0; 12][..], &[8, 6]].concat() };
    let cases = [("ip_src_port > 5", false), ("ip_src_addr != 'x'", true), ("protocol == null", true), ("ip_src_port in [80]", false)];
    for (expression, expected) in cases {
        assert_eq!(selects(expression, &arp), Ok(expected), "`{expression}`");
    }
}

#[test]
fn an_expression_without_a_value_selects_nothing_of_that_packet_alone() {
    let packets = [frame(ONE, [0, 1], 6), frame(ONE, [2, 1], 6), frame(ONE, [1, 1], 6)];
    assert_eq!(select::<Stellar>(&[], "10 / ip_src_port > 5", &packets, 4), Ok(vec![false, false, true]));
    assert_eq!(select::<Stellar>(&[], "GET([protocol], 0)", &packets, 4), Ok(vec![false; 3]));
}

#[test]
fn only_the_headers_are_needed_unless_the_packet_is_searched() {
    assert_eq!(open("ip_dst_port == 80").needs().leading_bytes, Some(192));
    assert_eq!(open("ip_dst_port == 80 and BYTEARRAY_MATCHER('00', packet)").needs().leading_bytes, None);
    assert_eq!(open("MAP_EXISTS('packet', _)").needs().leading_bytes, None);
}

#[test]
fn the_edges_of_networks_are_out_as_in_metron_with_a_warning_or_in() {
    let first = frame([10, 0, 0, 0], [1, 2], 6);
    let expression = "IN_SUBNET(ip_src_addr, '10.0.0.0/24')";
    assert_eq!(selects(expression, &first), Ok(false));
    assert_eq!(open(expression).warnings().len(), 1);
    let whole = [("subnets", OptionValue::text("whole"))];
    assert_eq!(select::<Stellar>(&whole, expression, &[first], 1), Ok(vec![true]));
    assert_eq!(open("ip_src_port == 1 and ip_dst_port == 2 or protocol == 6").warnings().len(), 1);
}
