//! Link types: where their headers end, and where in them it says what comes next.
//!
//! Numbers and layouts are those of libpcap; LINKTYPE_ numbers are at <https://www.tcpdump.org/linktypes.html>.

/// An offset that a link type does not have. Sums with it wrap, as they do in libpcap.
pub const NONE: u32 = u32::MAX;

pub const NULL: u32 = 0;
pub const ETHERNET: u32 = 1;
pub const TOKEN_RING: u32 = 6;
pub const ARCNET: u32 = 7;
pub const SLIP: u32 = 8;
pub const PPP: u32 = 9;
pub const FDDI: u32 = 10;
/// DLT_RAW, which some programs wrote instead of its LINKTYPE_ number.
pub const RAW_DLT: u32 = 12;
pub const PPP_HDLC: u32 = 50;
pub const PPP_ETHER: u32 = 51;
pub const SYMANTEC_FIREWALL: u32 = 99;
pub const ATM_RFC1483: u32 = 100;
pub const RAW: u32 = 101;
pub const SLIP_BSDOS: u32 = 102;
pub const PPP_BSDOS: u32 = 103;
pub const CISCO_HDLC: u32 = 104;
pub const IEEE802_11: u32 = 105;
pub const ATM_CLIP: u32 = 106;
pub const FRAME_RELAY: u32 = 107;
pub const LOOP: u32 = 108;
pub const ENC: u32 = 109;
pub const NETBSD_HDLC: u32 = 112;
pub const LINUX_SLL: u32 = 113;
pub const LOCALTALK: u32 = 114;
pub const PFLOG: u32 = 117;
pub const PRISM: u32 = 119;
pub const FIBRE_CHANNEL: u32 = 122;
pub const SUNATM: u32 = 123;
pub const RADIOTAP: u32 = 127;
pub const ARCNET_LINUX: u32 = 129;
pub const JUNIPER_ES: u32 = 132;
pub const JUNIPER_GGSN: u32 = 133;
pub const JUNIPER_ATM2: u32 = 135;
pub const JUNIPER_SERVICES: u32 = 136;
pub const JUNIPER_ATM1: u32 = 137;
pub const APPLE_FIREWIRE: u32 = 138;
pub const MTP2_WITH_HEADER: u32 = 139;
pub const MTP2: u32 = 140;
pub const AVS: u32 = 163;
pub const JUNIPER_MONITOR: u32 = 164;
pub const BACNET: u32 = 165;
pub const PPP_PPPD: u32 = 166;
pub const JUNIPER_PPPOE: u32 = 167;
pub const JUNIPER_PPPOE_ATM: u32 = 168;
pub const JUNIPER_ETHER: u32 = 178;
pub const MULTILINK_FRAME_RELAY: u32 = 182;
pub const JUNIPER_VP: u32 = 183;
pub const PPI: u32 = 192;
pub const JUNIPER_ISM: u32 = 194;
pub const ERF: u32 = 197;
pub const JUNIPER_ST: u32 = 200;
pub const IPNET: u32 = 226;
pub const IPV4: u32 = 228;
pub const IPV6: u32 = 229;
pub const JUNIPER_VS: u32 = 232;
pub const JUNIPER_SRX: u32 = 233;
pub const JUNIPER_FIBRE_CHANNEL: u32 = 234;
pub const JUNIPER_CEMIC: u32 = 238;
pub const NETANALYZER: u32 = 240;
pub const NETANALYZER_TRANSPARENT: u32 = 241;
pub const PFSYNC: u32 = 246;
pub const LINUX_SLL2: u32 = 276;

/// Offsets in the headers of a link type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Where it says what comes next.
    pub kind: u32,
    /// First byte behind the link layer's own header.
    pub payload: u32,
    /// From there to the network layer, and the same where there is an LLC header without SNAP.
    pub network: u32,
    pub network_without_snap: u32,
}

const fn layout(kind: u32, payload: u32, network: u32, network_without_snap: u32) -> Layout {
    Layout { kind, payload, network, network_without_snap }
}

/// Only the bytes of the link layer itself can be looked at.
const OPAQUE: Layout = layout(NONE, NONE, NONE, NONE);

/// Link types with a layout of their own; all others are opaque.
const LAYOUTS: &[(&[u32], Layout)] = &[
    (&[ETHERNET], layout(12, 14, 0, 3)),
    (&[ARCNET], layout(2, 6, 0, 0)),
    (&[ARCNET_LINUX], layout(4, 8, 0, 0)),
    (&[SLIP], layout(NONE, 16, 0, 0)),
    (&[SLIP_BSDOS], layout(NONE, 24, 0, 0)),
    (&[NULL, LOOP], layout(0, 4, 0, 0)),
    (&[ENC], layout(0, 12, 0, 0)),
    (&[PPP, PPP_PPPD, CISCO_HDLC, NETBSD_HDLC, PPP_HDLC], layout(2, 4, 0, 0)),
    (&[PPP_ETHER], layout(6, 8, 0, 0)),
    (&[PPP_BSDOS], layout(5, 24, 0, 0)),
    (&[FDDI], layout(13, 13, 8, 3)),
    (&[TOKEN_RING], layout(14, 14, 8, 3)),
    // The payload of 802.11 frames and of pflog begins at a place that each packet tells.
    (&[IEEE802_11, PRISM, AVS, RADIOTAP, PPI], layout(24, 0, 8, 3)),
    (&[PFLOG], layout(0, 0, 0, 0)),
    (&[ATM_RFC1483, ATM_CLIP], layout(0, 0, 8, 3)),
    (&[SUNATM], layout(4, 4, 8, 3)),
    (&[RAW, RAW_DLT, IPV4, IPV6, LOCALTALK, FRAME_RELAY], layout(NONE, 0, 0, 0)),
    (&[LINUX_SLL], layout(14, 16, 0, 0)),
    (&[LINUX_SLL2], layout(0, 20, 0, 0)),
    (&[FIBRE_CHANNEL], layout(16, 16, 8, 3)),
    (&[MULTILINK_FRAME_RELAY], layout(NONE, 0, 4, 0)),
    (&[APPLE_FIREWIRE], layout(16, 18, 0, 0)),
    (&[SYMANTEC_FIREWALL], layout(6, 44, 0, 0)),
    // Multilink and plain PPP, frame relay, HDLC.
    (&[130, 131, 134, 179, 180, 181], layout(4, 4, 0, NONE)),
    (&[JUNIPER_ATM1], layout(4, 4, 0, 10)),
    (&[JUNIPER_ATM2], layout(8, 8, 0, 10)),
    (&[JUNIPER_PPPOE, JUNIPER_ETHER], layout(16, 14, 18, 21)),
    (&[JUNIPER_PPPOE_ATM], layout(4, 6, 0, NONE)),
    (&[JUNIPER_GGSN], layout(6, 12, 0, NONE)),
    (&[JUNIPER_ES], layout(6, NONE, NONE, NONE)),
    (&[JUNIPER_MONITOR], layout(12, 12, 0, NONE)),
    (&[JUNIPER_SERVICES], layout(12, NONE, NONE, NONE)),
    (&[JUNIPER_VP, JUNIPER_ST], layout(18, NONE, NONE, NONE)),
    (&[JUNIPER_ISM, JUNIPER_VS, JUNIPER_SRX, JUNIPER_FIBRE_CHANNEL, JUNIPER_CEMIC], layout(8, NONE, NONE, NONE)),
    (&[PFSYNC], layout(NONE, 4, 0, 0)),
    (&[IPNET], layout(1, 24, 0, NONE)),
    (&[NETANALYZER], layout(16, 18, 0, 3)),
    (&[NETANALYZER_TRANSPARENT], layout(24, 26, 0, 3)),
];

/// The offsets of a link type.
pub fn layout_of(link: u32) -> Layout {
    LAYOUTS.iter().find(|(links, _)| links.contains(&link)).map_or(OPAQUE, |(_, layout)| *layout)
}

/// Link types that are told apart.
pub fn known() -> impl Iterator<Item = u32> {
    let others = [MTP2, MTP2_WITH_HEADER, ERF, BACNET];
    LAYOUTS.iter().flat_map(|(links, _)| links.iter().copied()).chain(others)
}

/// Where the link layer's header begins.
pub fn header_of(link: u32) -> u32 {
    match link {
        NETANALYZER => 4,
        NETANALYZER_TRANSPARENT => 12,
        _ => 0,
    }
}

pub fn is_ethernet(link: u32) -> bool {
    matches!(link, ETHERNET | NETANALYZER | NETANALYZER_TRANSPARENT)
}

/// 802.11, whatever stands before its header.
pub fn is_wlan(link: u32) -> bool {
    matches!(link, IEEE802_11 | PRISM | AVS | RADIOTAP | PPI)
}

/// A header of unknown length stands before that of 802.11.
pub fn has_radio_header(link: u32) -> bool {
    matches!(link, PRISM | AVS | RADIOTAP | PPI)
}

pub fn is_juniper(link: u32) -> bool {
    matches!(
        link,
        130..=137
            | JUNIPER_MONITOR
            | JUNIPER_PPPOE
            | JUNIPER_PPPOE_ATM
            | 178..=181
            | JUNIPER_VP
            | JUNIPER_ISM
            | JUNIPER_ST
            | JUNIPER_VS
            | JUNIPER_SRX
            | JUNIPER_FIBRE_CHANNEL
            | JUNIPER_CEMIC
    )
}

pub fn is_arcnet(link: u32) -> bool {
    matches!(link, ARCNET | ARCNET_LINUX)
}

/// What people call it.
pub fn name(link: u32) -> String {
    let name = match link {
        NULL => "BSD loopback",
        ETHERNET => "Ethernet",
        TOKEN_RING => "token ring",
        ARCNET | ARCNET_LINUX => "ARCnet",
        PPP | PPP_HDLC | PPP_ETHER | PPP_PPPD | PPP_BSDOS => "PPP",
        FDDI => "FDDI",
        RAW | RAW_DLT => "raw IP",
        CISCO_HDLC | NETBSD_HDLC => "Cisco HDLC",
        IEEE802_11 => "802.11",
        RADIOTAP => "802.11 with radiotap",
        FRAME_RELAY => "frame relay",
        LINUX_SLL => "Linux cooked v1",
        LINUX_SLL2 => "Linux cooked v2",
        IPV4 => "raw IPv4",
        IPV6 => "raw IPv6",
        239 => "netfilter log",
        _ => return format!("link type {link}"),
    };
    name.to_owned()
}
