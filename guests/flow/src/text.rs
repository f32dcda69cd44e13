//! Addresses and flags as text.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;

use crate::record::Address;

impl Address {
    /// Appends the address as text; `0.0.0.0`, as nfdump prints it, where there is none.
    pub fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::None => write_v4(0, out),
            Self::V4(number) => write_v4(number, out),
            Self::V6(number) => write_v6(number, out),
        }
    }
}

/// Bytes in decimal with a dot behind them, and how many of the four characters count.
static OCTETS: [([u8; 4], u8); 256] = octets();

const fn octets() -> [([u8; 4], u8); 256] {
    let mut octets = [([0; 4], 0); 256];
    let mut rest = octets.as_mut_slice();
    let mut byte = 0;
    while let Some((octet, others)) = rest.split_first_mut() {
        let [hundreds, tens, ones] = [b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10];
        *octet = match byte {
            100.. => ([hundreds, tens, ones, b'.'], 4),
            10.. => ([tens, ones, b'.', 0], 3),
            _ => ([ones, b'.', 0, 0], 2),
        };
        rest = others;
        byte = byte.wrapping_add(1);
    }
    octets
}

/// From a table: a file has thousands of distinct addresses, the formatter of std takes ten times as long, and in the sandbox each copy of a length
/// that the compiler does not know is a call out of it.
fn write_v4(number: u32, out: &mut Vec<u8>) {
    for byte in number.to_be_bytes() {
        if let Some((text, length)) = OCTETS.get(usize::from(byte)) {
            out.extend_from_slice(text);
            out.truncate(out.len() - 4 + usize::from(*length));
        }
    }
    out.pop();
}

/// By the rules of RFC 5952, with the ending in dots that the C library gives addresses that hold one of IPv4.
fn write_v6(number: u128, out: &mut Vec<u8>) {
    let upper = number >> 32;
    if upper == 0xffff || (upper == 0 && number >> 16 != 0) {
        out.extend_from_slice(if upper == 0 { b"::" } else { b"::ffff:" });
        return write_v4(number as u32, out);
    }
    let groups: [u16; 8] = std::array::from_fn(|at| (number >> (112 - 16 * at)) as u16);
    let zeros = longest_zeros(&groups);
    for (at, group) in groups.into_iter().enumerate() {
        if zeros.contains(&at) {
            if at == zeros.start {
                out.extend_from_slice(b"::");
            }
            continue;
        }
        if at > 0 && at != zeros.end {
            out.push(b':');
        }
        write_hex(group, out);
    }
}

/// The first longest run of at least two groups that are 0; empty at 8 where there is none.
fn longest_zeros(groups: &[u16; 8]) -> Range<usize> {
    let (mut best, mut start) = (8..8, 0);
    for (at, &group) in groups.iter().enumerate() {
        if group != 0 {
            start = at + 1;
        } else if at + 1 - start > best.len().max(1) {
            best = start..at + 1;
        }
    }
    best
}

/// Without leading zeros.
fn write_hex(group: u16, out: &mut Vec<u8>) {
    let digits = (16 - group.leading_zeros()).div_ceil(4).max(1);
    for place in (0..digits).rev() {
        let digit = (group >> (4 * place) & 0xf) as u8;
        out.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    }
}

/// Appends TCP flags as nfdump 1.6.13 spells them, for every protocol: six characters `UAPRSF` with dots, or the number as `  0xc2` when a bit
/// above URG is set.
pub fn write_tcp_flags(flags: u8, out: &mut Vec<u8>) {
    if flags > 63 {
        let _ = write!(out, "  0x{flags:2x}");
        return;
    }
    for (at, &letter) in b"UAPRSF".iter().enumerate() {
        out.push(if flags >> (5 - at) & 1 == 1 { letter } else { b'.' });
    }
}

/// Appends a MAC address, 48 bits, as `02:34:56:78:90:aa`.
pub fn write_mac(mac: u64, out: &mut String) {
    let [_, _, a, b, c, d, e, f] = mac.to_be_bytes();
    let _ = write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tcp_flags_are_spelled_as_by_nfdump_1_6_13() {
        let shown = [0, 0x1b, 0x3f, 0x40, 0xc2].map(|flags| text(|out| write_tcp_flags(flags, out)));
        assert_eq!(shown, ["......", ".AP.SF", "UAPRSF", "  0x40", "  0xc2"]);
    }

    fn address(address: Address) -> String {
        text(|out| address.write(out))
    }

    #[test]
    fn addresses_are_spelled_as_by_nfdump() {
        let shown = [Address::None, Address::V4(0x0a00_0001), Address::V4(0x7f64_ff09)].map(address);
        assert_eq!(shown, ["0.0.0.0", "10.0.0.1", "127.100.255.9"]);
        assert_eq!(address(Address::V6(0x0102_0304)), "::1.2.3.4");
    }

    #[test]
    fn every_octet_is_spelled_as_by_std() {
        for number in (0..=255u32).map(|octet| octet << 24 | octet) {
            assert_eq!(address(Address::V4(number)), std::net::Ipv4Addr::from_bits(number).to_string());
        }
    }

    #[test]
    fn ipv6_addresses_are_spelled_as_by_std() {
        let runs = (0..256u32).map(|mask| (0..8).fold(0u128, |number, at| (number << 16) | (u128::from(mask >> at & 1) << (4 * (at % 4)))));
        let numbers = [1, 0xfe80 << 112 | 1, u128::MAX, 0xffff_0102_0304, 0x2001_0db8 << 96 | 0xabc << 80 | 0x7].into_iter();
        for number in runs.chain(numbers).filter(|number| number >> 32 != 0 || number >> 16 == 0) {
            assert_eq!(address(Address::V6(number)), std::net::Ipv6Addr::from_bits(number).to_string());
        }
    }
}
