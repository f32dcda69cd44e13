//! Which element of NetFlow v9 and IPFIX belongs to which part of a flow.
//!
//! Numbers: the registry of IPFIX (<https://www.iana.org/assignments/ipfix>), RFC 3954 for NetFlow v9, RFC 5103 for the reverse direction, and
//! the makers' own documents for theirs.

use crate::iana::IANA;

/// Reverse direction of IANA's elements (RFC 5103).
const REVERSE: u32 = 29_305;
const CISCO: u32 = 9;
const NOKIA: u32 = 637;
const CERT: u32 = 6871;
const NTOP: u32 = 35_632;
/// What nprobe adds to its own numbers where there are no enterprises (NetFlow v9).
const NTOP_IN_V9: u16 = 57_472;

/// Records of one template (RFC 6313, 4.5.2).
pub const SUB_TEMPLATE_LIST: u16 = 292;
/// Records of several templates (RFC 6313, 4.5.3).
pub const SUB_TEMPLATE_MULTI_LIST: u16 = 293;

/// The part of a flow that an element gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Octets,
    Packets,
    OctetsTotal,
    PacketsTotal,
    InitiatorOctets,
    InitiatorPackets,
    OutOctets,
    OutPackets,
    Flows,
    Protocol,
    SrcTos,
    DstTos,
    TcpFlags,
    ReverseTcpFlags,
    SrcPort,
    DstPort,
    SrcAddress,
    DstAddress,
    SrcMask,
    DstMask,
    Ingress,
    Egress,
    NextHop,
    BgpNextHop,
    SrcAs,
    DstAs,
    NextAs,
    PrevAs,
    StartUptime,
    EndUptime,
    SystemInit,
    StartSeconds,
    EndSeconds,
    StartMilliseconds,
    EndMilliseconds,
    StartNtp,
    EndNtp,
    StartDelta,
    EndDelta,
    DurationMilliseconds,
    DurationMicroseconds,
    EventMilliseconds,
    IcmpTypeCode,
    IcmpType,
    IcmpCode,
    Sampler,
    SamplingInterval,
    SamplingAlgorithm,
    SamplerInterval,
    PacketInterval,
    PacketSpace,
    SelectorAlgorithm,
    EngineType,
    EngineId,
    MinTtl,
    MaxTtl,
    Ttl,
    FragmentFlags,
    Vlan,
    PostVlan,
    IpVersion,
    Direction,
    BiflowDirection,
    EndReason,
    SrcMac,
    PostDstMac,
    DstMac,
    PostSrcMac,
    Mpls(u8),
    ForwardingStatus,
    Application,
    PointId,
    DomainId,
    FlowId,
    DotVlan,
    PostDotVlan,
    CustomerVlan,
    PostCustomerVlan,
    PhysicalIngress,
    PhysicalEgress,
    Segment,
    EtherType,
    IngressVrf,
    EgressVrf,
    TranslatedSrc,
    TranslatedDst,
    TranslatedSrcPort,
    TranslatedDstPort,
    NatEvent,
    NatPool,
    PortStart,
    PortEnd,
    PortStep,
    PortSize,
    FirewallEvent,
    ExtendedEvent,
    SecurityGroup,
    IngressAcl,
    EgressAcl,
    User,
    FrameSize,
    FrameSection,
    FrameType,
    ClientDelay,
    ServerDelay,
    ApplicationLatency,
    ClientDelaySeconds,
    ServerDelaySeconds,
    ApplicationLatencySeconds,
    InPayload,
    OutPayload,
    InsideService,
    OutsideService,
    Subscriber,
    /// Records within the record.
    Structured,
    /// Bytes that mean nothing.
    Padding,
    /// None: it is kept under its number.
    Other,
}

impl Target {
    /// Of an element; `v9`: NetFlow v9, where the upper half of the numbers belongs to makers without their enterprise.
    pub fn of(enterprise: u32, id: u16, v9: bool) -> Self {
        match enterprise {
            0 if v9 && id > 32_767 => of_v9(id),
            0 => of_iana(id),
            REVERSE => of_reverse(id),
            CISCO => of_cisco(id),
            NOKIA => of_nokia(id),
            CERT => of_cert(id),
            NTOP => of_ntop(id),
            _ => Self::Other,
        }
    }
}

fn of_iana(id: u16) -> Target {
    IANA.binary_search_by_key(&id, |(number, _)| *number).ok().and_then(|at| IANA.get(at)).map_or(Target::Other, |(_, target)| *target)
}

/// Cisco's ASA (NSEL), and nprobe.
fn of_v9(id: u16) -> Target {
    use Target as T;
    match id {
        33_000 => T::IngressAcl,
        33_001 => T::EgressAcl,
        33_002 => T::ExtendedEvent,
        34_000 => T::SecurityGroup,
        40_000 => T::User,
        40_001 => T::TranslatedSrc,
        40_002 => T::TranslatedDst,
        40_003 => T::TranslatedSrcPort,
        40_004 => T::TranslatedDstPort,
        40_005 => T::FirewallEvent,
        _ => id.checked_sub(NTOP_IN_V9).map_or(T::Other, of_ntop),
    }
}

fn of_reverse(id: u16) -> Target {
    match id {
        1 | 85 => Target::OutOctets,
        2 | 86 => Target::OutPackets,
        5 => Target::DstTos,
        6 => Target::ReverseTcpFlags,
        _ => Target::Other,
    }
}

fn of_cisco(id: u16) -> Target {
    match id {
        8337 => Target::Octets,
        8338 => Target::OutOctets,
        12_236 => Target::SrcAddress,
        12_237 => Target::DstAddress,
        12_241 => Target::DstPort,
        _ => Target::Other,
    }
}

fn of_nokia(id: u16) -> Target {
    match id {
        91 => Target::InsideService,
        92 => Target::OutsideService,
        93 => Target::Subscriber,
        _ => Target::Other,
    }
}

fn of_cert(id: u16) -> Target {
    match id {
        18 => Target::InPayload,
        16_402 => Target::OutPayload,
        _ => Target::Other,
    }
}

fn of_ntop(id: u16) -> Target {
    match id {
        82 => Target::ClientDelaySeconds,
        83 => Target::ClientDelay,
        84 => Target::ServerDelaySeconds,
        85 => Target::ServerDelay,
        86 => Target::ApplicationLatencySeconds,
        87 => Target::ApplicationLatency,
        _ => Target::Other,
    }
}
