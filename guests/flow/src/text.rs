//! Addresses and flags as text.

use std::fmt::Write;
use std::net::Ipv6Addr;

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

/// By hand: a file has thousands of distinct addresses, and the formatter of std takes three times as long.
fn write_v4(number: u32, out: &mut String) {
    for (at, byte) in number.to_be_bytes().into_iter().enumerate() {
        if at > 0 {
            out.push('.');
        }
        let digits = [byte / 100, byte / 10 % 10, byte % 10];
        let leading = if byte > 99 {
            0
        } else if byte > 9 {
            1
        } else {
            2
        };
        out.extend(digits.iter().skip(leading).map(|digit| char::from(b'0' + digit)));
    }
}

fn write_v6(number: u128, out: &mut String) {
    // An address of IPv4 in the last four bytes alone: the C library ends it in dots, Rust does not.
    if number >> 32 == 0 && number >> 16 != 0 {
        out.push_str("::");
        return write_v4(number as u32, out);
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", Ipv6Addr::from_bits(number));
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
        let shown =
            [Address::None, Address::V4(0x0a00_0001), Address::V4(0x7f64_ff09), Address::V6(0xfe80 << 112 | 1), Address::V6(0x0102_0304)]
                .map(|address| text(|out| address.write(out)));
        assert_eq!(shown, ["0.0.0.0", "10.0.0.1", "127.100.255.9", "fe80::1", "::1.2.3.4"]);
    }
}
