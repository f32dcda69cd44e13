//! What is left of a packet when its headers up to IP are taken off.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{OutOfBounds, Reader};

use super::{LayerError, Tcp, Udp};

/// Where a packet comes from and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Addresses {
    /// Source.
    pub src: IpAddr,
    /// Destination.
    pub dst: IpAddr,
}

impl Default for Addresses {
    fn default() -> Self {
        Self { src: IpAddr::V4(Ipv4Addr::UNSPECIFIED), dst: IpAddr::V4(Ipv4Addr::UNSPECIFIED) }
    }
}

/// An IP payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// Of the innermost IP header.
    pub addresses: Addresses,
    /// Of the first IPv4 header in the packet, or, where it has none, of the first IPv6 header: in a tunnel its ends. tshark prints these as the
    /// first occurrence of `ip.src` and `ip.dst`.
    pub outer: Addresses,
    /// IP protocol number: 6 TCP, 17 UDP.
    pub protocol: u8,
    /// What the capture holds of the payload, without padding behind it.
    pub payload: &'a [u8],
    /// Bytes of the payload that the capture does not hold.
    pub missing: usize,
}

impl<'a> Datagram<'a> {
    /// As UDP; `None`: it is another protocol.
    ///
    /// # Errors
    /// A header that is cut or breaks its rules.
    #[inline]
    pub fn udp(&self) -> Option<Result<Udp<'a>, LayerError>> {
        (self.protocol == 17).then(|| Udp::parse(self.payload, self.missing))
    }

    /// As TCP; `None`: it is another protocol.
    ///
    /// # Errors
    /// A header that is cut or breaks its rules.
    #[inline]
    pub fn tcp(&self) -> Option<Result<Tcp<'a>, LayerError>> {
        (self.protocol == 6).then(|| Tcp::parse(self.payload, self.missing))
    }
}

impl Addresses {
    /// Appends them for a saved state: each a family (u8, 4 or 6) and the address in 16 bytes, little-endian.
    pub fn save(&self, out: &mut Vec<u8>) {
        for address in [self.src, self.dst] {
            let (family, bits) = match address {
                IpAddr::V4(address) => (4, address.to_bits().into()),
                IpAddr::V6(address) => (6, address.to_bits()),
            };
            out.push(family);
            out.extend(bits.to_le_bytes());
        }
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub fn restore(saved: &mut Reader<'_>) -> Result<Self, OutOfBounds> {
        let mut address = || {
            let (family, bits) = (saved.u8()?, u128::from_le_bytes(saved.array()?));
            Ok(match family {
                4 => IpAddr::V4(Ipv4Addr::from_bits(bits as u32)),
                _ => IpAddr::V6(Ipv6Addr::from_bits(bits)),
            })
        };
        Ok(Self { src: address()?, dst: address()? })
    }
}
