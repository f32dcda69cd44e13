//! What a packet's headers say in one line: addresses, ports and protocol of IP in Ethernet, behind any number of VLAN tags, or without a link layer.

use std::net::IpAddr;

/// What is present of the five fields by which Metron knows a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outline {
    /// Source and destination.
    pub addresses: Option<(IpAddr, IpAddr)>,
    /// Source and destination, of TCP and UDP; later fragments have none.
    pub ports: Option<(u16, u16)>,
    /// IP protocol number, behind the extension headers of IPv6.
    pub protocol: Option<u8>,
}

/// A header that is not all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {header} header needs {needs} bytes, and {left} are left")]
pub struct Short {
    header: &'static str,
    needs: usize,
    left: usize,
}

const ETHERNET: u32 = 1;
const RAW_IP: [u32; 4] = [12, 101, 228, 229];

impl Outline {
    /// Reads the headers of a packet of a link type (LINKTYPE_ value). Packets without IP have no fields.
    ///
    /// # Errors
    /// A header is cut off.
    pub fn of(link_type: u32, packet: &[u8]) -> Result<Self, Short> {
        if link_type == ETHERNET {
            return Self::of_ethernet(packet);
        }
        let version = packet.first().map(|byte| byte >> 4).filter(|_| RAW_IP.contains(&link_type));
        match version {
            Some(4) => Self::of_ip4(packet),
            Some(6) => Self::of_ip6(packet),
            _ => Ok(Self::default()),
        }
    }

    fn of_ethernet(frame: &[u8]) -> Result<Self, Short> {
        let mut at = 12;
        loop {
            match u16::from_be_bytes(take("Ethernet", frame, at)?) {
                0x8100 | 0x88a8 | 0x9100 => at += 4,
                0x0800 => return Self::of_ip4(frame.get(at + 2..).unwrap_or_default()),
                0x86dd => return Self::of_ip6(frame.get(at + 2..).unwrap_or_default()),
                _ => return Ok(Self::default()),
            }
        }
    }

    fn of_ip4(packet: &[u8]) -> Result<Self, Short> {
        let header: [u8; 20] = take("IPv4", packet, 0)?;
        let [first, _, _, _, _, _, fragment_high, fragment_low, _, protocol, _, _, a, b, c, d, e, f, g, h] = header;
        let addresses = Some(([a, b, c, d].into(), [e, f, g, h].into()));
        let later = u16::from_be_bytes([fragment_high, fragment_low]) & 0x1fff != 0;
        let length = usize::from(first & 15).max(5) * 4;
        let ports = if later { None } else { ports(protocol, packet, length)? };
        Ok(Self { addresses, ports, protocol: Some(protocol) })
    }

    fn of_ip6(packet: &[u8]) -> Result<Self, Short> {
        let [mut protocol] = take("IPv6", packet, 6)?;
        let (source, destination): ([u8; 16], [u8; 16]) = (take("IPv6", packet, 8)?, take("IPv6", packet, 24)?);
        let (mut at, mut later) = (40, false);
        while let 0 | 43 | 44 | 51 | 60 = protocol {
            let [next, length, high, low] = take("IPv6 extension", packet, at)?;
            at += match protocol {
                44 => 8,
                51 => (usize::from(length) + 2) * 4,
                _ => (usize::from(length) + 1) * 8,
            };
            later |= protocol == 44 && u16::from_be_bytes([high, low]) >> 3 != 0;
            protocol = next;
            if later {
                break;
            }
        }
        let ports = if later { None } else { ports(protocol, packet, at)? };
        Ok(Self { addresses: Some((source.into(), destination.into())), ports, protocol: Some(protocol) })
    }
}

fn ports(protocol: u8, packet: &[u8], at: usize) -> Result<Option<(u16, u16)>, Short> {
    let name = match protocol {
        6 => "TCP",
        17 => "UDP",
        _ => return Ok(None),
    };
    let [a, b, c, d] = take(name, packet, at)?;
    Ok(Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))))
}

fn take<const SIZE: usize>(header: &'static str, packet: &[u8], at: usize) -> Result<[u8; SIZE], Short> {
    let found = packet.get(at..).and_then(<[u8]>::first_chunk).copied();
    found.ok_or(Short { header, needs: at + SIZE, left: packet.len() })
}
