//! The numbers and addresses of a flow that a filter looks at, as nfdump 1.7.1 sees them: what a flow does not hold is zero.

use crate::record::{Address, Firewall, Flow, Latency, Misc};

/// A number of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// 1 where the addresses are IPv6, 0 otherwise.
    IsIpv6,
    Protocol,
    SrcPort,
    DstPort,
    TcpFlags,
    SrcTos,
    DstTos,
    Packets,
    Bytes,
    OutPackets,
    OutBytes,
    /// At least 1.
    Flows,
    /// Milliseconds; a flow that ends before it begins, or does not say when, counts as very long, as in nfdump.
    Duration,
    /// 0 where the duration is 0, as in nfdump; so are bits per second.
    PacketsPerSecond,
    BitsPerSecond,
    /// 0 where there are no packets.
    BytesPerPacket,
    IcmpType,
    IcmpCode,
    ForwardingStatus,
    Direction,
    SrcMask,
    DstMask,
    Input,
    Output,
    SrcAs,
    DstAs,
    PreviousAs,
    NextAs,
    SrcVlan,
    DstVlan,
    InSrcMac,
    InDstMac,
    OutSrcMac,
    OutDstMac,
    /// Label of the MPLS stack, 0 the top one.
    MplsLabel(u8),
    /// Class bits of the MPLS stack, 0 the top one.
    MplsExp(u8),
    /// Label at the bottom of the MPLS stack; greater than any label where there is none, as in nfdump.
    MplsBottom,
    EngineType,
    EngineId,
    Exporter,
    NetflowVersion,
    ClientLatency,
    ServerLatency,
    ApplicationLatency,
    TunnelProtocol,
    ObservationDomain,
    ObservationPoint,
    IngressVrf,
    EgressVrf,
    /// Event of a NAT, or of a firewall: nfdump keeps them in one place.
    Event,
    ExtendedEvent,
    TranslatedSrcPort,
    TranslatedDstPort,
    IngressAccess(AccessPart),
    EgressAccess(AccessPart),
    BlockStart,
    BlockEnd,
    BlockStep,
    BlockSize,
}

/// A part of what identifies an access list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessPart {
    /// Access list.
    List,
    /// Entry.
    Entry,
    /// Extended entry.
    Extended,
}

impl Field {
    /// Its value in a flow.
    #[inline]
    pub fn of(self, flow: &Flow<'_>) -> u64 {
        match self {
            Self::IsIpv6 => matches!(flow.src, Address::V6(_)).into(),
            Self::Protocol => flow.protocol.into(),
            Self::SrcPort => flow.src_port.into(),
            Self::DstPort => flow.dst_port.into(),
            Self::TcpFlags => flow.tcp_flags.into(),
            Self::SrcTos => flow.src_tos.into(),
            Self::Packets => flow.packets,
            Self::Bytes => flow.bytes,
            Self::Duration => duration(flow),
            Self::PacketsPerSecond => per_second(flow, flow.packets, 1000),
            Self::BitsPerSecond => per_second(flow, flow.bytes, 8000),
            Self::BytesPerPacket => flow.bytes.checked_div(flow.packets).unwrap_or_default(),
            Self::IcmpType => (icmp(flow) >> 8).into(),
            Self::IcmpCode => (icmp(flow) & 0xff).into(),
            Self::ForwardingStatus => flow.forwarding_status.into(),
            Self::Exporter => flow.exporter.into(),
            Self::NetflowVersion => flow.netflow_version.into(),
            _ => self.of_extension(flow),
        }
    }

    fn of_extension(self, flow: &Flow<'_>) -> u64 {
        match self {
            Self::OutPackets => flow.out_packets.unwrap_or_default(),
            Self::OutBytes => flow.out_bytes.unwrap_or_default(),
            Self::Flows => flow.flows.unwrap_or_default().max(1),
            Self::DstTos => misc(flow).dst_tos.into(),
            Self::Direction => misc(flow).direction.into(),
            Self::SrcMask => misc(flow).src_mask.into(),
            Self::DstMask => misc(flow).dst_mask.into(),
            Self::Input => flow.interfaces.unwrap_or_default().src.into(),
            Self::Output => flow.interfaces.unwrap_or_default().dst.into(),
            Self::SrcAs => flow.autonomous_systems.unwrap_or_default().src.into(),
            Self::DstAs => flow.autonomous_systems.unwrap_or_default().dst.into(),
            Self::PreviousAs => flow.adjacent_systems.unwrap_or_default().src.into(),
            Self::NextAs => flow.adjacent_systems.unwrap_or_default().dst.into(),
            Self::SrcVlan => flow.vlans.unwrap_or_default().src.into(),
            Self::DstVlan => flow.vlans.unwrap_or_default().dst.into(),
            Self::EngineType => flow.engine.unwrap_or_default().kind.into(),
            Self::EngineId => flow.engine.unwrap_or_default().id.into(),
            Self::TunnelProtocol => flow.tunnel_protocol.unwrap_or_default().into(),
            _ => self.of_rare_extension(flow),
        }
    }

    fn of_rare_extension(self, flow: &Flow<'_>) -> u64 {
        match self {
            Self::InSrcMac => flow.in_src_out_dst_macs.unwrap_or_default().src,
            Self::OutDstMac => flow.in_src_out_dst_macs.unwrap_or_default().dst,
            Self::OutSrcMac => flow.out_src_in_dst_macs.unwrap_or_default().src,
            Self::InDstMac => flow.out_src_in_dst_macs.unwrap_or_default().dst,
            Self::MplsLabel(at) => label(mpls(flow, at)),
            Self::MplsExp(at) => u64::from(mpls(flow, at)) >> 1 & 7,
            Self::MplsBottom => bottom(flow),
            Self::ClientLatency => latency(flow).client,
            Self::ServerLatency => latency(flow).server,
            Self::ApplicationLatency => latency(flow).application,
            Self::ObservationDomain => flow.observation.unwrap_or_default().domain.into(),
            Self::ObservationPoint => flow.observation.unwrap_or_default().point,
            _ => self.of_event(flow),
        }
    }

    fn of_event(self, flow: &Flow<'_>) -> u64 {
        match self {
            Self::IngressVrf => flow.vrfs.unwrap_or_default().src.into(),
            Self::EgressVrf => flow.vrfs.unwrap_or_default().dst.into(),
            Self::Event => flow.nat.map_or(firewall(flow).event, |nat| nat.event).into(),
            Self::ExtendedEvent => firewall(flow).extended_event.into(),
            Self::TranslatedSrcPort => flow.translated_ports.unwrap_or_default().src.into(),
            Self::TranslatedDstPort => flow.translated_ports.unwrap_or_default().dst.into(),
            Self::IngressAccess(part) => part.of(flow.access_lists.unwrap_or_default().src),
            Self::EgressAccess(part) => part.of(flow.access_lists.unwrap_or_default().dst),
            Self::BlockStart => flow.port_block.unwrap_or_default().start.into(),
            Self::BlockEnd => flow.port_block.unwrap_or_default().end.into(),
            Self::BlockStep => flow.port_block.unwrap_or_default().step.into(),
            Self::BlockSize => flow.port_block.unwrap_or_default().size.into(),
            _ => 0,
        }
    }
}

impl AccessPart {
    fn of(self, [list, entry, extended]: [u32; 3]) -> u64 {
        let part = match self {
            Self::List => list,
            Self::Entry => entry,
            Self::Extended => extended,
        };
        part.into()
    }
}

fn duration(flow: &Flow<'_>) -> u64 {
    flow.last.wrapping_sub(flow.first)
}

fn per_second(flow: &Flow<'_>, count: u64, scale: u128) -> u64 {
    let rate = (u128::from(count) * scale).checked_div(duration(flow).into());
    rate.unwrap_or_default().try_into().unwrap_or(u64::MAX)
}

/// 256 * type + code: of some events apart from the ports, otherwise the destination port.
fn icmp(flow: &Flow<'_>) -> u16 {
    firewall(flow).icmp.unwrap_or(flow.dst_port)
}

fn misc(flow: &Flow<'_>) -> Misc {
    flow.misc.unwrap_or_default()
}

fn latency(flow: &Flow<'_>) -> Latency {
    flow.latency.unwrap_or_default()
}

fn firewall(flow: &Flow<'_>) -> Firewall {
    flow.firewall.unwrap_or_default()
}

fn mpls(flow: &Flow<'_>, at: u8) -> u32 {
    flow.mpls.unwrap_or_default().get(usize::from(at)).copied().unwrap_or_default()
}

fn label(entry: u32) -> u64 {
    u64::from(entry) >> 4 & 0xf_ffff
}

fn bottom(flow: &Flow<'_>) -> u64 {
    let stack = flow.mpls.unwrap_or_default();
    stack.iter().find(|entry| **entry & 1 == 1).map_or(u64::MAX, |entry| label(*entry))
}

/// An address of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Src,
    Dst,
    NextHop,
    BgpNextHop,
    Exporter,
    TunnelSrc,
    TunnelDst,
    TranslatedSrc,
    TranslatedDst,
}

impl Endpoint {
    /// Its 128 bits; IPv4 is the lowest 32, as nfdump compares it, and no address is 0.
    #[inline]
    pub fn of(self, flow: &Flow<'_>) -> u128 {
        let address = match self {
            Self::Src => flow.src,
            Self::Dst => flow.dst,
            Self::NextHop => flow.next_hop,
            Self::BgpNextHop => flow.bgp_next_hop,
            Self::Exporter => flow.exporter_address,
            Self::TunnelSrc => flow.tunnel_src,
            Self::TunnelDst => flow.tunnel_dst,
            Self::TranslatedSrc => flow.translated_src,
            Self::TranslatedDst => flow.translated_dst,
        };
        match address {
            Address::None => 0,
            Address::V4(bits) => bits.into(),
            Address::V6(bits) => bits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Nat;

    fn lasting(milliseconds: u64) -> Flow<'static> {
        Flow { first: 1000, last: 1000 + milliseconds, packets: 10, bytes: 999, ..Flow::default() }
    }

    #[test]
    fn rates_are_rounded_down_and_zero_without_a_duration() {
        assert_eq!(Field::PacketsPerSecond.of(&lasting(3000)), 3);
        assert_eq!(Field::BitsPerSecond.of(&lasting(3000)), 2664);
        assert_eq!(Field::PacketsPerSecond.of(&lasting(0)), 0);
        assert_eq!(Field::BitsPerSecond.of(&lasting(0)), 0);
    }

    #[test]
    fn a_flow_that_ends_before_it_begins_counts_as_very_long() {
        let flow = Flow { first: 10, last: 9, ..lasting(0) };
        assert_eq!(Field::Duration.of(&flow), u64::MAX);
        assert_eq!(Field::PacketsPerSecond.of(&flow), 0);
    }

    #[test]
    fn bytes_per_packet_of_no_packets_are_zero() {
        assert_eq!(Field::BytesPerPacket.of(&lasting(1)), 99);
        assert_eq!(Field::BytesPerPacket.of(&Flow { packets: 0, ..lasting(1) }), 0);
    }

    #[test]
    fn a_rate_beyond_64_bits_is_the_greatest_number() {
        assert_eq!(Field::BitsPerSecond.of(&Flow { bytes: u64::MAX, ..lasting(1) }), u64::MAX);
    }

    #[test]
    fn a_flow_without_a_count_of_flows_is_one() {
        assert_eq!(Field::Flows.of(&Flow::default()), 1);
        assert_eq!(Field::Flows.of(&Flow { flows: Some(7), ..Flow::default() }), 7);
    }

    #[test]
    fn the_event_of_a_nat_is_read_before_that_of_a_firewall() {
        let firewall = Firewall { event: 3, ..Firewall::default() };
        let mut flow = Flow { firewall: Some(firewall), ..Flow::default() };
        assert_eq!(Field::Event.of(&flow), 3);
        flow.nat = Some(Nat { event: 1, ..Nat::default() });
        assert_eq!(Field::Event.of(&flow), 1);
    }

    #[test]
    fn icmp_lies_in_the_event_or_in_the_destination_port() {
        let mut flow = Flow { dst_port: 0x0301, ..Flow::default() };
        assert_eq!([Field::IcmpType, Field::IcmpCode].map(|field| field.of(&flow)), [3, 1]);
        flow.firewall = Some(Firewall { icmp: Some(0x0800), ..Firewall::default() });
        assert_eq!([Field::IcmpType, Field::IcmpCode].map(|field| field.of(&flow)), [8, 0]);
    }

    #[test]
    fn an_mpls_entry_is_label_class_and_bottom() {
        let flow = Flow { mpls: Some([0x1234 << 4 | 0xa, 0xabcd << 4 | 5, 0, 0, 0, 0, 0, 0, 0, 0]), ..Flow::default() };
        assert_eq!(Field::MplsLabel(0).of(&flow), 0x1234);
        assert_eq!(Field::MplsExp(0).of(&flow), 5);
        assert_eq!(Field::MplsBottom.of(&flow), 0xabcd);
        assert_eq!(Field::MplsLabel(9).of(&flow), 0);
        assert_eq!(Field::MplsBottom.of(&Flow::default()), u64::MAX);
    }
}
