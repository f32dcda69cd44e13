//! Packets from any bytes: frames as they are, and payloads in headers that hold, so that a changed length costs one packet and not the capture.
//!
//! A packet is a byte that says how, the length of what follows (u16, little-endian), and that. The lowest two bits say what follows: a frame, the
//! payload of UDP, the payload of TCP, or that of UDP in two fragments of IP. Bit 2: the other direction, bit 3: IPv6 (a frame: the next three bits
//! choose its link type), bits 4 and 5 the order of segments, bit 6: the capture has cut it, bit 7: it comes half a minute later.

use weir_sdk::layers::Layers;
use weir_sdk::testing::Captured;

/// Nanoseconds since 1970.
const BEGIN: i64 = 1_500_000_000_000_000_000;
/// Ethernet, Linux cooked captures, raw IP, loopback, PPP, HDLC, and one that nobody knows.
const LINKS: [u32; 8] = [1, 113, 276, 101, 0, 9, 104, 147];
const RAW: u32 = 101;

const FRAME: u8 = 0;
const DATAGRAM: u8 = 1;
const SEGMENT: u8 = 2;
const BACK: u8 = 1 << 2;
const V6: u8 = 1 << 3;
const CUT: u8 = 1 << 6;
const LATER: u8 = 1 << 7;

/// Says packets, as [`of`] reads them.
pub fn script(packets: &[Captured]) -> Vec<u8> {
    let frames = packets.iter().filter_map(|packet| {
        let link = LINKS.iter().position(|link| *link == packet.link_type)? as u8;
        Some(said(FRAME | link << 3, &packet.bytes))
    });
    frames.flatten().collect()
}

/// Says the payloads of UDP in packets; those that come from `port` go the other way.
pub fn payloads(packets: &[Captured], port: u16) -> Vec<u8> {
    let mut layers = Layers::default();
    let mut script = Vec::new();
    for packet in packets {
        let Ok(Some(datagram)) = layers.decode(packet.link_type, &packet.bytes, packet.timestamp) else { continue };
        if let Some(Ok(udp)) = datagram.udp() {
            let back = if udp.src_port == port { BACK } else { 0 };
            script.extend(said(DATAGRAM | back, udp.payload));
        }
        if let Some(Ok(tcp)) = datagram.tcp() {
            let back = if tcp.src_port == port { BACK } else { 0 };
            script.extend(said(SEGMENT | back, tcp.payload));
        }
    }
    script
}

fn said(how: u8, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().min(u16::MAX.into());
    [&[how][..], &(length as u16).to_le_bytes(), bytes.get(..length).unwrap_or_default()].concat()
}

/// The packets that bytes say, to or from this port.
pub fn of(mut script: &[u8], port: u16) -> Vec<Captured> {
    let mut making = Making { port, time: BEGIN, sequences: [1; 2], id: 0, packets: Vec::new() };
    while let Some(([how, low, high], rest)) = script.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
        let (bytes, rest) = rest.split_at(length);
        making.packet(*how, bytes);
        script = rest;
    }
    making.packets
}

struct Making {
    port: u16,
    time: i64,
    /// Of the next segment in each direction.
    sequences: [u32; 2],
    /// Of the next datagram in fragments.
    id: u16,
    packets: Vec<Captured>,
}

impl Making {
    fn packet(&mut self, how: u8, bytes: &[u8]) {
        self.time += if how & LATER == 0 { 1_000_000 } else { 31_000_000_000 };
        match how & 3 {
            FRAME => self.push(LINKS[usize::from(how >> 3 & 7)], how, bytes.to_vec()),
            DATAGRAM => self.push(RAW, how, ip(how, 17, None, &self.udp(how, bytes))),
            SEGMENT => {
                let segment = self.tcp(how, bytes);
                self.push(RAW, how, ip(how, 6, None, &segment));
            }
            _ => self.fragments(how, bytes),
        }
    }

    fn push(&mut self, link_type: u32, how: u8, bytes: Vec<u8>) {
        let length = bytes.len() as u32 + if how & CUT == 0 { 0 } else { 100 };
        self.packets.push(Captured { link_type, timestamp: self.time, length, bytes });
    }

    fn ports(&self, how: u8) -> [u8; 4] {
        let ([a, b], [c, d]) = (4096u16.to_be_bytes(), self.port.to_be_bytes());
        if how & BACK == 0 { [a, b, c, d] } else { [c, d, a, b] }
    }

    fn udp(&self, how: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() + 8) as u16;
        [&self.ports(how)[..], &length.to_be_bytes(), &[0, 0], payload].concat()
    }

    /// In order, after a gap, once more, or with a flag that begins or ends a connection.
    fn tcp(&mut self, how: u8, payload: &[u8]) -> Vec<u8> {
        let ports = self.ports(how);
        let [one, other] = &mut self.sequences;
        let next = if how & BACK == 0 { one } else { other };
        let (at, flags) = match how >> 4 & 3 {
            1 => (next.wrapping_add(10), 0x18),
            2 => (next.wrapping_sub(10), 0x18),
            3 => (*next, if payload.len() % 2 == 0 { 0x11 } else { 0x02 }),
            _ => (*next, 0x18),
        };
        *next = at.wrapping_add(payload.len() as u32 + u32::from(flags & 2 != 0));
        [&ports[..], &at.to_be_bytes(), &[0; 4], &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], payload].concat()
    }

    fn fragments(&mut self, how: u8, payload: &[u8]) {
        let whole = self.udp(how, payload);
        let (first, second) = whole.split_at(whole.len() / 16 * 8);
        self.id = self.id.wrapping_add(1);
        let pieces = [(first, 0, true), (second, first.len() as u16, false)];
        for (bytes, offset, more) in if how & 0x10 == 0 { pieces } else { [pieces[1], pieces[0]] } {
            let piece = Piece { id: self.id, offset: offset / 8, more };
            self.push(RAW, how, ip(how, 17, Some(piece), bytes));
        }
    }
}

struct Piece {
    id: u16,
    /// In units of eight bytes.
    offset: u16,
    more: bool,
}

fn ip(how: u8, protocol: u8, piece: Option<Piece>, payload: &[u8]) -> Vec<u8> {
    let ends = if how & BACK == 0 { [[192, 0, 2, 1], [192, 0, 2, 2]] } else { [[192, 0, 2, 2], [192, 0, 2, 1]] };
    if how & V6 != 0 { v6(ends, protocol, piece, payload) } else { v4(ends, protocol, piece, payload) }
}

fn v4([src, dst]: [[u8; 4]; 2], protocol: u8, piece: Option<Piece>, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() + 20).min(u16::MAX.into()) as u16;
    let (id, offset) = piece.map_or((0, 0), |piece| (piece.id, piece.offset | u16::from(piece.more) << 13));
    let head = [&[0x45, 0][..], &length.to_be_bytes(), &id.to_be_bytes(), &offset.to_be_bytes(), &[64, protocol, 0, 0]];
    [&head.concat(), &src[..], &dst, payload].concat()
}

fn v6([src, dst]: [[u8; 4]; 2], protocol: u8, piece: Option<Piece>, payload: &[u8]) -> Vec<u8> {
    let (next, extension) = piece.map_or((protocol, vec![]), |piece| {
        let offset = piece.offset << 3 | u16::from(piece.more);
        (44, [&[protocol, 0][..], &offset.to_be_bytes(), &u32::from(piece.id).to_be_bytes()].concat())
    });
    let length = (payload.len() + extension.len()).min(u16::MAX.into()) as u16;
    let address = |end: [u8; 4]| [&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0][..], &end].concat();
    [&[0x60, 0, 0, 0][..], &length.to_be_bytes(), &[next, 64], &address(src), &address(dst), &extension, payload].concat()
}
