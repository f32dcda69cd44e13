//! Link headers: from a link type or an EtherType to IP.

use super::LayerError;
use super::walk::Layer;

/// Most tags or labels on top of each other.
const MAX_TAGS: usize = 16;

impl Layer {
    /// The first header of a packet.
    ///
    /// # Errors
    /// A link type that is not understood.
    #[inline]
    pub fn of_link_type(number: u32) -> Result<Self, LayerError> {
        Ok(match number {
            1 => Self::Ethernet,
            0 | 108 => Self::Loopback,
            9 | 50 => Self::Ppp,
            12 | 14 | 101 | 228 | 229 => Self::Ip,
            51 => Self::Pppoe,
            104 => Self::CiscoHdlc,
            113 => Self::Cooked,
            219 => Self::Mpls,
            276 => Self::Cooked2,
            _ => return Err(LayerError::LinkType(number)),
        })
    }

    /// What follows an EtherType; `None`: no IP that we know of.
    #[inline]
    pub fn of_ether_type(number: u16) -> Option<Self> {
        Some(match number {
            0x0800 => Self::Ipv4,
            0x86dd => Self::Ipv6,
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => Self::Tag,
            0x8847 | 0x8848 => Self::Mpls,
            0x8864 => Self::Pppoe,
            0x6558 => Self::Ethernet,
            0x880b => Self::Ppp,
            _ => return None,
        })
    }
}

/// What follows a header, and the bytes from there on; `None`: no IP that we know of.
type Next<'a> = Result<Option<(Layer, &'a [u8])>, LayerError>;

/// Ethernet: addresses, then an EtherType, or a length and SNAP.
#[inline]
pub fn ethernet(bytes: &[u8]) -> Next<'_> {
    let Some((header, rest)) = bytes.split_first_chunk::<14>() else { return Err(LayerError::Cut("Ethernet")) };
    let [.., t0, t1] = *header;
    match (u16::from_be_bytes([t0, t1]), rest) {
        (0x0600.., _) => Ok(ether_type([t0, t1], rest)),
        (_, [0xaa, 0xaa, 3, _, _, _, t0, t1, rest @ ..]) => Ok(ether_type([*t0, *t1], rest)),
        _ => Ok(None),
    }
}

#[inline]
fn ether_type(number: [u8; 2], rest: &[u8]) -> Option<(Layer, &[u8])> {
    Layer::of_ether_type(u16::from_be_bytes(number)).map(|layer| (layer, rest))
}

/// VLAN tags, any number of them.
pub fn tag(mut bytes: &[u8]) -> Next<'_> {
    for _ in 0..MAX_TAGS {
        let Some(([_, _, t0, t1], rest)) = bytes.split_first_chunk::<4>() else { return Err(LayerError::Cut("VLAN")) };
        match ether_type([*t0, *t1], rest) {
            Some((Layer::Tag, rest)) => bytes = rest,
            next => return Ok(next),
        }
    }
    Err(LayerError::malformed("VLAN", "more than 16 tags"))
}

/// MPLS labels (RFC 3032); what they carry is not said, so it is told by its first bits (RFC 4928): IP, or Ethernet behind a control word.
pub fn mpls(mut bytes: &[u8]) -> Next<'_> {
    for _ in 0..MAX_TAGS {
        let Some(([_, _, last, _], rest)) = bytes.split_first_chunk::<4>() else { return Err(LayerError::Cut("MPLS")) };
        if last & 1 == 0 {
            bytes = rest;
            continue;
        }
        return Ok(match (rest.first().map(|first| first >> 4), rest) {
            (Some(4 | 6), _) => Some((Layer::Ip, rest)),
            (Some(0), [_, _, _, _, rest @ ..]) => Some((Layer::Ethernet, rest)),
            _ => None,
        });
    }
    Err(LayerError::malformed("MPLS", "more than 16 labels"))
}

/// PPPoE session packets (RFC 2516).
pub fn pppoe(bytes: &[u8]) -> Next<'_> {
    let Some(([first, code, ..], rest)) = bytes.split_first_chunk::<6>() else { return Err(LayerError::Cut("PPPoE")) };
    Ok((*first == 0x11 && *code == 0).then_some((Layer::Ppp, rest)))
}

/// PPP (RFC 1661), with or without its HDLC framing (RFC 1662) and with a protocol of one byte or two.
pub fn ppp(bytes: &[u8]) -> Next<'_> {
    let bytes = bytes.strip_prefix(&[0xff, 3]).unwrap_or(bytes);
    let (protocol, rest) = match bytes {
        [0x0f | 0x8f, _, ..] => return cisco_hdlc(bytes),
        [low, rest @ ..] if low & 1 == 1 => (u16::from(*low), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Err(LayerError::Cut("PPP")),
    };
    Ok(match protocol {
        0x0021 => Some((Layer::Ipv4, rest)),
        0x0057 => Some((Layer::Ipv6, rest)),
        0x0281 | 0x0283 => Some((Layer::Mpls, rest)),
        _ => None,
    })
}

/// Cisco's HDLC: address, control, EtherType.
pub fn cisco_hdlc(bytes: &[u8]) -> Next<'_> {
    let Some(([_, _, t0, t1], rest)) = bytes.split_first_chunk::<4>() else { return Err(LayerError::Cut("HDLC")) };
    Ok(ether_type([*t0, *t1], rest))
}

/// BSD loopback: the number of the address family, in the byte order of the machine or of the network.
pub fn loopback(bytes: &[u8]) -> Next<'_> {
    let Some((family, rest)) = bytes.split_first_chunk::<4>() else { return Err(LayerError::Cut("loopback")) };
    let family = u32::from_le_bytes(*family).min(u32::from_be_bytes(*family));
    Ok(match family {
        2 => Some((Layer::Ipv4, rest)),
        10 | 24 | 28 | 30 => Some((Layer::Ipv6, rest)),
        _ => None,
    })
}

/// Linux cooked capture, first version.
pub fn cooked(bytes: &[u8]) -> Next<'_> {
    let Some((header, rest)) = bytes.split_first_chunk::<16>() else { return Err(LayerError::Cut("cooked")) };
    let [.., t0, t1] = *header;
    Ok(ether_type([t0, t1], rest))
}

/// Linux cooked capture, second version.
pub fn cooked2(bytes: &[u8]) -> Next<'_> {
    let Some(([t0, t1, ..], rest)) = bytes.split_first_chunk::<20>() else { return Err(LayerError::Cut("cooked")) };
    Ok(ether_type([*t0, *t1], rest))
}
