//! A client that asks 8.8.8.8 for www.example.com, in captures with nanoseconds.

/// 2017-09-08 11:37:04 UTC.
pub const TIME: u32 = 1_504_870_624;
/// The address of www.example.com as a record of an answer.
pub const ADDRESS: [u8; 16] = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 216, 34];

/// The header of a capture of IPv4 packets.
pub fn header() -> Vec<u8> {
    let fields = [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65535, 228];
    fields.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// The question, at a time.
pub fn query(seconds: u32) -> Vec<u8> {
    packet(seconds, false, &message(0x0100, 0, &[]))
}

/// Its answer, with an address.
pub fn answer(seconds: u32) -> Vec<u8> {
    packet(seconds, true, &message(0x8180, 1, &ADDRESS))
}

/// Its answer that there is no such name, without a record.
pub fn no_such_name(seconds: u32) -> Vec<u8> {
    packet(seconds, true, &message(0x8183, 0, &[]))
}

fn message(flags: u16, answers: u16, records: &[u8]) -> Vec<u8> {
    let numbers = [7, flags, 1, answers, 0, 0];
    let mut message: Vec<u8> = numbers.into_iter().flat_map(u16::to_be_bytes).collect();
    message.extend(b"\x03www\x07example\x03com\x00\x00\x01\x00\x01");
    message.extend(records);
    message
}

/// A packet of 180 bytes at 123456789 ns past `seconds`.
fn packet(seconds: u32, response: bool, message: &[u8]) -> Vec<u8> {
    let (server, client) = ([8, 8, 8, 8], [10, 0, 0, 5]);
    let (source, destination, ports) = if response { (server, client, [0, 53, 16, 0]) } else { (client, server, [16, 0, 0, 53]) };
    let length = message.len() as u16;
    let ip = [&[0x45, 0][..], &(28 + length).to_be_bytes(), &[0, 0, 0, 0, 64, 17, 0, 0], &source, &destination].concat();
    let mut bytes = [&ip[..], &ports, &(8 + length).to_be_bytes(), &[0, 0], message].concat();
    bytes.resize(180, 0);
    let record = [seconds, 123_456_789, 180, 180].into_iter().flat_map(u32::to_le_bytes);
    record.chain(bytes).collect()
}
