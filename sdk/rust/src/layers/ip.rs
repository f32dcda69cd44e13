//! IPv4 (RFC 791) and IPv6 (RFC 8200) headers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Addresses, LayerError};

/// An IP header taken off.
pub struct Ip<'a> {
    pub addresses: Addresses,
    /// Of IPv6 this may be that of an extension header.
    pub protocol: u8,
    /// What the capture holds of the payload.
    pub payload: &'a [u8],
    /// Bytes of the payload that the capture does not hold.
    pub missing: usize,
    /// Of IPv4; IPv6 says it in an extension header.
    pub piece: Option<Piece>,
}

/// Which part of a datagram a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The same in all fragments of a datagram.
    pub id: u32,
    /// Where it begins in the datagram, in bytes.
    pub offset: u16,
    /// It is not the last.
    pub more: bool,
}

impl Piece {
    /// Lower 13 bits offset in units of 8 bytes, as both versions have it once IPv6's are shifted.
    fn new(id: u32, units: u16, more: bool) -> Option<Self> {
        (units != 0 || more).then_some(Self { id, offset: units << 3, more })
    }
}

/// Takes an IPv4 header off. A total length of 0 means all there is: segmentation was left to the network card.
///
/// # Errors
/// A header that is cut or breaks its rules.
#[inline]
pub fn v4(bytes: &[u8]) -> Result<Ip<'_>, LayerError> {
    let Some(header) = bytes.first_chunk::<20>() else { return Err(LayerError::Cut("IPv4")) };
    let [first, _, l0, l1, i0, i1, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = *header;
    let size = usize::from(first & 15) * 4;
    if first >> 4 != 4 || size < 20 {
        return Err(LayerError::malformed("IPv4", "another version, or a header length below 20"));
    }
    let rest = bytes.get(size..).ok_or(LayerError::Cut("IPv4"))?;
    let length = match usize::from(u16::from_be_bytes([l0, l1])) {
        0 => rest.len(),
        length => length.checked_sub(size).ok_or(LayerError::malformed("IPv4", "a total length below that of the header"))?,
    };
    let payload = rest.get(..length).unwrap_or(rest);
    let (id, fragment) = (u16::from_be_bytes([i0, i1]), u16::from_be_bytes([f0, f1]));
    Ok(Ip {
        addresses: Addresses { src: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)), dst: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)) },
        protocol,
        payload,
        missing: length - payload.len(),
        piece: Piece::new(id.into(), fragment & 0x1fff, fragment & 0x2000 != 0),
    })
}

/// Takes an IPv6 header off, not its extensions. A payload length of 0 means all there is (RFC 2675).
///
/// # Errors
/// A header that is cut or of another version.
pub fn v6(bytes: &[u8]) -> Result<Ip<'_>, LayerError> {
    let Some((header, rest)) = bytes.split_first_chunk::<40>() else { return Err(LayerError::Cut("IPv6")) };
    let ([first, _, _, _, l0, l1, protocol, _], addresses) = header.split_first_chunk::<8>().map_or(([0; 8], &[][..]), |(a, b)| (*a, b));
    let (src, dst) = (addresses.first_chunk::<16>(), addresses.last_chunk::<16>());
    let (6, Some(src), Some(dst)) = (first >> 4, src, dst) else { return Err(LayerError::malformed("IPv6", "another version")) };
    let length = match usize::from(u16::from_be_bytes([l0, l1])) {
        0 => rest.len(),
        length => length,
    };
    let payload = rest.get(..length).unwrap_or(rest);
    Ok(Ip {
        addresses: Addresses { src: IpAddr::V6(Ipv6Addr::from(*src)), dst: IpAddr::V6(Ipv6Addr::from(*dst)) },
        protocol,
        payload,
        missing: length - payload.len(),
        piece: None,
    })
}

/// Takes an extension header off: the protocol behind it and what follows.
///
/// # Errors
/// A header that is cut.
pub fn extension(protocol: u8, bytes: &[u8]) -> Result<(u8, &[u8]), LayerError> {
    let cut = LayerError::Cut("IPv6 extension");
    let &[next, length, ..] = bytes else { return Err(cut) };
    let size = match protocol {
        51 => (usize::from(length) + 2) * 4,
        _ => (usize::from(length) + 1) * 8,
    };
    bytes.get(size..).map(|rest| (next, rest)).ok_or(cut)
}

/// Takes the fragment header of IPv6 off: the protocol behind it, which part it is (`None`: the whole), and what follows.
///
/// # Errors
/// A header that is cut.
pub fn fragment(bytes: &[u8]) -> Result<(u8, Option<Piece>, &[u8]), LayerError> {
    let Some((header, rest)) = bytes.split_first_chunk::<8>() else { return Err(LayerError::Cut("IPv6 fragment")) };
    let [next, _, f0, f1, i0, i1, i2, i3] = *header;
    let fragment = u16::from_be_bytes([f0, f1]);
    Ok((next, Piece::new(u32::from_be_bytes([i0, i1, i2, i3]), fragment >> 3, fragment & 1 != 0), rest))
}
