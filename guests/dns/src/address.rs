//! Addresses as text.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

/// Appends an address.
pub fn write(address: &IpAddr, out: &mut String) {
    match address {
        IpAddr::V4(address) => write_v4(*address, out),
        // Writing to a String cannot fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
}

/// Appends an address of IPv4; the formatter of std takes several times as long.
pub fn write_v4(address: Ipv4Addr, out: &mut String) {
    for (place, byte) in address.octets().into_iter().enumerate() {
        if place > 0 {
            out.push('.');
        }
        if byte >= 100 {
            out.push(char::from(b'0' + byte / 100));
        }
        if byte >= 10 {
            out.push(char::from(b'0' + byte / 10 % 10));
        }
        out.push(char::from(b'0' + byte % 10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_spelled_as_std_spells_them() {
        for text in ["0.0.0.0", "10.100.9.255", "1.20.203.4", "::1", "2001:db8::ff", "::ffff:1.2.3.4"] {
            let mut out = String::new();
            write(&text.parse().expect("address"), &mut out);
            assert_eq!(out, text);
        }
    }
}
