//! Captures made byte by byte.

/// A record of a little-endian classic capture with microseconds.
pub fn record(seconds: u32, captured: u32, length: u32, bytes: &[u8]) -> Vec<u8> {
    let header = [seconds, 7, captured, length].into_iter().flat_map(u32::to_le_bytes);
    header.chain(bytes.iter().copied()).collect()
}

/// A header of it: version 2.`minor`.
pub fn header(minor: u16, link: u32) -> Vec<u8> {
    let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    bytes.extend([2_u16, minor].into_iter().flat_map(u16::to_le_bytes));
    bytes.extend([0_u32, 0, 65535, link].into_iter().flat_map(u32::to_le_bytes));
    bytes
}

/// One whole packet of `bytes`.
pub fn packet(seconds: u32, bytes: &[u8]) -> Vec<u8> {
    record(seconds, bytes.len() as u32, bytes.len() as u32, bytes)
}

/// A pcapng block, little-endian.
pub fn block(of: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = (padded as u32 + 12).to_le_bytes();
    let mut bytes = [&of.to_le_bytes(), &length, body].concat();
    bytes.resize(8 + padded, 0);
    bytes.extend(length);
    bytes
}

/// A section's header; -1: its length is not known.
pub fn section(length: i64) -> Vec<u8> {
    let body = [&[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..], &length.to_le_bytes()].concat();
    block(0x0a0d_0d0a, &body)
}

/// An interface description with microseconds.
pub fn interface(link: u16, snapshot: u32) -> Vec<u8> {
    block(1, &[&link.to_le_bytes()[..], &[0, 0], &snapshot.to_le_bytes()].concat())
}

/// An enhanced packet block at `microseconds`, which says that it holds `captured` bytes.
pub fn enhanced(interface: u32, microseconds: u32, captured: u32, bytes: &[u8]) -> Vec<u8> {
    let head = [interface, 0, microseconds, captured, bytes.len() as u32].into_iter().flat_map(u32::to_le_bytes);
    block(6, &head.chain(bytes.iter().copied()).collect::<Vec<_>>())
}

/// A simple packet block.
pub fn simple(length: u32, bytes: &[u8]) -> Vec<u8> {
    block(3, &[&length.to_le_bytes()[..], bytes].concat())
}
