//! Addresses as text. A capture has thousands of them, and the formatter of std takes ten times as long.
//!
//! Text is written in pieces of a fixed length and cut: in the sandbox each copy of a length that the compiler does not know is a call.

use std::ops::Range;

/// Longest address of IPv6 with a colon behind it, and the last piece's surplus.
const IPV6: usize = 48;

/// Appends an address of IPv4 (10.0.0.1 is 0x0a000001).
#[inline]
pub fn write_ipv4(address: u32, out: &mut Vec<u8>) {
    let [a, b, c, d] = address.to_be_bytes().map(octet);
    let (first, half) = (pair(a, b), a.1 + b.1);
    let start = out.len();
    out.extend_from_slice(&[0; 16]);
    if let Some(text) = out.get_mut(start..).and_then(|text| text.first_chunk_mut::<16>()) {
        put(text, 0, first);
        put(text, half, pair(c, d));
    }
    // Without the last dot.
    out.truncate(start + half + c.1 + d.1 - 1);
}

/// Appends an address of IPv6 by the rules of RFC 5952, one that holds an address of IPv4 as `::ffff:10.0.0.1`.
pub fn write_ipv6(address: u128, out: &mut Vec<u8>) {
    if address >> 32 == 0xffff {
        out.extend_from_slice(b"::ffff:");
        return write_ipv4(address as u32, out);
    }
    let groups: [u16; 8] = std::array::from_fn(|at| (address >> (112 - 16 * at)) as u16);
    let zeros = longest_zeros(&groups);
    let (mut text, mut length) = ([0; IPV6], 0);
    for (at, group) in groups.into_iter().enumerate() {
        if at == zeros.start {
            let colons = if at == 0 { 2 } else { 1 };
            put(&mut text, length, 0x3a3a);
            length += colons;
        }
        if !zeros.contains(&at) {
            let (digits, count) = group_text(group);
            put(&mut text, length, digits);
            length += count;
        }
    }
    let length = if zeros.end == 8 && !zeros.is_empty() { length } else { length - 1 };
    let start = out.len();
    out.extend_from_slice(&text);
    out.truncate(start + length);
}

/// Eight bytes at a place. One behind the end is passed over.
#[inline(always)]
fn put<const N: usize>(text: &mut [u8; N], at: usize, bytes: u64) {
    if let Some(place) = text.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *place = bytes.to_le_bytes();
    }
}

/// A byte in decimal with a dot behind it, and how many characters that is.
#[inline(always)]
fn octet(byte: u8) -> (u64, usize) {
    let text = OCTETS.get(usize::from(byte)).copied().unwrap_or_default();
    (text.into(), 4 - text.leading_zeros() as usize / 8)
}

#[inline(always)]
fn pair((first, length): (u64, usize), (second, _): (u64, usize)) -> u64 {
    first | second << (8 * length)
}

/// Bytes in decimal with a dot behind them, the first character lowest.
static OCTETS: [u32; 256] = octets();

const fn octets() -> [u32; 256] {
    let mut octets = [0; 256];
    let mut rest = octets.as_mut_slice();
    let mut byte = 0u8;
    while let Some((octet, others)) = rest.split_first_mut() {
        let [hundreds, tens, ones] = [b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10];
        *octet = u32::from_le_bytes(match byte {
            100.. => [hundreds, tens, ones, b'.'],
            10.. => [tens, ones, b'.', 0],
            _ => [ones, b'.', 0, 0],
        });
        rest = others;
        byte = byte.wrapping_add(1);
    }
    octets
}

/// A group in hexadecimal without leading zeros and with a colon behind it, the first character lowest, and how many characters that is.
#[inline(always)]
fn group_text(group: u16) -> (u64, usize) {
    let group = u32::from(group);
    let digits = group >> 12 | group & 0x0f00 | (group & 0x00f0) << 12 | (group & 0x000f) << 24;
    // Digits above nine carry into the upper half of their byte.
    let letters = (digits + 0x0606_0606) >> 4 & 0x0101_0101;
    let text = u64::from(digits + 0x3030_3030 + letters * 0x27) | u64::from(b':') << 32;
    let zeros = ((group | 1).leading_zeros() as usize - 16) / 4;
    (text >> (8 * zeros), 5 - zeros)
}

/// The first longest run of at least two groups that are 0; empty at 8 where there is none.
#[inline(always)]
fn longest_zeros(groups: &[u16; 8]) -> Range<usize> {
    let mask = groups.iter().rev().fold(0, |mask, &group| mask << 1 | usize::from(group == 0));
    ZEROS.get(mask).map_or(8..8, |&(start, end)| start.into()..end.into())
}

/// By the groups that are 0, one bit each, the first lowest: where the run begins and ends.
static ZEROS: [(u8, u8); 256] = {
    let mut runs = [(8, 8); 256];
    let mut rest = runs.as_mut_slice();
    let mut mask = 0u32;
    while let Some((run, others)) = rest.split_first_mut() {
        let (mut at, mut longest) = (0, 1);
        while at < 8 {
            let length = (mask >> at).trailing_ones();
            if length > longest {
                (*run, longest) = ((at as u8, (at + length) as u8), length);
            }
            at += length + 1;
        }
        rest = others;
        mask += 1;
    }
    runs
};

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b"a".to_vec();
        write(&mut out);
        String::from_utf8(out.split_off(1)).unwrap()
    }

    #[test]
    fn every_octet_at_every_place_is_spelled_as_by_std() {
        for octet in 0..=255u32 {
            for address in [octet << 24 | 255, octet << 16, octet << 8 | 10, octet, octet * 0x0101_0101, octet << 16 | 0xff00_ffff] {
                assert_eq!(text(|out| write_ipv4(address, out)), Ipv4Addr::from_bits(address).to_string());
            }
        }
    }

    #[test]
    fn addresses_of_ipv6_are_spelled_as_by_std() {
        let runs = (0..256u32).flat_map(|mask| {
            [0x0123_4567_89ab_cdef_fedc_ba98_7654_3210, 0x0001_0020_0300_4000_0a00_b0c0_000d_ffffu128].map(|address| {
                (0..8).fold(address, |address, at| if mask >> at & 1 == 1 { address & !(0xffff << (16 * at)) } else { address })
            })
        });
        let groups = (0..=0xffff).map(|group| 0x2001_0db8 << 96 | group << 48 | group);
        for address in runs.chain(groups).chain([0, 1, u128::MAX, 0xffff_0102_0304, 0x1_ffff_0102_0304]) {
            assert_eq!(text(|out| write_ipv6(address, out)), Ipv6Addr::from_bits(address).to_string());
        }
    }
}
