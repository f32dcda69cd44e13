//! `protochain`: follows IPv6 extension headers and authentication headers.

use super::packet::Packet;
use super::value::Size;

/// Of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    Four,
    Six,
}

const HOP_BY_HOP: u32 = 0;
const ROUTING: u32 = 43;
const FRAGMENT: u32 = 44;
const AUTHENTICATION: u32 = 51;
const NONE: u32 = 59;
const DESTINATION: u32 = 60;

/// Headers that are followed. libpcap, whose way of passing an authentication header this is (it takes the header's length for its place), would follow
/// a packet that is made for it for ever.
const HEADERS: usize = 256;

/// The protocol at which the chain ends: `wanted`, or the first that cannot be passed. `None`: the packet ends before.
pub fn follow(version: Version, at: u32, wanted: u32, packet: &Packet<'_>) -> Option<u32> {
    let (mut protocol, mut next) = match version {
        Version::Four => (packet.load(at, 9, Size::One)?, packet.header_length(None, at)?),
        Version::Six => (packet.load(at, 6, Size::One)?, 40),
    };
    for _ in 0..HEADERS {
        let byte = |behind: u32| packet.load(next.wrapping_add(behind), at, Size::One);
        let passed = match protocol {
            _ if protocol == wanted || protocol == NONE => return Some(protocol),
            HOP_BY_HOP | ROUTING | FRAGMENT | DESTINATION if version == Version::Six => (byte(0)?, next.wrapping_add((byte(1)? + 1) * 8)),
            AUTHENTICATION => (byte(0)?, (byte(1)? + 2) * 4),
            _ => return Some(protocol),
        };
        (protocol, next) = passed;
    }
    None
}
