//! One flow as an nfcapd file holds it, whatever layout it was written in.
//!
//! Numbers are in the units of the file: times in milliseconds since 1970-01-01 UTC, counters in packets, bytes and flows. What a record may or
//! may not hold is an `Option` of a group, filled whole; a filter takes an absent group as zeros ([`Option::unwrap_or_default`]).

/// An IP address; IPv4 and IPv6 as numbers in network order (`10.0.0.1` is 0x0a000001).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Address {
    /// The record holds none.
    #[default]
    None,
    /// IPv4.
    V4(u32),
    /// IPv6.
    V6(u128),
}

/// One flow. Byte strings point into the block that it was decoded from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow<'a> {
    /// First packet, ms since 1970.
    pub first: u64,
    /// Last packet, ms since 1970; some exporters send one that lies before `first`; 0: not held, as in events of firewalls.
    pub last: u64,
    /// When the collector received the record, ms since 1970; 0: not held.
    pub received: u64,
    /// Source address.
    pub src: Address,
    /// Destination address.
    pub dst: Address,
    /// Packets from source to destination.
    pub packets: u64,
    /// Bytes from source to destination.
    pub bytes: u64,
    /// Source port.
    pub src_port: u16,
    /// Destination port; of ICMP 256 * type + code.
    pub dst_port: u16,
    /// IP protocol number.
    pub protocol: u8,
    /// Bits FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128.
    pub tcp_flags: u8,
    /// IPFIX forwardingStatus.
    pub forwarding_status: u8,
    /// Type of service, first direction.
    pub src_tos: u8,
    /// It reports an event of a firewall or NAT and is no flow of packets.
    pub event: bool,
    /// Counters were multiplied with a sampling interval.
    pub sampled: bool,
    /// Version of the protocol it came with: 1, 5, 7, 9, 10 (IPFIX), higher for sFlow and captures; 0: unknown.
    pub netflow_version: u8,
    /// Engine of the exporter (NetFlow v5), or the low bits of its source id.
    pub engine: Option<Engine>,
    /// The collector's number of the exporter within this file; 0: none.
    pub exporter: u16,
    /// Direction and end, as IPFIX says them.
    pub ending: Option<Ending>,
    /// Interfaces, SNMP ifIndex.
    pub interfaces: Option<Pair<u32>>,
    /// Prefix lengths, direction and second type of service.
    pub misc: Option<Misc>,
    /// The other direction (destination to source).
    pub out_packets: Option<u64>,
    /// The other direction (destination to source).
    pub out_bytes: Option<u64>,
    /// Flows that were aggregated into this one.
    pub flows: Option<u64>,
    /// AS numbers of source and destination.
    pub autonomous_systems: Option<Pair<u32>>,
    /// AS numbers next to the exporter: `src` is the previous, `dst` the next.
    pub adjacent_systems: Option<Pair<u32>>,
    /// VLAN ids of source and destination side.
    pub vlans: Option<Pair<u32>>,
    /// Next hop.
    pub next_hop: Address,
    /// Next hop of BGP.
    pub bgp_next_hop: Address,
    /// Who sent the record (`router ip`).
    pub exporter_address: Address,
    /// MPLS stack, top first, each 20 bits label, 3 bits class, 1 bit end of stack; 0 where there is none.
    pub mpls: Option<[u32; 10]>,
    /// MAC addresses: source as it came in, destination as it went out; 48 bits.
    pub in_src_out_dst_macs: Option<Pair<u64>>,
    /// MAC addresses: `src` is out-source, `dst` is in-destination; 48 bits.
    pub out_src_in_dst_macs: Option<Pair<u64>>,
    /// Delays that nprobe and nfpcapd measure.
    pub latency: Option<Latency>,
    /// Sampler of the record.
    pub sampler: Option<Sampler>,
    /// Firewall event (NSEL).
    pub firewall: Option<Firewall>,
    /// Address behind the translation, source.
    pub translated_src: Address,
    /// Address behind the translation, destination.
    pub translated_dst: Address,
    /// Ports behind the translation.
    pub translated_ports: Option<Pair<u16>>,
    /// Access list entries: `src` ingress, `dst` egress; each access list, entry, extended.
    pub access_lists: Option<Pair<[u32; 3]>>,
    /// User name, text of unknown encoding.
    pub user: Option<&'a [u8]>,
    /// NAT event (NEL).
    pub nat: Option<Nat>,
    /// VRF ids: `src` ingress, `dst` egress.
    pub vrfs: Option<Pair<u32>>,
    /// Block of ports that a NAT handed out.
    pub port_block: Option<PortBlock>,
    /// NBAR application id.
    pub application: Option<&'a [u8]>,
    /// Label, by nfdump's `-W` or maxmind.
    pub label: Option<&'a [u8]>,
    /// First payload bytes from source to destination.
    pub in_payload: Option<&'a [u8]>,
    /// First payload bytes from destination to source.
    pub out_payload: Option<&'a [u8]>,
    /// Outer addresses of a tunnel.
    pub tunnel_src: Address,
    /// Outer addresses of a tunnel.
    pub tunnel_dst: Address,
    /// Outer protocol of a tunnel.
    pub tunnel_protocol: Option<u32>,
    /// Where it was observed.
    pub observation: Option<Observation>,
    /// sFlow: size of the frame and type of the link.
    pub frame: Option<Pair<u16>>,
    /// sFlow: first bytes of the frame.
    pub frame_bytes: Option<&'a [u8]>,
    /// OpenBSD's pf.
    pub packet_filter: Option<PacketFilter<'a>>,
    /// Ethernet, as IPFIX says it.
    pub layer2: Option<Layer2>,
    /// IPFIX flowId.
    pub flow_id: Option<u64>,
    /// Nokia NAT service ids: `src` inside, `dst` outside.
    pub nat_services: Option<Pair<u16>>,
    /// Nokia NAT subscriber.
    pub nat_subscriber: Option<&'a [u8]>,
    /// Header of IP.
    pub ip_header: Option<IpHeader>,
}

impl Flow<'_> {
    /// Milliseconds from first to last packet; below 0 where the exporter's clock ran so, 0 where the record holds no last packet (events).
    pub fn duration(&self) -> i64 {
        if self.last == 0 { 0 } else { self.last.wrapping_sub(self.first) as i64 }
    }

    /// Type of ICMP; only of use when the protocol is ICMP or ICMPv6.
    pub fn icmp_type(&self) -> u8 {
        (self.dst_port >> 8) as u8
    }

    /// Code of ICMP; only of use when the protocol is ICMP or ICMPv6.
    pub fn icmp_code(&self) -> u8 {
        self.dst_port as u8
    }
}

/// A value of each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pair<T> {
    /// Source or ingress.
    pub src: T,
    /// Destination or egress.
    pub dst: T,
}

/// Engine of the exporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Engine {
    /// Type.
    pub kind: u8,
    /// Number.
    pub id: u8,
}

/// Direction and end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// IPFIX biflowDirection: 0 arbitrary, 1 initiator, 2 reverse initiator, 3 perimeter.
    pub biflow_direction: u8,
    /// IPFIX flowEndReason: 1 idle, 2 active timeout, 3 end, 4 forced, 5 no resources; 0: unknown.
    pub reason: u8,
    /// TCP flags of the other direction; nfdump 1.7.0 to 1.7.4 alone.
    pub reverse_tcp_flags: u8,
}

/// Prefix lengths, direction and second type of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Misc {
    /// Prefix length of the source, bits.
    pub src_mask: u8,
    /// Prefix length of the destination, bits.
    pub dst_mask: u8,
    /// 0 ingress, 1 egress.
    pub direction: u8,
    /// Type of service, second direction.
    pub dst_tos: u8,
}

/// Delays, µs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// Network, client side.
    pub client: u64,
    /// Network, server side.
    pub server: u64,
    /// Application.
    pub application: u64,
}

/// Sampler of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sampler {
    /// Id that the exporter gave.
    pub id: u64,
    /// One of so many packets; 0: not held in the record.
    pub interval: u32,
    /// Algorithm; 0: not held in the record.
    pub mode: u16,
}

/// Firewall event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Firewall {
    /// When, ms since 1970.
    pub time: u64,
    /// Connection id.
    pub connection: u32,
    /// IPFIX firewallEvent: 1 created, 2 deleted, 3 denied, 4 alert, 5 update.
    pub event: u8,
    /// Cisco's extended event.
    pub extended_event: u16,
    /// Security group tag; layout 1 alone.
    pub security_group: u16,
    /// 256 * type + code of ICMP, which layout 1 holds beside the port.
    pub icmp: Option<u16>,
}

/// NAT event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nat {
    /// When, ms since 1970; 0: not held.
    pub time: u64,
    /// Pool id; 0: not held.
    pub pool: u32,
    /// IPFIX natEvent.
    pub event: u8,
}

/// Block of ports that a NAT handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PortBlock {
    /// First port.
    pub start: u16,
    /// Last port.
    pub end: u16,
    /// From port to port.
    pub step: u16,
    /// Number of ports.
    pub size: u16,
}

/// Where a flow was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observation {
    /// IPFIX observationPointId.
    pub point: u64,
    /// IPFIX observationDomainId.
    pub domain: u32,
}

/// OpenBSD's pf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PacketFilter<'a> {
    /// Action.
    pub action: u8,
    /// Reason.
    pub reason: u8,
    /// Direction.
    pub direction: u8,
    /// Rewritten.
    pub rewritten: u8,
    /// Rule.
    pub rule: u32,
    /// Rule within an anchor.
    pub subrule: u32,
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// Interface.
    pub interface: &'a [u8],
}

/// Ethernet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layer2 {
    /// VLAN, before.
    pub vlan: u16,
    /// Customer VLAN, before.
    pub customer_vlan: u16,
    /// VLAN, after.
    pub post_vlan: u16,
    /// Customer VLAN, after.
    pub post_customer_vlan: u16,
    /// Physical interface, ingress.
    pub ingress: u32,
    /// Physical interface, egress.
    pub egress: u32,
    /// Layer 2 segment (VXLAN).
    pub segment: u64,
    /// EtherType.
    pub ether_type: u16,
    /// IP version.
    pub ip_version: u8,
}

/// Header of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IpHeader {
    /// Bit 0x40 do not fragment, 0x20 more fragments.
    pub fragment_flags: u8,
    /// Least time to live.
    pub min_ttl: u8,
    /// Greatest time to live.
    pub max_ttl: u8,
}
