//! Options, and versions that the corpus does not hold.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use netflow::Netflow;
use weir_sdk::testing::{Captured, Parsed, packets_of, parse_packets};
use weir_sdk::{DataType, OpenError, OptionValue, RejectReason};

fn fixture(name: &str) -> Vec<Captured> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/netflow");
    packets_of(&std::fs::read(format!("{folder}/{name}.pcap")).expect(name))
}

fn texts(values: &[&str]) -> OptionValue {
    OptionValue::Texts(values.iter().map(|value| (*value).to_owned()).collect())
}

fn parse(settings: &[(&str, OptionValue)], packets: &[Captured]) -> Result<Parsed, OpenError> {
    parse_packets::<Netflow>(settings, packets, 100)
}

fn full(packets: &[Captured]) -> Parsed {
    parse(&[("schema", OptionValue::text("full"))], packets).expect("options")
}

/// UDP over IPv4 to port 2055, as a raw IP packet.
fn datagram(payload: &[u8]) -> Captured {
    let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x80, 0, 8, 7];
    bytes.extend(((payload.len() + 8) as u16).to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(payload);
    let length = (bytes.len() as u16).to_be_bytes();
    bytes[2..4].copy_from_slice(&length);
    Captured { link_type: 101, timestamp: 1_500_000_000_000_000_000, length: bytes.len() as u32, bytes }
}

/// One record of NetFlow v1, v5 or v7, sent one second after its system began.
fn fixed(version: u8) -> Vec<u8> {
    let mut payload = vec![0, version, 0, 1, 0, 0, 3, 0xe8, 0x59, 0x68, 0x2f, 0, 0, 0, 0, 0];
    if version > 1 {
        payload.extend([0, 0, 0, 9, 0, 0, 0, 0]);
    }
    payload
        .extend([10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3, 0, 4, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 100, 0, 0, 3, 0xe8, 0, 80, 1, 0xbb]);
    let flags = 0x12;
    match version {
        1 => payload.extend([0, 0, 6, 8, flags, 0, 0, 0, 0, 0, 0, 0]),
        _ => payload.extend([0, flags, 6, 8, 0xfd, 0xe8, 0xfd, 0xe9, 24, 16, 0, 0]),
    }
    if version == 7 {
        payload.extend([10, 0, 0, 9]);
    }
    payload
}

#[test]
fn versions_1_5_and_7_hold_the_same_flow() {
    for version in [1, 5, 7] {
        let got = full(&[datagram(&fixed(version))]);
        assert_eq!(got.rejects, [], "version {version}");
        for (name, value) in [
            ("flowStartMilliseconds", "1499999999100000000"),
            ("flowEndMilliseconds", "1500000000000000000"),
            ("collectionTimeMilliseconds", "1500000000000000000"),
            ("protocolIdentifier", "6"),
            ("sourceIPAddress", "10.0.0.1"),
            ("destinationIPAddress", "10.0.0.2"),
            ("sourceTransportPort", "80"),
            ("destinationTransportPort", "443"),
            ("tcpControlBits", "18"),
            ("packetDeltaCount", "6"),
            ("octetDeltaCount", "7"),
            ("ipClassOfService", "8"),
            ("ingressInterface", "4"),
            ("egressInterface", "5"),
            ("ipNextHopIPAddress", "10.0.0.3"),
            ("exporterIPAddress", "192.0.2.1"),
            ("exportProtocolVersion", &version.to_string()),
        ] {
            assert_eq!(got.column(name), [Some(value)], "version {version} {name}");
        }
        let routed = if version == 1 { [None; 3] } else { [Some("65000"), Some("65001"), Some("24")] };
        let got = ["bgpSourceAsNumber", "bgpDestinationAsNumber", "sourceIPPrefixLength"].map(|name| got.column(name)[0]);
        assert_eq!(got, routed, "version {version}");
    }
}

#[test]
fn more_flows_in_a_batch_than_a_call_gives_come_in_the_next_calls() {
    let packets = vec![datagram(&fixed(5)); 5000];
    for (schema, name) in [("spot", "sip"), ("full", "sourceIPAddress")] {
        let got = parse_packets::<Netflow>(&[("schema", OptionValue::text(schema))], &packets, 5000).expect("options");
        assert_eq!(got.column(name), [Some("10.0.0.1"); 5000], "{schema}");
    }
}

#[test]
fn records_of_version_1_may_have_four_bytes_more() {
    let mut longer = fixed(1);
    longer.extend([0; 4]);
    assert_eq!(full(&[datagram(&longer)]).column("tcpControlBits"), [Some("18")]);
}

#[test]
fn a_filter_of_nfdump_takes_the_flows_it_says() {
    let packets = fixture("softflowd-v9-sampled");
    let count = |filter: &str| {
        let settings = [("filter", OptionValue::text(filter)), ("ports", texts(&["22055"]))];
        parse(&settings, &packets).expect("options").rows.len()
    };
    assert_eq!(count(""), 84);
    assert_eq!(count("any"), 84);
    assert_eq!(count("proto udp and port 53") + count("not (proto udp and port 53)"), 84);
    assert!((1..84).contains(&count("proto tcp")));
    assert!(parse(&[("filter", OptionValue::text("proto"))], &packets).is_err());
}

#[test]
fn datagrams_to_ports_that_are_not_listed_are_left_alone() {
    let packets = fixture("softflowd-v9-sampled");
    let got = parse(&[], &packets).expect("options");
    assert_eq!((got.rows.len(), got.rejects.len(), got.done_to), (0, 0, packets.len() as u64));
}

#[test]
fn elements_that_are_not_known_are_bytes_under_their_number_or_a_column_of_their_own() {
    let packets = fixture("vendor-ipfix-yaf");
    let plain = full(&packets);
    let (numbers, values) = (plain.column("otherElements"), plain.column("otherValues"));
    assert!(numbers[0].is_some_and(|list| list.contains("6871/40")), "{numbers:?}");
    let named = [
        ("schema", OptionValue::text("full")),
        ("elements", texts(&["6871/40=flowAttributes:unsigned16", "29305/184=reverseTcpSequenceNumber:unsigned32"])),
    ];
    let got = parse(&named, &packets).expect("options");
    let schema = got.schema.as_ref().expect("schema");
    let field = schema.fields.iter().find(|field| field.name == "flowAttributes").expect("field");
    assert_eq!((field.data_type, field.nullable), (DataType::Uint64, true));
    let at = numbers[0].and_then(|list| list.trim_matches(['[', ']']).split(',').position(|number| number == "6871/40")).expect("element");
    let bytes = values[0].and_then(|list| list.trim_matches(['[', ']']).split(',').nth(at)).expect("value");
    let number = u64::from_str_radix(bytes, 16).expect("hex").to_string();
    assert_eq!(got.column("flowAttributes")[0], Some(number.as_str()));
    assert!(!got.column("otherElements")[0].is_some_and(|list| list.contains("6871/40")));
}

#[test]
fn what_an_option_cannot_be_is_refused_with_what_it_can_be() {
    let refused = |name: &str, value: OptionValue| {
        let error = parse(&[("schema", OptionValue::text("full")), (name, value)], &[]).expect_err(name);
        matches!(error, OpenError::BadOption { name: of, .. } if of == name)
    };
    assert!(refused("ports", texts(&["2055", "http"])));
    assert!(refused("elements", texts(&["9/1=octetDeltaCount:unsigned64"])));
    assert!(refused("elements", texts(&["9/1=a:unsigned64", "9/1=b:unsigned64"])));
    assert!(refused("elements", texts(&["9/1=clientPort:unsigned16", "9/2=ClientPort:unsigned16"])));
    assert!(refused("elements", texts(&["9/1=a:text"])));
    assert!(refused("hold-bytes", OptionValue::Integer(-1)));
    assert!(refused("hold-packets", OptionValue::Integer(1 << 40)));
    assert!(parse(&[("elements", texts(&["9/1=a:unsigned64"]))], &[]).is_err(), "schema spot");
}

/// A message of NetFlow v9 of these sets.
fn v9(sets: &[(u16, Vec<u8>)]) -> Captured {
    let mut payload = vec![0, 9, 0, sets.len() as u8, 0, 0, 3, 0xe8, 0x59, 0x68, 0x2f, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    for (id, data) in sets {
        payload.extend([*id, data.len() as u16 + 4].into_iter().flat_map(u16::to_be_bytes));
        payload.extend(data);
    }
    datagram(&payload)
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().copied().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn flows_are_scaled_by_the_sampler_that_they_name_and_that_options_describe() {
    // A sampler's number, mode and interval, of the whole system; flows of addresses, bytes, packets and a sampler.
    let of_samplers = (1, numbers(&[256, 4, 12, 1, 4, 48, 1, 49, 1, 50, 4]));
    let of_flows = (0, numbers(&[257, 5, 8, 4, 12, 4, 1, 4, 2, 4, 48, 1]));
    let samplers = (256, vec![0, 0, 0, 1, 7, 2, 0, 0, 0, 100, 0, 0, 0, 1, 8, 2, 0, 0, 0, 50]);
    let flow = |sampler: u8| [10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 4, 0, 0, 0, 0, 3, sampler];
    let flows = (257, [flow(7), flow(8)].concat());
    let got = full(&[v9(&[of_samplers, samplers]), v9(&[of_flows, flows])]);
    assert_eq!(got.rejects, []);
    assert_eq!(got.column("packetDeltaCount"), [Some("300"), Some("150")]);
    assert_eq!(got.column("octetDeltaCount"), [Some("102400"), Some("51200")]);
    assert_eq!(got.column("samplingInterval"), [Some("100"), Some("50")]);
}

#[test]
fn versions_that_are_not_read_are_rejected_by_their_name() {
    let sflow = |version: u8| datagram(&[[0, 0, 0, version].as_slice(), &[0; 40]].concat());
    let netflow = |version: u8| datagram(&[[0, version].as_slice(), &[0; 40]].concat());
    let got = full(&[sflow(2), sflow(4), netflow(8), netflow(3)]);
    let shown: Vec<_> = got.rejects.iter().map(|reject| (reject.reason, reject.detail.as_str())).collect();
    let unsupported = |detail| (RejectReason::Unsupported, detail);
    let expected = [
        unsupported("sFlow version 2, of before 2004: let the agent send version 5"),
        unsupported("sFlow version 4, of before 2004: let the agent send version 5"),
        unsupported("NetFlow version 8, sums of flows: let the router send version 9 or 5"),
        unsupported("version 3, expected NetFlow 1, 5, 7, 9, IPFIX 10 or sFlow 5"),
    ];
    assert_eq!(shown, expected);
}
