//! Which element of NetFlow v9 and IPFIX belongs to which part of a flow.
//!
//! Numbers: the registry of IPFIX (<https://www.iana.org/assignments/ipfix>), RFC 3954 for NetFlow v9, RFC 5103 for the reverse direction, and
//! the makers' own documents for theirs.

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
    use Target as T;
    match id {
        1 => T::Octets,
        2 => T::Packets,
        3 => T::Flows,
        4 => T::Protocol,
        5 => T::SrcTos,
        6 => T::TcpFlags,
        7 | 180 | 182 => T::SrcPort,
        8 | 27 => T::SrcAddress,
        9 | 29 => T::SrcMask,
        10 => T::Ingress,
        11 | 181 | 183 => T::DstPort,
        12 | 28 => T::DstAddress,
        13 | 30 => T::DstMask,
        14 => T::Egress,
        15 | 62 => T::NextHop,
        16 => T::SrcAs,
        17 => T::DstAs,
        18 | 63 => T::BgpNextHop,
        21 => T::EndUptime,
        22 => T::StartUptime,
        23 | 171 => T::OutOctets,
        24 | 172 => T::OutPackets,
        32 | 139 => T::IcmpTypeCode,
        34 => T::SamplingInterval,
        35 => T::SamplingAlgorithm,
        38 => T::EngineType,
        39 => T::EngineId,
        48 | 302 => T::Sampler,
        49 | 304 => T::SelectorAlgorithm,
        50 => T::SamplerInterval,
        52 => T::MinTtl,
        53 => T::MaxTtl,
        55 => T::DstTos,
        56 => T::SrcMac,
        57 => T::PostDstMac,
        58 => T::Vlan,
        59 => T::PostVlan,
        60 => T::IpVersion,
        61 => T::Direction,
        70..=79 => T::Mpls((id - 70) as u8),
        80 => T::DstMac,
        81 => T::PostSrcMac,
        85 => T::OctetsTotal,
        86 => T::PacketsTotal,
        89 => T::ForwardingStatus,
        95 => T::Application,
        _ => of_iana_above(id),
    }
}

/// Those that NetFlow v9 of RFC 3954 does not have.
fn of_iana_above(id: u16) -> Target {
    use Target as T;
    match id {
        128 => T::NextAs,
        129 => T::PrevAs,
        136 => T::EndReason,
        138 => T::PointId,
        148 => T::FlowId,
        149 => T::DomainId,
        150 => T::StartSeconds,
        151 => T::EndSeconds,
        152 => T::StartMilliseconds,
        153 => T::EndMilliseconds,
        154 | 156 => T::StartNtp,
        155 | 157 => T::EndNtp,
        158 => T::StartDelta,
        159 => T::EndDelta,
        160 => T::SystemInit,
        161 => T::DurationMilliseconds,
        162 => T::DurationMicroseconds,
        176 | 178 => T::IcmpType,
        177 | 179 => T::IcmpCode,
        192 => T::Ttl,
        197 => T::FragmentFlags,
        210 => T::Padding,
        225 | 281 => T::TranslatedSrc,
        226 | 282 => T::TranslatedDst,
        227 => T::TranslatedSrcPort,
        228 => T::TranslatedDstPort,
        230 => T::NatEvent,
        231 => T::InitiatorOctets,
        232 => T::OutOctets,
        233 => T::FirewallEvent,
        234 => T::IngressVrf,
        235 => T::EgressVrf,
        239 => T::BiflowDirection,
        243 => T::DotVlan,
        245 => T::CustomerVlan,
        252 => T::PhysicalIngress,
        253 => T::PhysicalEgress,
        254 => T::PostDotVlan,
        255 => T::PostCustomerVlan,
        256 => T::EtherType,
        278 => T::Flows,
        283 => T::NatPool,
        SUB_TEMPLATE_LIST | SUB_TEMPLATE_MULTI_LIST => T::Structured,
        298 => T::InitiatorPackets,
        299 => T::OutPackets,
        305 => T::PacketInterval,
        306 => T::PacketSpace,
        312 => T::FrameSize,
        315 => T::FrameSection,
        323 => T::EventMilliseconds,
        351 => T::Segment,
        361 => T::PortStart,
        362 => T::PortEnd,
        363 => T::PortStep,
        364 => T::PortSize,
        371 => T::User,
        408 => T::FrameType,
        _ => T::Other,
    }
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
