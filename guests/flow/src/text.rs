//! Addresses and flags as text.

use std::fmt::Write;
use std::ops::Range;

use crate::record::Address;

impl Address {
    /// Appends the address as text; `0.0.0.0`, as nfdump prints it, where there is none.
    pub fn write(self, out: &mut String) {
        match self {
            Self::None => out.push_str("0.0.0.0"),
            Self::V4(number) => write_v4(number, out),
            Self::V6(number) => write_v6(number, out),
        }
    }
}

/// Digit by digit: a file has thousands of distinct addresses, the formatter of std takes five times as long, and in the sandbox each copy of a
/// few bytes costs as much as ten characters.
fn write_v4(number: u32, out: &mut String) {
    for (at, byte) in number.to_be_bytes().into_iter().enumerate() {
        if at > 0 {
            out.push('.');
        }
        if byte > 99 {
            out.push(char::from(b'0' + byte / 100));
        }
        if byte > 9 {
            out.push(char::from(b'0' + byte / 10 % 10));
        }
        out.push(char::from(b'0' + byte % 10));
    }
}

/// By the rules of RFC 5952, with the ending in dots that the C library gives addresses that hold one of IPv4.
fn write_v6(number: u128, out: &mut String) {
    let upper = number >> 32;
    if upper == 0xffff || (upper == 0 && number >> 16 != 0) {
        out.push_str(if upper == 0 { "::" } else { "::ffff:" });
        return write_v4(number as u32, out);
    }
    let groups: [u16; 8] = std::array::from_fn(|at| (number >> (112 - 16 * at)) as u16);
    let zeros = longest_zeros(&groups);
    for (at, group) in groups.into_iter().enumerate() {
        if zeros.contains(&at) {
            if at == zeros.start {
                out.push_str("::");
            }
            continue;
        }
        if at > 0 && at != zeros.end {
            out.push(':');
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
fn write_hex(group: u16, out: &mut String) {
    let digits = (16 - group.leading_zeros()).div_ceil(4).max(1);
    for place in (0..digits).rev() {
        let digit = (group >> (4 * place) & 0xf) as u8;
        out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
    }
}

/// Appends TCP flags as nfdump 1.6.13 spells them, for every protocol: six characters `UAPRSF` with dots, or the number as `  0xc2` when a bit
/// above URG is set.
pub fn write_tcp_flags(flags: u8, out: &mut String) {
    if flags > 63 {
        let _ = write!(out, "  0x{flags:2x}");
        return;
    }
    for (at, letter) in "UAPRSF".chars().enumerate() {
        out.push(if flags >> (5 - at) & 1 == 1 { letter } else { '.' });
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

    fn text(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn tcp_flags_are_spelled_as_by_nfdump_1_6_13() {
        let shown = [0, 0x1b, 0x3f, 0x40, 0xc2].map(|flags| text(|out| write_tcp_flags(flags, out)));
        assert_eq!(shown, ["......", ".AP.SF", "UAPRSF", "  0x40", "  0xc2"]);
    }

    #[test]
    fn addresses_are_spelled_as_by_nfdump() {
        let shown = [Address::None, Address::V4(0x0a00_0001), Address::V4(0x7f64_ff09)].map(|address| text(|out| address.write(out)));
        assert_eq!(shown, ["0.0.0.0", "10.0.0.1", "127.100.255.9"]);
        assert_eq!(text(|out| Address::V6(0x0102_0304).write(out)), "::1.2.3.4");
    }

    #[test]
    fn ipv6_addresses_are_spelled_as_by_std() {
        let runs = (0..256u32).map(|mask| (0..8).fold(0u128, |number, at| (number << 16) | (u128::from(mask >> at & 1) << (4 * (at % 4)))));
        let numbers = [1, 0xfe80 << 112 | 1, u128::MAX, 0xffff_0102_0304, 0x2001_0db8 << 96 | 0xabc << 80 | 0x7].into_iter();
        for number in runs.chain(numbers).filter(|number| number >> 32 != 0 || number >> 16 == 0) {
            assert_eq!(text(|out| Address::V6(number).write(out)), std::net::Ipv6Addr::from_bits(number).to_string());
        }
    }
}
