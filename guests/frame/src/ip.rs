//! IPv4 (RFC 791) and IPv6 (RFC 8200) up to the ports.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::Fields;
use crate::bytes::{u8_at, u16_at};

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;

/// By the version in its first byte.
pub fn any(bytes: &[u8]) -> Fields {
    match bytes.first().map(|byte| byte >> 4) {
        Some(4) => v4(bytes),
        Some(6) => v6(bytes),
        _ => Fields::default(),
    }
}

/// As IPv4, whatever its first byte says of the version.
pub fn v4(bytes: &[u8]) -> Fields {
    v4_fields(bytes).unwrap_or_default()
}

/// As IPv6.
pub fn v6(bytes: &[u8]) -> Fields {
    v6_fields(bytes).unwrap_or_default()
}

fn v4_fields(bytes: &[u8]) -> Option<Fields> {
    let header: &[u8; IPV4_HEADER] = bytes.first_chunk()?;
    let (Some(source), Some(destination)) = (header.get(12..)?.first_chunk::<4>(), header.get(16..)?.first_chunk::<4>()) else {
        return None;
    };
    let protocol = u8_at(header, 9)?;
    // A header that says it is shorter than it must be is read as one without options, as Metron does.
    let length = usize::from(u8_at(header, 0)? & 0x0f).max(5) * 4;
    let is_first = u16_at(header, 6)? & 0x1fff == 0;
    Some(Fields {
        addresses: Some((IpAddr::V4(Ipv4Addr::from(*source)), IpAddr::V4(Ipv4Addr::from(*destination)))),
        protocol: Some(protocol),
        ports: if is_first { ports(protocol, bytes.get(length..)) } else { None },
    })
}

fn v6_fields(bytes: &[u8]) -> Option<Fields> {
    let header: &[u8; IPV6_HEADER] = bytes.first_chunk()?;
    let (source, destination) = (header.get(8..)?.first_chunk::<16>()?, header.get(24..)?.first_chunk::<16>()?);
    let addresses = Some((IpAddr::V6(Ipv6Addr::from(*source)), IpAddr::V6(Ipv6Addr::from(*destination))));
    let (protocol, payload) = behind_extensions(u8_at(header, 6)?, bytes.get(IPV6_HEADER..)?);
    Some(Fields { addresses, protocol, ports: protocol.and_then(|protocol| ports(protocol, payload)) })
}

/// The protocol behind the extension headers, `None` where the packet ends among them; and its bytes, `None` in a later fragment.
fn behind_extensions(mut next: u8, mut bytes: &[u8]) -> (Option<u8>, Option<&[u8]>) {
    loop {
        let length = match next {
            // Hop-by-hop, routing, destination, mobility, host identity, shim6.
            0 | 43 | 60 | 135 | 139 | 140 => u8_at(bytes, 1).map(|units| usize::from(units) * 8 + 8),
            AUTHENTICATION => u8_at(bytes, 1).map(|units| usize::from(units) * 4 + 8),
            FRAGMENT => match (u8_at(bytes, 0), u16_at(bytes, 2)) {
                (Some(protocol), Some(offset)) if offset & 0xfff8 != 0 => return (Some(protocol), None),
                (Some(_), Some(_)) => Some(8),
                _ => None,
            },
            protocol => return (Some(protocol), Some(bytes)),
        };
        match (u8_at(bytes, 0), length.and_then(|length| bytes.get(length..))) {
            (Some(protocol), Some(rest)) => (next, bytes) = (protocol, rest),
            _ => return (None, None),
        }
    }
}

fn ports(protocol: u8, payload: Option<&[u8]>) -> Option<(u16, u16)> {
    let payload = payload.filter(|_| Fields::have_ports(protocol))?;
    Some((u16_at(payload, 0)?, u16_at(payload, 2)?))
}
