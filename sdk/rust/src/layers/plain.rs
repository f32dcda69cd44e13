//! The packets that nearly all are: UDP or TCP in IPv4 in Ethernet, without tags, options, fragments and tunnels. What is here costs a third of the
//! general walk and says the same.

use std::net::{IpAddr, Ipv4Addr};

use super::datagram::{Addresses, Datagram};
use super::tunnel;

const ETHERNET: u32 = 1;

/// The payload of such a packet; `None`: it is another, and the walk has to look.
#[inline]
pub fn datagram(link_type: u32, bytes: &[u8]) -> Option<Datagram<'_>> {
    let (header, rest) = bytes.split_first_chunk::<34>()?;
    // Whole words: the sandbox's compiler does not make words of bytes that are looked at one by one.
    let [0x08, 0x00, 0x45, _] = *header.get(12..)?.first_chunk()? else { return None };
    let fragment = u16::from_be_bytes(*header.get(20..)?.first_chunk()?);
    if link_type != ETHERNET || fragment & 0x3fff != 0 {
        return None;
    }
    let length = usize::from(u16::from_be_bytes(*header.get(16..)?.first_chunk()?)).checked_sub(20)?;
    let payload = rest.get(..length)?;
    let protocol = *header.get(23)?;
    let ordinary = match protocol {
        6 => true,
        17 => payload.get(2..4).is_some_and(|port| !tunnel::may_be(port)),
        _ => false,
    };
    if !ordinary {
        return None;
    }
    let address = |at| Some(IpAddr::V4(Ipv4Addr::from_bits(u32::from_be_bytes(*header.get(at..)?.first_chunk()?))));
    let addresses = Addresses { src: address(26)?, dst: address(30)? };
    Some(Datagram { addresses, outer: addresses, protocol, payload, missing: 0 })
}
