//! The first bytes of a sampled frame: link, IP and ports into a flow. Tunnels are not opened: the flow is that of the outer addresses.

use flow::record::{Address, Flow, IpHeader, Pair};
use weir_sdk::{OutOfBounds, Reader};

/// EtherTypes of VLAN tags: 802.1Q, 802.1ad, and those in use before it.
const VLANS: [u16; 5] = [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300];
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const MPLS: [u16; 2] = [0x8847, 0x8848];
/// Lengths of 802.3 end here, EtherTypes begin behind it.
const MAX_LENGTH: u16 = 1500;

/// Reads as far as the frame goes: what was cut off stays 0.
pub fn read(kind: u32, frame: &[u8], flow: &mut Flow<'_>) {
    let mut reader = Reader::new(frame);
    // `header_protocol` of sFlow v5: 1 Ethernet, 11 IPv4, 12 IPv6, 13 MPLS; the rest is not opened.
    let _ = match kind {
        1 => ethernet(&mut reader, flow),
        11 => ipv4(&mut reader, flow),
        12 => ipv6(&mut reader, flow),
        13 => mpls(&mut reader, flow),
        _ => Ok(()),
    };
}

fn ethernet(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let [dst, src] = [reader.array()?, reader.array()?].map(mac);
    flow.in_src_out_dst_macs = Some(Pair { src, dst });
    let mut kind = reader.u16_be()?;
    while VLANS.contains(&kind) {
        let vlan = u32::from(reader.u16_be()? & 0x0fff);
        flow.vlans.get_or_insert_default().src = vlan;
        kind = reader.u16_be()?;
    }
    // SNAP with the EtherTypes of Ethernet (RFC 1042).
    if kind <= MAX_LENGTH && reader.rest().starts_with(&[0xaa, 0xaa, 3, 0, 0, 0]) {
        reader.take(6)?;
        kind = reader.u16_be()?;
    }
    match kind {
        IPV4 => ipv4(reader, flow),
        IPV6 => ipv6(reader, flow),
        kind if MPLS.contains(&kind) => mpls(reader, flow),
        _ => Ok(()),
    }
}

/// 6 bytes as a number.
pub fn mac(bytes: [u8; 6]) -> u64 {
    let [a, b, c, d, e, f] = bytes;
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

fn mpls(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let mut stack = [0; 10];
    for at in 0.. {
        let label = reader.u32_be()? >> 8;
        if let Some(entry) = stack.get_mut(at) {
            *entry = label;
        }
        if label & 1 == 1 {
            break;
        }
    }
    flow.mpls = Some(stack);
    match reader.rest().first().map(|byte| byte >> 4) {
        Some(4) => ipv4(reader, flow),
        Some(6) => ipv6(reader, flow),
        _ => Ok(()),
    }
}

fn ipv4(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let (first, tos) = (reader.u8()?, reader.u8()?);
    let (_length, _id, fragment) = (reader.u16_be()?, reader.u16_be()?, reader.u16_be()?);
    let (ttl, protocol, _checksum) = (reader.u8()?, reader.u8()?, reader.u16_be()?);
    let (src, dst) = (reader.u32_be()?, reader.u32_be()?);
    (flow.src_tos, flow.protocol, flow.src, flow.dst) = (tos, protocol, Address::V4(src), Address::V4(dst));
    flow.ip_header = Some(IpHeader { fragment_flags: (fragment >> 8) as u8 & 0x60, min_ttl: ttl, max_ttl: ttl });
    let options = usize::from(first & 15).saturating_sub(5) * 4;
    reader.take(options)?;
    if fragment & 0x1fff == 0 { ports(reader, protocol, flow) } else { Ok(()) }
}

fn ipv6(reader: &mut Reader<'_>, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    let (first, _length, mut next, ttl) = (reader.u32_be()?, reader.u16_be()?, reader.u8()?, reader.u8()?);
    let [src, dst] = [reader.array()?, reader.array()?].map(u128::from_be_bytes).map(Address::V6);
    (flow.src_tos, flow.protocol, flow.src, flow.dst) = ((first >> 20) as u8, next, src, dst);
    flow.ip_header = Some(IpHeader { fragment_flags: 0, min_ttl: ttl, max_ttl: ttl });
    // Hop-by-hop, routing, fragment, authentication, destination options.
    while matches!(next, 0 | 43 | 44 | 51 | 60) {
        let (behind, length) = (reader.u8()?, usize::from(reader.u8()?));
        let body = reader.take(match next {
            44 => 6,
            51 => (length + 2).saturating_mul(4).saturating_sub(2),
            _ => length * 8 + 6,
        })?;
        let is_later_fragment = next == 44 && body.first_chunk().is_some_and(|offset| u16::from_be_bytes(*offset) >> 3 != 0);
        (next, flow.protocol) = (behind, behind);
        if is_later_fragment {
            return Ok(());
        }
    }
    ports(reader, next, flow)
}

fn ports(reader: &mut Reader<'_>, protocol: u8, flow: &mut Flow<'_>) -> Result<(), OutOfBounds> {
    match protocol {
        1 | 58 => flow.dst_port = reader.u16_be()?,
        6 | 17 | 33 | 132 | 136 => (flow.src_port, flow.dst_port) = (reader.u16_be()?, reader.u16_be()?),
        _ => {}
    }
    if protocol == 6 {
        flow.tcp_flags = reader.take(10)?.last().copied().unwrap_or_default();
    }
    Ok(())
}
