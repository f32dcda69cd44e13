//! The columns of schema `full`: name, where the value comes from, what it is.

use crate::full::Row;
use crate::record::Address;

/// How a column gets its value from a flow.
pub enum Get {
    /// Never null.
    Boolean(fn(&Row) -> bool),
    /// Null or a number.
    U8(fn(&Row) -> Option<u8>),
    /// Null or a number.
    U16(fn(&Row) -> Option<u16>),
    /// Null or a number.
    U32(fn(&Row) -> Option<u32>),
    /// Null or a number.
    U64(fn(&Row) -> Option<u64>),
    /// Milliseconds since 1970, never null.
    EventTime(fn(&Row) -> Option<u64>),
    /// Milliseconds since 1970.
    Time(fn(&Row) -> Option<u64>),
    /// Text of an address.
    Address(fn(&Row) -> Address),
    /// Text of 48 bits.
    Mac(fn(&Row) -> Option<u64>),
    /// Text.
    Text(for<'a> fn(&Row<'a>) -> Option<&'a [u8]>),
    /// Bytes.
    Bytes(for<'a> fn(&Row<'a>) -> Option<&'a [u8]>),
    /// Up to ten numbers, and how many they are.
    List(fn(&Row, &mut [u32; 10]) -> Option<usize>),
}

use Get::{Address as Ip, Boolean, Bytes, EventTime, List, Mac, Text, Time, U8, U16, U32, U64};

/// Every column, in order; the first is the event time.
pub const FIELDS: &[(&str, Get, &str)] = &[
    ("flowStartMilliseconds", EventTime(|row| Some(row.flow.first)), "Time of the first packet."),
    (
        "flowEndMilliseconds",
        Time(|row| Some(row.flow.last).filter(|&time| time != 0)),
        "Time of the last packet; some exporters say one before the first.",
    ),
    (
        "collectionTimeMilliseconds",
        Time(|row| Some(row.flow.received).filter(|&time| time != 0)),
        "When the collector received the record.",
    ),
    ("protocolIdentifier", U8(|row| Some(row.flow.protocol)), "IP protocol number."),
    ("sourceIPAddress", Ip(|row| row.flow.src), "Source address, IPv4 or IPv6."),
    ("destinationIPAddress", Ip(|row| row.flow.dst), "Destination address, IPv4 or IPv6."),
    ("sourceTransportPort", U16(|row| Some(row.flow.src_port)), "Source port; 0 where the protocol has none."),
    (
        "destinationTransportPort",
        U16(|row| Some(row.flow.dst_port)),
        "Destination port; of ICMP 256 * type + code; 0 where the protocol has none.",
    ),
    ("icmpTypeCode", U16(icmp), "256 * type + code of ICMP and ICMPv6; null for other protocols."),
    ("tcpControlBits", U8(|row| Some(row.flow.tcp_flags)), "TCP flags: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128."),
    (
        "reverseTcpControlBits",
        U8(|row| row.flow.ending.map(|ending| ending.reverse_tcp_flags).filter(|&flags| flags != 0)),
        "TCP flags of the other direction; null where none was set.",
    ),
    ("packetDeltaCount", U64(|row| Some(row.flow.packets)), "Packets from source to destination."),
    ("octetDeltaCount", U64(|row| Some(row.flow.bytes)), "Bytes from source to destination."),
    ("postPacketDeltaCount", U64(|row| row.flow.out_packets), "Packets of the other direction (nfdump: out packets)."),
    ("postOctetDeltaCount", U64(|row| row.flow.out_bytes), "Bytes of the other direction (nfdump: out bytes)."),
    ("deltaFlowCount", U64(|row| row.flow.flows), "Flows that were aggregated into this one."),
    (
        "forwardingStatus",
        U8(|row| Some(row.flow.forwarding_status)),
        "Upper two bits: 0 unknown, 1 forwarded, 2 dropped, 3 consumed; the others say why.",
    ),
    ("ipClassOfService", U8(|row| Some(row.flow.src_tos)), "Type of service."),
    (
        "postIpClassOfService",
        U8(|row| row.flow.misc.map(|misc| misc.dst_tos)),
        "Type of service on the way out, or of the other direction.",
    ),
    ("ingressInterface", U32(|row| row.flow.interfaces.map(|pair| pair.src)), "Interface the flow came in by, SNMP ifIndex."),
    ("egressInterface", U32(|row| row.flow.interfaces.map(|pair| pair.dst)), "Interface the flow went out by, SNMP ifIndex."),
    ("sourceIPPrefixLength", U8(|row| row.flow.misc.map(|misc| misc.src_mask)), "Prefix length of the source, bits."),
    ("destinationIPPrefixLength", U8(|row| row.flow.misc.map(|misc| misc.dst_mask)), "Prefix length of the destination, bits."),
    ("flowDirection", U8(|row| row.flow.misc.map(|misc| misc.direction)), "0 ingress, 1 egress."),
    (
        "biflowDirection",
        U8(|row| row.flow.ending.map(|ending| ending.biflow_direction)),
        "0 arbitrary, 1 initiator, 2 reverse initiator, 3 perimeter.",
    ),
    (
        "flowEndReason",
        U8(|row| row.flow.ending.map(|ending| ending.reason)),
        "1 idle, 2 active timeout, 3 end seen, 4 forced, 5 lack of resources, 0 unknown.",
    ),
    ("bgpSourceAsNumber", U32(|row| row.flow.autonomous_systems.map(|pair| pair.src)), "AS number of the source."),
    ("bgpDestinationAsNumber", U32(|row| row.flow.autonomous_systems.map(|pair| pair.dst)), "AS number of the destination."),
    ("bgpPrevAdjacentAsNumber", U32(|row| row.flow.adjacent_systems.map(|pair| pair.src)), "AS number before the exporter."),
    ("bgpNextAdjacentAsNumber", U32(|row| row.flow.adjacent_systems.map(|pair| pair.dst)), "AS number behind the exporter."),
    ("ipNextHopIPAddress", Ip(|row| row.flow.next_hop), "Next hop."),
    ("bgpNextHopIPAddress", Ip(|row| row.flow.bgp_next_hop), "Next hop by BGP."),
    ("vlanId", U32(|row| row.flow.vlans.map(|pair| pair.src)), "VLAN on the way in."),
    ("postVlanId", U32(|row| row.flow.vlans.map(|pair| pair.dst)), "VLAN on the way out."),
    ("sourceMacAddress", Mac(|row| row.flow.in_src_out_dst_macs.map(|pair| pair.src)), "Source MAC on the way in."),
    ("postDestinationMacAddress", Mac(|row| row.flow.in_src_out_dst_macs.map(|pair| pair.dst)), "Destination MAC on the way out."),
    ("destinationMacAddress", Mac(|row| row.flow.out_src_in_dst_macs.map(|pair| pair.dst)), "Destination MAC on the way in."),
    ("postSourceMacAddress", Mac(|row| row.flow.out_src_in_dst_macs.map(|pair| pair.src)), "Source MAC on the way out."),
    ("mplsLabelStackSections", List(mpls), "MPLS stack, top first, each entry 16 * label + 2 * class + end of stack."),
    ("exporterIPAddress", Ip(exporter_address), "Who sent the record: of the record itself, or of its exporter's entry in the file."),
    (
        "exporterId",
        U16(|row| Some(row.flow.exporter).filter(|&number| number != 0)),
        "The collector's number of the exporter within this file (nfdump: exporter sysid).",
    ),
    ("exportProtocolVersion", U32(version), "5, 7, 9: NetFlow; 10: IPFIX; larger: sFlow and others."),
    (
        "observationDomainId",
        U32(|row| row.flow.observation.map(|place| place.domain).or(row.exporter.map(|one| one.domain))),
        "Domain or source id: of the record itself, or of its exporter's entry in the file.",
    ),
    ("observationPointId", U64(|row| row.flow.observation.map(|place| place.point)), "Where it was observed."),
    ("engineType", U8(|row| row.flow.engine.map(|engine| engine.kind)), "Engine of the exporter."),
    ("engineId", U8(|row| row.flow.engine.map(|engine| engine.id)), "Engine of the exporter."),
    ("selectorId", U64(|row| row.flow.sampler.map(|sampler| sampler.id)), "Sampler, by the exporter's id."),
    ("samplingInterval", U32(interval), "One of so many packets was taken: of the record itself, or of its sampler's entry in the file."),
    ("samplingAlgorithm", U16(algorithm), "Of the record itself, or of its sampler's entry in the file."),
    (
        "clientNetworkDelayMicroseconds",
        U64(|row| row.flow.latency.map(|delays| delays.client)),
        "Delay of the network on the client's side, of nprobe or nfpcapd; no name in the registry.",
    ),
    (
        "serverNetworkDelayMicroseconds",
        U64(|row| row.flow.latency.map(|delays| delays.server)),
        "Delay of the network on the server's side, of nprobe or nfpcapd; no name in the registry.",
    ),
    (
        "applicationLatencyMicroseconds",
        U64(|row| row.flow.latency.map(|delays| delays.application)),
        "Latency of the application, of nprobe or nfpcapd; no name in the registry.",
    ),
    ("observationTimeMilliseconds", Time(event_time), "Time of a firewall's or NAT's event."),
    (
        "flowId",
        U64(|row| row.flow.flow_id.or(row.flow.firewall.map(|event| event.connection.into()))),
        "Id that the exporter gave the flow or connection.",
    ),
    ("firewallEvent", U8(|row| row.flow.firewall.map(|event| event.event)), "1 created, 2 deleted, 3 denied, 4 alert, 5 update, 0 none."),
    (
        "firewallExtendedEvent",
        U16(|row| row.flow.firewall.map(|event| event.extended_event)),
        "Cisco ASA's element 33002; no name in the registry.",
    ),
    (
        "sourceSecurityGroupTag",
        U16(|row| row.flow.firewall.map(|event| event.security_group).filter(|&tag| tag != 0)),
        "Cisco's element 34000; no name in the registry.",
    ),
    (
        "ingressAclId",
        List(|row, out| acl(row.flow.access_lists.map(|lists| lists.src), out)),
        "Cisco ASA's element 33000: access list, entry, extended entry; no name in the registry.",
    ),
    (
        "egressAclId",
        List(|row, out| acl(row.flow.access_lists.map(|lists| lists.dst), out)),
        "Cisco ASA's element 33001: access list, entry, extended entry; no name in the registry.",
    ),
    ("userName", Text(|row| row.flow.user), "User of the connection."),
    ("natEvent", U8(|row| row.flow.nat.map(|nat| nat.event)), "Event of a NAT by IANA's registry: 1 create, 2 delete, and others."),
    ("natPoolId", U32(|row| row.flow.nat.map(|nat| nat.pool).filter(|&pool| pool != 0)), "Pool of a NAT."),
    ("postNATSourceIPAddress", Ip(|row| row.flow.translated_src), "Source behind the translation."),
    ("postNATDestinationIPAddress", Ip(|row| row.flow.translated_dst), "Destination behind the translation."),
    ("postNAPTSourceTransportPort", U16(|row| row.flow.translated_ports.map(|pair| pair.src)), "Source port behind the translation."),
    (
        "postNAPTDestinationTransportPort",
        U16(|row| row.flow.translated_ports.map(|pair| pair.dst)),
        "Destination port behind the translation.",
    ),
    ("portRangeStart", U16(|row| row.flow.port_block.map(|block| block.start)), "First port of a block that a NAT handed out."),
    ("portRangeEnd", U16(|row| row.flow.port_block.map(|block| block.end)), "Last port of the block."),
    ("portRangeStepSize", U16(|row| row.flow.port_block.map(|block| block.step)), "From port to port of the block."),
    ("portRangeNumPorts", U16(|row| row.flow.port_block.map(|block| block.size)), "Ports of the block."),
    ("ingressVRFID", U32(|row| row.flow.vrfs.map(|pair| pair.src)), "VRF on the way in."),
    ("egressVRFID", U32(|row| row.flow.vrfs.map(|pair| pair.dst)), "VRF on the way out."),
    ("insideServiceId", U16(|row| row.flow.nat_services.map(|pair| pair.src)), "Nokia's NAT; no name in the registry."),
    ("outsideServiceId", U16(|row| row.flow.nat_services.map(|pair| pair.dst)), "Nokia's NAT; no name in the registry."),
    ("natSubscriber", Text(|row| row.flow.nat_subscriber), "Nokia's NAT; no name in the registry."),
    ("applicationId", Bytes(|row| row.flow.application), "Application by NBAR."),
    ("label", Text(|row| row.flow.label), "Label that nfdump gave the flow; no name in the registry."),
    ("ipPayloadPacketSection", Bytes(|row| row.flow.in_payload), "First bytes of payload, source to destination."),
    ("reverseIpPayloadPacketSection", Bytes(|row| row.flow.out_payload), "First bytes of payload, destination to source."),
    ("tunnelSourceIPAddress", Ip(|row| row.flow.tunnel_src), "Outer source of a tunnel; no name in the registry."),
    ("tunnelDestinationIPAddress", Ip(|row| row.flow.tunnel_dst), "Outer destination of a tunnel; no name in the registry."),
    ("tunnelProtocolIdentifier", U32(|row| row.flow.tunnel_protocol), "Outer protocol of a tunnel; no name in the registry."),
    ("dataLinkFrameSize", U16(|row| row.flow.frame.map(|pair| pair.src)), "Bytes of the sampled frame (sFlow)."),
    (
        "dataLinkFrameType",
        U16(|row| row.flow.frame.map(|pair| pair.dst)),
        "Type of the link of the sampled frame, as the collector wrote it.",
    ),
    ("dataLinkFrameSection", Bytes(|row| row.flow.frame_bytes), "First bytes of the sampled frame."),
    ("dot1qVlanId", U16(|row| row.flow.layer2.map(|layer| layer.vlan)), "VLAN of the frame on the way in."),
    ("dot1qCustomerVlanId", U16(|row| row.flow.layer2.map(|layer| layer.customer_vlan)), "Inner VLAN on the way in."),
    ("postDot1qVlanId", U16(|row| row.flow.layer2.map(|layer| layer.post_vlan)), "VLAN of the frame on the way out."),
    ("postDot1qCustomerVlanId", U16(|row| row.flow.layer2.map(|layer| layer.post_customer_vlan)), "Inner VLAN on the way out."),
    ("ingressPhysicalInterface", U32(|row| row.flow.layer2.map(|layer| layer.ingress)), "Physical interface on the way in."),
    ("egressPhysicalInterface", U32(|row| row.flow.layer2.map(|layer| layer.egress)), "Physical interface on the way out."),
    ("layer2SegmentId", U64(|row| row.flow.layer2.map(|layer| layer.segment)), "Segment, as of VXLAN."),
    ("ethernetType", U16(|row| row.flow.layer2.map(|layer| layer.ether_type)), "EtherType."),
    ("ipVersion", U8(|row| row.flow.layer2.map(|layer| layer.ip_version)), "4 or 6, where the exporter said it."),
    ("fragmentFlags", U8(|row| row.flow.ip_header.map(|header| header.fragment_flags)), "0x40 do not fragment, 0x20 more fragments."),
    ("minimumTTL", U8(|row| row.flow.ip_header.map(|header| header.min_ttl)), "Least time to live."),
    ("maximumTTL", U8(|row| row.flow.ip_header.map(|header| header.max_ttl)), "Greatest time to live."),
    ("pfAction", U8(|row| row.flow.packet_filter.map(|pf| pf.action)), "OpenBSD's pf: action; no name in the registry."),
    ("pfReason", U8(|row| row.flow.packet_filter.map(|pf| pf.reason)), "OpenBSD's pf: reason."),
    ("pfDirection", U8(|row| row.flow.packet_filter.map(|pf| pf.direction)), "OpenBSD's pf: direction."),
    ("pfRewritten", U8(|row| row.flow.packet_filter.map(|pf| pf.rewritten)), "OpenBSD's pf: addresses were rewritten."),
    ("pfRule", U32(|row| row.flow.packet_filter.map(|pf| pf.rule)), "OpenBSD's pf: number of the rule."),
    ("pfSubrule", U32(|row| row.flow.packet_filter.map(|pf| pf.subrule)), "OpenBSD's pf: number of the rule in its anchor."),
    ("pfUid", U32(|row| row.flow.packet_filter.map(|pf| pf.uid)), "OpenBSD's pf: user id."),
    ("pfPid", U32(|row| row.flow.packet_filter.map(|pf| pf.pid)), "OpenBSD's pf: process id."),
    ("pfInterface", Text(|row| row.flow.packet_filter.map(|pf| pf.interface)), "OpenBSD's pf: interface."),
    ("event", Boolean(|row| row.flow.event), "The record reports an event of a firewall or NAT; no name in the registry."),
    (
        "sampled",
        Boolean(|row| row.flow.sampled),
        "The collector multiplied the counters with a sampling interval; no name in the registry.",
    ),
    ("anonymized", Boolean(|row| row.anonymized), "The addresses were replaced by nfanon; no name in the registry."),
];

/// The firewall's own, where the record holds one: its port is that of the translation.
fn icmp(row: &Row) -> Option<u16> {
    let of_port = Some(row.flow.dst_port).filter(|_| matches!(row.flow.protocol, 1 | 58));
    of_port.map(|port| row.flow.firewall.and_then(|event| event.icmp).unwrap_or(port))
}

fn exporter_address(row: &Row) -> Address {
    match row.flow.exporter_address {
        Address::None => row.exporter.map_or(Address::None, |exporter| exporter.address),
        address => address,
    }
}

fn version(row: &Row) -> Option<u32> {
    let of_record = Some(u32::from(row.flow.netflow_version)).filter(|&version| version != 0);
    of_record.or(row.exporter.map(|exporter| exporter.version))
}

fn interval(row: &Row) -> Option<u32> {
    let of_record = row.flow.sampler.map(|sampler| sampler.interval).filter(|&interval| interval != 0);
    let of_file = || row.sampler.filter(|sampler| sampler.packets == 1).map(|sampler| sampler.space.saturating_add(1));
    of_record.or_else(of_file)
}

fn algorithm(row: &Row) -> Option<u16> {
    let of_record = row.flow.sampler.map(|sampler| sampler.mode).filter(|&mode| mode != 0);
    of_record.or(row.sampler.map(|sampler| sampler.algorithm))
}

fn event_time(row: &Row) -> Option<u64> {
    let of_firewall = row.flow.firewall.map(|event| event.time);
    of_firewall.or(row.flow.nat.map(|nat| nat.time)).filter(|&time| time != 0)
}

/// Entries up to the last that is not 0.
fn mpls(row: &Row, out: &mut [u32; 10]) -> Option<usize> {
    *out = row.flow.mpls?;
    Some(out.iter().rposition(|&label| label != 0).map_or(0, |last| last + 1))
}

fn acl(entry: Option<[u32; 3]>, out: &mut [u32; 10]) -> Option<usize> {
    for (to, from) in out.iter_mut().zip(entry?) {
        *to = from;
    }
    Some(3)
}
