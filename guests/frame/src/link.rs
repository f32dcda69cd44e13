//! From the link layer to the IP header.

use crate::bytes::{u8_at, u16_at};
use crate::{Fields, ip};

/// Bytes of a packet that are looked at: an IPv6 header with extensions behind tags and labels lies within them.
pub const REACH: usize = 192;
/// Tags and labels in a row.
const TAGS: usize = 8;
/// An Ethernet type below this is the length of an LLC frame.
const LENGTHS: u16 = 1536;

impl Fields {
    /// Of a packet of a link type, a LINKTYPE_ value.
    #[inline]
    pub fn of(link_type: u32, packet: &[u8]) -> Self {
        let packet = packet.get(..REACH).unwrap_or(packet);
        match link_type {
            1 => behind_type(packet, 12),
            101 => ip::any(packet),
            228 => ip::v4(packet),
            229 => ip::v6(packet),
            _ => rare(link_type, packet),
        }
    }
}

fn rare(link_type: u32, packet: &[u8]) -> Fields {
    match link_type {
        // BSD loopback, OpenBSD loopback: an address family of four bytes, of unknown order.
        0 | 108 => ip::any(packet.get(4..).unwrap_or_default()),
        // Raw IP, as systems number it that write their own value.
        12 | 14 => ip::any(packet),
        // Linux cooked captures.
        113 => behind_type(packet, 14),
        276 => packet.get(20..).map(|payload| of_type(u16_at(packet, 0).unwrap_or_default(), payload)).unwrap_or_default(),
        _ => Fields::default(),
    }
}

/// Behind an Ethernet type at this place.
#[inline]
fn behind_type(packet: &[u8], at: usize) -> Fields {
    match (u16_at(packet, at), packet.get(at + 2..)) {
        (Some(0x0800), Some(payload)) => ip::v4(payload),
        (Some(kind), Some(payload)) => of_type(kind, payload),
        _ => Fields::default(),
    }
}

fn of_type(mut kind: u16, mut bytes: &[u8]) -> Fields {
    for _ in 0..TAGS {
        let skipped = match kind {
            0x0800 => return ip::v4(bytes),
            0x86dd => return ip::v6(bytes),
            0x8847 | 0x8848 => return behind_labels(bytes),
            // A PPPoE session: six bytes, then PPP's protocol.
            0x8864 => return behind_ppp(bytes.get(6..).unwrap_or_default()),
            // VLAN tags: 802.1Q, 802.1ad, and two older numbers of the same.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => 4,
            // SNAP with an Ethernet type.
            ..LENGTHS if bytes.starts_with(&[0xaa, 0xaa, 3, 0, 0, 0]) => 8,
            _ => return Fields::default(),
        };
        match (u16_at(bytes, skipped - 2), bytes.get(skipped..)) {
            (Some(next), Some(rest)) => (kind, bytes) = (next, rest),
            _ => return Fields::default(),
        }
    }
    Fields::default()
}

fn behind_labels(bytes: &[u8]) -> Fields {
    let last = (0..TAGS).find(|label| u8_at(bytes, label * 4 + 2).is_some_and(|byte| byte & 1 == 1));
    last.and_then(|label| bytes.get(label * 4 + 4..)).map(ip::any).unwrap_or_default()
}

fn behind_ppp(bytes: &[u8]) -> Fields {
    match (u16_at(bytes, 0), bytes.get(2..)) {
        (Some(0x0021), Some(payload)) => ip::v4(payload),
        (Some(0x0057), Some(payload)) => ip::v6(payload),
        _ => Fields::default(),
    }
}
