//! Addresses and flags as text.

use std::fmt::Write as _;
use std::io::Write as _;

use weir_sdk::{write_ipv4, write_ipv6};

use crate::record::Address;

impl Address {
    /// Appends the address as text; `0.0.0.0`, as nfdump prints it, where there is none.
    #[inline]
    pub fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::None => write_ipv4(0, out),
            Self::V4(number) => write_ipv4(number, out),
            Self::V6(number) => write_v6(number, out),
        }
    }
}

/// As std spells it, but for addresses of IPv4 without the prefix ffff, which end in dots, as the C library has it.
#[inline(never)]
fn write_v6(number: u128, out: &mut Vec<u8>) {
    if number >> 32 == 0 && number >> 16 != 0 {
        out.extend_from_slice(b"::");
        return write_ipv4(number as u32, out);
    }
    write_ipv6(number, out);
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
    fn ipv6_addresses_are_spelled_as_by_std() {
        let runs = (0..256u32).map(|mask| (0..8).fold(0u128, |number, at| (number << 16) | (u128::from(mask >> at & 1) << (4 * (at % 4)))));
        let numbers = [1, 0xfe80 << 112 | 1, u128::MAX, 0xffff_0102_0304, 0x2001_0db8 << 96 | 0xabc << 80 | 0x7].into_iter();
        for number in runs.chain(numbers).filter(|number| number >> 32 != 0 || number >> 16 == 0) {
            assert_eq!(address(Address::V6(number)), std::net::Ipv6Addr::from_bits(number).to_string());
        }
    }
}
