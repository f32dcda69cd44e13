//! Packets made for a test.

use weir_sdk::testing::Captured;

/// 2017-09-08 11:37:04.123456789 UTC.
pub const TIME: i64 = 1_504_870_624_123_456_789;
pub const SERVER: [u8; 4] = [8, 8, 8, 8];
pub const CLIENT: [u8; 4] = [10, 0, 0, 5];

/// A packet of link type IPv4, with so many bytes on the wire as it has.
pub fn ip(time: i64, protocol: u8, src: [u8; 4], dst: [u8; 4], payload: &[u8]) -> Captured {
    let length = 20 + payload.len() as u16;
    let mut bytes = vec![0x45, 0];
    bytes.extend(length.to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, protocol, 0, 0]);
    bytes.extend([src, dst].concat());
    bytes.extend(payload);
    Captured { link_type: 228, timestamp: time, length: bytes.len() as u32, bytes }
}

/// A datagram between the client's port 4096 and the server's port 53.
pub fn udp(time: i64, response: bool, message: &[u8]) -> Captured {
    let (src, dst, ports) = if response { (SERVER, CLIENT, [0, 53, 16, 0]) } else { (CLIENT, SERVER, [16, 0, 0, 53]) };
    let length = 8 + message.len() as u16;
    ip(time, 17, src, dst, &[&ports[..], &length.to_be_bytes(), &[0, 0], message].concat())
}

/// A segment of the server.
pub fn tcp(time: i64, sequence: u32, flags: u8, payload: &[u8]) -> Captured {
    let header = [&[0, 53, 16, 0][..], &sequence.to_be_bytes(), &[0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]].concat();
    ip(time, 6, SERVER, CLIENT, &[&header[..], payload].concat())
}

/// A segment of the client that has nothing but an acknowledgement.
pub fn acknowledgement(time: i64, number: u32) -> Captured {
    let header = [&[16, 0, 0, 53, 0, 0, 0, 0][..], &number.to_be_bytes(), &[0x50, 0x10, 0, 0, 0, 0, 0, 0]].concat();
    ip(time, 6, CLIENT, SERVER, &header)
}

/// A message with one question for www.example.com, type A, and records behind it.
pub fn message(id: u16, flags: u16, counts: [u16; 3], records: &[u8]) -> Vec<u8> {
    let numbers = [id, flags, 1, counts[0], counts[1], counts[2]];
    let mut message: Vec<u8> = numbers.into_iter().flat_map(u16::to_be_bytes).collect();
    message.extend(b"\x03www\x07example\x03com\x00\x00\x01\x00\x01");
    message.extend(records);
    message
}

/// A response with one address.
pub fn answer(id: u16) -> Vec<u8> {
    message(id, 0x8180, [1, 0, 0], &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 216, 34])
}

/// A message behind its length.
pub fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u16).to_be_bytes()[..], message].concat()
}
