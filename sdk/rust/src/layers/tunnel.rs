//! Tunnels above IP: GRE, VXLAN, Geneve.

use super::walk::Layer;
use super::{LayerError, Udp};

const VXLAN: u16 = 4789;
const GENEVE: u16 = 6081;

/// GRE (RFC 2784, 2890, and 2637 for PPTP); `None`: it carries nothing that we know of, or is encrypted control traffic.
///
/// # Errors
/// A header that is cut.
pub fn gre(bytes: &[u8]) -> Result<Option<(Layer, &[u8])>, LayerError> {
    let cut = LayerError::Cut("GRE");
    let &[flags, version, p0, p1, ref rest @ ..] = bytes else { return Err(cut) };
    let (checksum, routing, key, sequence) = (flags & 0x80 != 0, flags & 0x40 != 0, flags & 0x20 != 0, flags & 0x10 != 0);
    // The acknowledgement is PPTP's alone.
    let acknowledged = version & 0x80 != 0 && version & 7 == 1;
    let fields = [checksum, key, sequence, acknowledged].map(usize::from).iter().sum::<usize>();
    if routing || version & 7 > 1 {
        return Ok(None);
    }
    let rest = rest.get(fields * 4..).ok_or(cut)?;
    match u16::from_be_bytes([p0, p1]) {
        // ERSPAN: without a sequence number it has no header of its own (type I), with one of 8 bytes (type II).
        0x88be => Ok(Some((Layer::Ethernet, if sequence { rest.get(8..).ok_or(LayerError::Cut("ERSPAN"))? } else { rest }))),
        // An acknowledgement of PPTP carries nothing.
        0x880b if rest.is_empty() => Ok(None),
        number => Ok(Layer::of_ether_type(number).map(|layer| (layer, rest))),
    }
}

/// A UDP datagram to this port, as it lies in the header, may be a tunnel.
#[inline]
pub fn may_be(port: &[u8]) -> bool {
    port == VXLAN.to_be_bytes() || port == GENEVE.to_be_bytes()
}

/// What a tunnel over UDP carries; `None`: it is no tunnel. The header's reserved bits must be 0 too, so that other traffic of a client that was
/// given the port by chance is not taken for one.
#[inline]
pub fn over_udp<'a>(udp: &Udp<'a>) -> Option<(Layer, &'a [u8])> {
    match udp.dst_port {
        VXLAN => match udp.payload {
            [0x08, 0, 0, 0, _, _, _, 0, rest @ ..] => Some((Layer::Ethernet, rest)),
            _ => None,
        },
        GENEVE => geneve(udp.payload),
        _ => None,
    }
}

fn geneve(bytes: &[u8]) -> Option<(Layer, &[u8])> {
    let &[first, second, p0, p1, _, _, _, 0, ref rest @ ..] = bytes else { return None };
    if first >> 6 != 0 || second & 0x3f != 0 {
        return None;
    }
    let rest = rest.get(usize::from(first & 0x3f) * 4..)?;
    Layer::of_ether_type(u16::from_be_bytes([p0, p1])).map(|layer| (layer, rest))
}
