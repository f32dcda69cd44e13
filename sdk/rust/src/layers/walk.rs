//! From one header to the next, until a payload or a fragment is found.

use super::datagram::{Addresses, Datagram};
use super::fragments::Fragment;
use super::ip::{self, Ip, Piece};
use super::{LayerError, Udp, link, tunnel};

/// Most headers in a packet; a tunnel in a tunnel in a tunnel has about twelve.
const MAX_HEADERS: usize = 32;

/// The header that comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Ethernet,
    Loopback,
    Ppp,
    Pppoe,
    CiscoHdlc,
    Cooked,
    Cooked2,
    Tag,
    Mpls,
    /// The first bits say the version.
    Ip,
    Ipv4,
    Ipv6,
    /// The payload of IP, or an extension header of IPv6.
    Protocol(u8),
}

/// What the headers so far have said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path {
    /// Of the last IP header.
    pub addresses: Addresses,
    /// See [`Datagram::outer`].
    outer: Option<Addresses>,
    /// Bytes that the capture does not hold.
    pub missing: usize,
}

impl Path {
    #[inline]
    fn enter(&mut self, ip: &Ip<'_>) {
        self.addresses = ip.addresses;
        self.missing = ip.missing;
        if self.outer.is_none_or(|outer| outer.src.is_ipv6() && ip.addresses.src.is_ipv4()) {
            self.outer = Some(ip.addresses);
        }
    }
}

/// Where the walk ended.
pub enum Found<'a> {
    Datagram(Datagram<'a>),
    Fragment(Fragment<'a>),
    /// No IP.
    Nothing,
}

/// Walks from a header on.
///
/// # Errors
/// Headers that are cut, break their rules or are too many.
#[inline]
pub fn walk<'a>(mut layer: Layer, mut bytes: &'a [u8], mut path: Path) -> Result<Found<'a>, LayerError> {
    for _ in 0..MAX_HEADERS {
        let next = match layer {
            Layer::Ethernet => link::ethernet(bytes)?,
            Layer::Ipv4 => match enter(ip::v4(bytes)?, &mut path) {
                Entered::Payload(next) => Some(next),
                Entered::Fragment(fragment) => return Ok(Found::Fragment(fragment)),
            },
            Layer::Ipv6 => match enter(ip::v6(bytes)?, &mut path) {
                Entered::Payload(next) => Some(next),
                Entered::Fragment(fragment) => return Ok(Found::Fragment(fragment)),
            },
            Layer::Protocol(protocol) => match payload(protocol, bytes, &mut path)? {
                Payload::Is => return Ok(Found::Datagram(datagram(protocol, bytes, &path))),
                Payload::Next(next) => next,
                Payload::Fragment(fragment) => return Ok(Found::Fragment(fragment)),
            },
            other => outer_header(other, bytes)?,
        };
        match next {
            Some(next) => (layer, bytes) = next,
            None => return Ok(Found::Nothing),
        }
    }
    Err(LayerError::malformed("tunnel", "more than 32 headers in a packet"))
}

fn datagram<'a>(protocol: u8, payload: &'a [u8], path: &Path) -> Datagram<'a> {
    Datagram { addresses: path.addresses, outer: path.outer.unwrap_or_default(), protocol, payload, missing: path.missing }
}

/// The headers that are rare.
fn outer_header(layer: Layer, bytes: &[u8]) -> Result<Option<(Layer, &[u8])>, LayerError> {
    match layer {
        Layer::Loopback => link::loopback(bytes),
        Layer::Ppp => link::ppp(bytes),
        Layer::Pppoe => link::pppoe(bytes),
        Layer::CiscoHdlc => link::cisco_hdlc(bytes),
        Layer::Cooked => link::cooked(bytes),
        Layer::Cooked2 => link::cooked2(bytes),
        Layer::Tag => link::tag(bytes),
        Layer::Mpls => link::mpls(bytes),
        Layer::Ip => match bytes.first().map(|first| first >> 4) {
            Some(4) => Ok(Some((Layer::Ipv4, bytes))),
            Some(6) => Ok(Some((Layer::Ipv6, bytes))),
            Some(_) => Err(LayerError::malformed("IP", "a version other than 4 and 6")),
            None => Err(LayerError::Cut("IP")),
        },
        Layer::Ethernet | Layer::Ipv4 | Layer::Ipv6 | Layer::Protocol(_) => Ok(None),
    }
}

enum Entered<'a> {
    Payload((Layer, &'a [u8])),
    Fragment(Fragment<'a>),
}

#[inline]
fn enter<'a>(ip: Ip<'a>, path: &mut Path) -> Entered<'a> {
    path.enter(&ip);
    match ip.piece {
        None => Entered::Payload((Layer::Protocol(ip.protocol), ip.payload)),
        Some(piece) => Entered::Fragment(Fragment { path: *path, protocol: ip.protocol, piece, bytes: ip.payload }),
    }
}

enum Payload<'a> {
    /// What is asked for.
    Is,
    /// A tunnel, or an extension header.
    Next(Option<(Layer, &'a [u8])>),
    Fragment(Fragment<'a>),
}

#[inline]
fn payload<'a>(protocol: u8, bytes: &'a [u8], path: &mut Path) -> Result<Payload<'a>, LayerError> {
    match protocol {
        // The usual one first.
        17 => Ok(match Udp::parse(bytes, path.missing).ok().and_then(|udp| tunnel::over_udp(&udp)) {
            None => Payload::Is,
            next => Payload::Next(next),
        }),
        6 => Ok(Payload::Is),
        _ => other_payload(protocol, bytes, path),
    }
}

fn other_payload<'a>(protocol: u8, bytes: &'a [u8], path: &Path) -> Result<Payload<'a>, LayerError> {
    Ok(match protocol {
        0 | 43 | 51 | 60 | 135 | 139 | 140 => {
            let (next, rest) = ip::extension(protocol, bytes)?;
            Payload::Next(Some((Layer::Protocol(next), rest)))
        }
        44 => match ip::fragment(bytes)? {
            (next, None, rest) => Payload::Next(Some((Layer::Protocol(next), rest))),
            (next, Some(piece), rest) => Payload::Fragment(of(*path, next, piece, rest)),
        },
        4 => Payload::Next(Some((Layer::Ipv4, bytes))),
        41 => Payload::Next(Some((Layer::Ipv6, bytes))),
        47 => match tunnel::gre(bytes)? {
            None => Payload::Is,
            next => Payload::Next(next),
        },
        137 => Payload::Next(Some((Layer::Mpls, bytes))),
        _ => Payload::Is,
    })
}

fn of(path: Path, protocol: u8, piece: Piece, bytes: &[u8]) -> Fragment<'_> {
    Fragment { path, protocol, piece, bytes }
}
