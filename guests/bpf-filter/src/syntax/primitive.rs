//! What an expression says, once it is read: primitives that cannot be wrong but for the link type they are asked of.

/// A protocol, as expressions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Link,
    Ip,
    Ip6,
    Arp,
    Rarp,
    Sctp,
    Tcp,
    Udp,
    Icmp,
    Icmp6,
    Igmp,
    Igrp,
    Pim,
    Vrrp,
    Carp,
    Ah,
    Esp,
    AppleTalk,
    AppleArp,
    Decnet,
    Lat,
    Sca,
    MopRemoteConsole,
    MopDump,
    Iso,
    Esis,
    Isis,
    IsisLevel1,
    IsisLevel2,
    IsisHello,
    IsisLinkState,
    IsisSequence,
    IsisCompleteSequence,
    IsisPartialSequence,
    Clnp,
    SpanningTree,
    Ipx,
    NetBeui,
    Radio,
}

const PROTOCOLS: &[(&str, Protocol)] = &[
    ("ether", Protocol::Link),
    ("link", Protocol::Link),
    ("ppp", Protocol::Link),
    ("slip", Protocol::Link),
    ("fddi", Protocol::Link),
    ("tr", Protocol::Link),
    ("wlan", Protocol::Link),
    ("ip", Protocol::Ip),
    ("ip6", Protocol::Ip6),
    ("arp", Protocol::Arp),
    ("rarp", Protocol::Rarp),
    ("sctp", Protocol::Sctp),
    ("tcp", Protocol::Tcp),
    ("udp", Protocol::Udp),
    ("icmp", Protocol::Icmp),
    ("icmp6", Protocol::Icmp6),
    ("igmp", Protocol::Igmp),
    ("igrp", Protocol::Igrp),
    ("pim", Protocol::Pim),
    ("vrrp", Protocol::Vrrp),
    ("carp", Protocol::Carp),
    ("ah", Protocol::Ah),
    ("esp", Protocol::Esp),
    ("atalk", Protocol::AppleTalk),
    ("aarp", Protocol::AppleArp),
    ("decnet", Protocol::Decnet),
    ("lat", Protocol::Lat),
    ("sca", Protocol::Sca),
    ("moprc", Protocol::MopRemoteConsole),
    ("mopdl", Protocol::MopDump),
    ("iso", Protocol::Iso),
    ("esis", Protocol::Esis),
    ("es-is", Protocol::Esis),
    ("isis", Protocol::Isis),
    ("is-is", Protocol::Isis),
    ("l1", Protocol::IsisLevel1),
    ("l2", Protocol::IsisLevel2),
    ("iih", Protocol::IsisHello),
    ("lsp", Protocol::IsisLinkState),
    ("snp", Protocol::IsisSequence),
    ("csnp", Protocol::IsisCompleteSequence),
    ("psnp", Protocol::IsisPartialSequence),
    ("clnp", Protocol::Clnp),
    ("stp", Protocol::SpanningTree),
    ("ipx", Protocol::Ipx),
    ("netbeui", Protocol::NetBeui),
    ("radio", Protocol::Radio),
];

impl Protocol {
    pub fn named(word: &str) -> Option<Self> {
        PROTOCOLS.iter().find(|(name, _)| *name == word).map(|(_, protocol)| *protocol)
    }

    /// The name that comes first.
    pub fn name(self) -> &'static str {
        PROTOCOLS.iter().find(|(_, protocol)| *protocol == self).map_or("", |(name, _)| name)
    }
}

/// Which of a packet's addresses or ports is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Source,
    Destination,
    Either,
    Both,
    /// The four of an 802.11 frame, and two of its roles.
    Address1,
    Address2,
    Address3,
    Address4,
    Receiver,
    Transmitter,
}

impl Direction {
    /// Only 802.11 frames have it.
    pub fn is_wireless(self) -> bool {
        !matches!(self, Self::Source | Self::Destination | Self::Either | Self::Both)
    }
}

/// A protocol with ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Tcp,
    Udp,
    Sctp,
}

/// Where an IPv4 address or network may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Ip,
    Arp,
    Rarp,
    /// Each of them.
    Any,
}

/// What a number of a protocol is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    Link,
    Ip,
    Ip6,
    /// IP of both versions.
    AnyIp,
    /// A network layer protocol of OSI.
    Iso,
    /// A kind of IS-IS packet.
    Isis,
}

/// A step of an arithmetic expression: operands come before their operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Number(u32),
    Length,
    /// Takes an index, and gives so many bytes (1, 2 or 4) at it, counted from the first byte of the protocol.
    Load {
        protocol: Protocol,
        size: crate::program::Size,
        at: usize,
    },
    Negate,
    Operator {
        operator: crate::program::Operator,
        at: usize,
    },
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    pub operator: crate::program::Operator,
    pub negated: bool,
}

/// Cells of an ATM circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtmCells {
    LanEmulation,
    MetaSignalling,
    Broadcast,
    Maintenance,
    MaintenanceEndToEnd,
    MaintenanceSegment,
    Signalling,
    LocalManagement,
    Connection,
    MetaConnection,
}

/// A number in an ATM header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtmField {
    Path,
    Channel,
}

/// A signal unit of SS7, by its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignalUnit {
    pub high_speed: bool,
    pub kind: SignalKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    FillIn,
    LinkStatus,
    Message,
}

/// A number in a message of SS7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalField {
    Service,
    Origin,
    Destination,
    LinkSelection,
}

/// A number in the log of pf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallField {
    Rule,
    Subrule,
    Reason,
    Action,
}

/// A name in the log of pf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallName {
    Interface,
    RuleSet,
}

/// One test that an expression makes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Primitive {
    Protocol(Protocol),
    Address { address: u32, mask: u32, carrier: Carrier, direction: Direction },
    Address6 { address: u128, mask: u128, direction: Direction },
    Decnet { address: u32, direction: Direction },
    Mac { address: [u8; 6], direction: Direction },
    Arcnet { address: u8, direction: Direction },
    Ports { low: u32, high: u32, transport: Option<Transport>, direction: Direction },
    Numbered { number: u32, of: Numbered },
    Chain { number: u32, of: Numbered },
    Relation { left: Vec<Arithmetic>, comparison: Comparison, right: Vec<Arithmetic> },
    Broadcast,
    Multicast(Option<Protocol>),
    LengthAtMost(u32),
    LengthAtLeast(u32),
    Byte { index: u32, comparison: Comparison, mask: u32, value: u32 },
    Outbound(bool),
    InterfaceIndex(u32),
    Vlan(Option<u32>),
    Mpls(Option<u32>),
    PppoeDiscovery,
    PppoeSession(Option<u32>),
    Geneve(Option<u32>),
    Llc(Option<crate::names::LlcFrame>),
    WlanFrame { mask: u32, value: u32 },
    WlanDirection(u32),
    FirewallNumber { field: FirewallField, value: u32 },
    FirewallText { field: FirewallName, text: String },
    AtmCells(AtmCells),
    AtmField { field: AtmField, comparison: Comparison, value: u32 },
    SignalUnit(SignalUnit),
    SignalField { field: SignalField, high_speed: bool, comparison: Comparison, value: u32 },
}

/// A step of an expression: conditions come before what joins them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Primitive {
        primitive: Primitive,
        /// Where it stands.
        at: usize,
    },
    Not,
    And,
    Or,
}
