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
    let [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x00, 0x45, _, l0, l1, _, _, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] =
        *header
    else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([l0, l1])).checked_sub(20)?;
    let payload = rest.get(..length)?;
    let ordinary = match protocol {
        6 => true,
        17 => payload.get(2..4).is_some_and(|port| !tunnel::may_be(port)),
        _ => false,
    };
    if !ordinary || link_type != ETHERNET || f0 & 0x3f != 0 || f1 != 0 {
        return None;
    }
    let addresses = Addresses { src: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)), dst: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)) };
    Some(Datagram { addresses, outer: addresses, protocol, payload, missing: 0 })
}
