//! The cases of Metron's own test (F) and those measured with it (FM), on packets with the fields that they name.

use weir_sdk::testing::{Captured, select};
use weir_sdk::{OpenError, OptionValue};

use crate::Fixed;

/// An Ethernet frame of IPv4 with these fields; `None`: no IP.
fn frame(ends: [[u8; 4]; 2], ports: [u16; 2], protocol: Option<u8>) -> Captured {
    let ports: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
    let kind = if protocol.is_some() { [8, 0] } else { [8, 6] };
    let ip = [&[0x45, 0, 0, 60, 0, 0, 0, 0, 64, protocol.unwrap_or(0), 0, 0][..], &ends[0], &ends[1]].concat();
    let bytes = [&[0; 12][..], &kind, &ip, &ports, &[0; 16], b"GET"].concat();
    Captured { link_type: 1, timestamp: 0, length: bytes.len() as u32, bytes }
}

fn selects(expression: &str, packet: &Captured) -> Result<bool, OpenError> {
    select::<Fixed>(&[], expression, std::slice::from_ref(packet), 1).map(|selected| selected[0])
}

const ONE: [u8; 4] = [10, 0, 0, 1];
const TWO: [u8; 4] = [192, 168, 1, 2];
const THREE: [u8; 4] = [10, 0, 0, 3];

/// Id, constraints, addresses and ports of a packet, and whether it is selected.
type Case<'a> = (&'a str, &'a [&'a str], [[u8; 4]; 2], [u16; 2], bool);

#[test]
fn metrons_own_cases_hold() {
    let (s, d) = ("ip_src_addr=10.0.0.1", "ip_dst_addr=192.168.1.2");
    let (sp, dp) = ("ip_src_port=0", "ip_dst_port=1");
    let (one_way, either) = ("includes_reverse_traffic=false", "includes_reverse_traffic=true");
    let cases: &[Case<'_>] = &[
        ("F1", &[s, sp, d, dp, one_way], [ONE, TWO], [0, 1], true),
        ("F2", &[s, sp, d, dp, either], [ONE, TWO], [0, 1], true),
        ("F3", &[s, sp, d, dp, either], [TWO, ONE], [1, 0], true),
        ("F4", &[s, sp, d, dp, either], [TWO, ONE], [0, 1], false),
        ("F5", &[s, sp, dp, one_way], [ONE, TWO], [0, 1], true),
        ("F6", &[s, sp, dp, one_way], [THREE, TWO], [0, 1], false),
        ("F7", &[s, sp, d, one_way], [ONE, TWO], [0, 1], true),
        ("F8", &[s, sp, d, one_way], [ONE, TWO], [0, 100], true),
        ("F9", &[s, sp, d, one_way], [ONE, TWO], [100, 100], false),
        ("F10", &[sp, d, dp, one_way], [ONE, TWO], [0, 1], true),
        ("F11", &[s, d, dp, one_way], [ONE, TWO], [0, 1], true),
        ("F12", &[s, d, dp, one_way], [ONE, TWO], [100, 1], true),
    ];
    for (id, parts, ends, ports, expected) in cases {
        assert_eq!(selects(&parts.join(";"), &frame(*ends, *ports, Some(6))), Ok(*expected), "{id}");
    }
}

#[test]
fn measured_cases_hold() {
    let packet = frame([ONE, TWO], [1234, 80], Some(6));
    let cases = [
        ("FM1", "", true),
        ("FM3", "ip_src_addr=192.168.1.2", false),
        ("FM4", "ip_src_addr=192.168.1.2;includes_reverse_traffic=true", true),
        ("FM5", "ip_src_addr=10.0.0.1;ip_dst_addr=192.168.1.2;includes_reverse_traffic=true", true),
        ("FM6", "ip_dst_port=80", true),
        ("FM7", "ip_dst_port=080", true),
        ("FM10", "ip_dst_port=1234;includes_reverse_traffic=yes", false),
        ("FM16", "protocol= 6", false),
        ("FM19", "ip_dst_port=70000", false),
        ("FM20", "ip_dst_port=-1", false),
        ("FM24", "ip_src_addr=*", false),
        ("FM29", "packet_filter='POST'", false),
        ("FM30", "packet_filter=474554", true),
        ("FM34", "ip_dst_port=80;packet_filter=`get`", true),
        ("the address as Java prints it", "ip_src_addr=010.0.0.1", false),
        ("reverse alone", "includes_reverse_traffic=TRUE", true),
        ("a protocol as it is printed", "protocol=06", false),
        ("I6", "protocol=foo", false),
    ];
    for (id, expression, expected) in cases {
        assert_eq!(selects(expression, &packet), Ok(expected), "{id}");
    }
    let icmp = frame([ONE, TWO], [0, 0], Some(1));
    for (id, expression) in [("FM41", "ip_src_port=0"), ("FM42", "protocol=null")] {
        assert_eq!(selects(expression, &icmp), Ok(false), "{id}");
    }
}

#[test]
fn faults_of_metron_are_mended() {
    let arp = frame([ONE, TWO], [0, 0], None);
    let icmp = frame([ONE, TWO], [0, 0], Some(1));
    let cases = [
        ("FM43: nothing is no protocol", "protocol=null", &arp, false),
        ("a packet without IP is one", "", &arp, true),
        ("ICMP has addresses", "ip_src_addr=10.0.0.1; protocol=1", &icmp, true),
        ("protocols have names", "protocol=Icmp", &icmp, true),
    ];
    for (id, expression, packet, expected) in cases {
        assert_eq!(selects(expression, packet), Ok(expected), "{id}");
    }
    let as_metron = [("addresses", OptionValue::text("metron"))];
    assert_eq!(select::<Fixed>(&as_metron, "ip_src_addr=10.0.0.1", &[icmp], 1), Ok(vec![false]));
}

#[test]
fn a_mistake_is_refused_at_its_place() {
    let cases = [
        ("FM17", "ip_dst_port= 80", 12),
        ("FM31", "packet_filter=zz", 14),
        ("a pattern's place counts from the expression's begin", "ip_src_port=1; packet_filter=00 'a", 32),
        ("an unknown name", "protocol=6; port=80", 12),
        ("no value", "protocol=6;  ip_dst_port", 13),
        ("twice", "protocol=6;protocol=17", 11),
        ("no number", "ip_src_port=http", 12),
    ];
    for (id, expression, place) in cases {
        match selects(expression, &frame([ONE, TWO], [1, 2], Some(6))) {
            Err(OpenError::BadExpression { at, .. }) => assert_eq!(at, place, "{id}"),
            other => panic!("{id}: {other:?}"),
        }
    }
}

#[test]
fn a_semicolon_in_a_pattern_ends_nothing() {
    let packet = frame([ONE, TWO], [1234, 80], Some(6));
    assert_eq!(selects("packet_filter='G;T'; protocol=6", &packet), Ok(false));
    assert_eq!(selects("packet_filter='GET' # ; a comment\n; protocol=6", &packet), Ok(true));
}
