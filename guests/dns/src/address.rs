//! Addresses as text.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use weir_sdk::{write_ipv4, write_ipv6};

/// Appends an address.
pub fn write(address: &IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => write_ipv4(address.to_bits(), out),
        IpAddr::V6(address) => write_ipv6(address.to_bits(), out),
    }
}

/// An address in words that one instruction compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    upper: u64,
    lower: u64,
    six: bool,
}

impl Hash for Key {
    /// One word: a hash of more takes a multiplication more.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.upper.rotate_left(32) ^ self.lower);
    }
}

impl Key {
    /// Of an address.
    #[inline(always)]
    pub fn of(address: &IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self { upper: 0, lower: address.to_bits().into(), six: false },
            IpAddr::V6(address) => Self { upper: (address.to_bits() >> 64) as u64, lower: address.to_bits() as u64, six: true },
        }
    }

    /// Appends the address.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self.six {
            false => write_ipv4(self.lower as u32, out),
            true => write_ipv6(u128::from(self.upper) << 64 | u128::from(self.lower), out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_spelled_as_std_spells_them() {
        for text in ["0.0.0.0", "10.100.9.255", "1.20.203.4", "::1", "2001:db8::ff", "::ffff:1.2.3.4"] {
            let (mut out, address) = (Vec::new(), text.parse().expect("address"));
            write(&address, &mut out);
            Key::of(&address).write(&mut out);
            assert_eq!(out, text.repeat(2).into_bytes());
        }
    }
}
