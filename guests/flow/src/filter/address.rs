//! Addresses and networks as a filter writes them.
//!
//! Both kinds are 128 bits here, IPv4 the lowest 32: so nfdump compares them, and `10.0.0.1` and `::10.0.0.1` are the same.

/// An address, or the beginning of one, left-aligned: `172.16` is 172.16.0.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its bits.
    pub bits: u128,
    /// Bits that were written: 32 or 128 when it is whole.
    pub written: u32,
    /// 32 or 128.
    pub width: u32,
}

/// The addresses that are equal to `bits` where `mask` has ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    mask: u128,
}

impl Written {
    /// `None`: it is no address.
    pub fn parse(word: &str) -> Option<Self> {
        if word.contains(':') { parse_v6(word) } else { parse_v4(word) }
    }

    /// Nothing is missing at its end.
    pub fn is_whole(self) -> bool {
        self.written == self.width
    }

    /// This address alone.
    pub fn alone(self) -> Network {
        Network::new(self.bits, u128::MAX)
    }

    /// The network of the first `prefix` bits; `None` when fewer were written.
    pub fn network(self, prefix: u32) -> Option<Network> {
        let free = self.width.checked_sub(prefix)?;
        let mask = u128::MAX.checked_shl(free).unwrap_or_default();
        (prefix <= self.written).then(|| Network::new(self.bits, mask))
    }

    /// The network of a mask, which need not be a prefix; of two whole IPv4 addresses alone.
    pub fn masked(self, mask: Self) -> Option<Network> {
        let both = [self, mask].iter().all(|address| address.is_whole() && address.width == 32);
        both.then(|| Network::new(self.bits, mask.bits | u128::MAX << 32))
    }
}

impl Network {
    fn new(bits: u128, mask: u128) -> Self {
        Self { bits: bits & mask, mask }
    }

    /// Whether the address is in it.
    #[inline]
    pub fn contains(self, address: u128) -> bool {
        address & self.mask == self.bits
    }

    /// First and last address; of a network with a prefix.
    pub fn range(self) -> (u128, u128) {
        (self.bits, self.bits | !self.mask)
    }
}

/// Leading zeros are decimal, as in nfdump.
fn parse_v4(word: &str) -> Option<Written> {
    let parts = word.split('.').map(|part| part.parse::<u8>().ok()).collect::<Option<Vec<_>>>()?;
    let missing = 4_u32.checked_sub(parts.len().try_into().ok()?)?;
    let bits = parts.iter().fold(0, |bits, part| bits << 8 | u128::from(*part));
    Some(Written { bits: bits << (8 * missing), written: 32 - 8 * missing, width: 32 })
}

fn parse_v6(word: &str) -> Option<Written> {
    let whole = word.parse::<std::net::Ipv6Addr>().ok().map(|address| Written { bits: address.to_bits(), written: 128, width: 128 });
    whole.or_else(|| parse_v6_beginning(word))
}

fn parse_v6_beginning(word: &str) -> Option<Written> {
    let groups = word.split(':').map(|group| u16::from_str_radix(group, 16).ok()).collect::<Option<Vec<_>>>()?;
    let missing = 8_u32.checked_sub(groups.len().try_into().ok()?)?;
    let bits = groups.iter().fold(0, |bits, group| bits << 16 | u128::from(*group));
    Some(Written { bits: bits << (16 * missing), written: 128 - 16 * missing, width: 128 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(word: &str) -> u128 {
        Written::parse(word).unwrap().bits
    }

    #[test]
    fn a_beginning_is_left_aligned_and_not_whole() {
        assert_eq!(Written::parse("172.16"), Some(Written { bits: 0xac10_0000, written: 16, width: 32 }));
        assert_eq!(Written::parse("2001:db8"), Some(Written { bits: 0x2001_0db8 << 96, written: 32, width: 128 }));
        assert!(!Written::parse("172.16").unwrap().is_whole());
        assert!(Written::parse("2001:db8::").unwrap().is_whole());
    }

    #[test]
    fn leading_zeros_are_decimal() {
        assert_eq!(bits("010.001.000.009"), 0x0a01_0009);
    }

    #[test]
    fn what_is_no_address_is_none() {
        for word in ["", ".", "10.", "10..1", "256.1.1.1", "1.2.3.4.5", "a.b", "1:", "12345::", "1:2:3:4:5:6:7:8:9", ":::"] {
            assert_eq!(Written::parse(word), None, "{word}");
        }
    }

    #[test]
    fn a_network_is_told_by_its_first_bits() {
        let network = Written::parse("10.1.2.3").unwrap().network(8).unwrap();
        assert_eq!(network.range(), (bits("10.0.0.0"), bits("10.255.255.255")));
        assert!(network.contains(bits("10.200.0.1")));
        assert!(!network.contains(bits("11.0.0.0")));
        assert!(!network.contains(bits("2001::a00:1")));
    }

    #[test]
    fn a_prefix_of_zero_is_every_address_of_ipv4_or_every_address() {
        let all_v4 = Written::parse("0.0.0.0").unwrap().network(0).unwrap();
        assert!(all_v4.contains(bits("255.1.1.1")));
        assert!(!all_v4.contains(bits("2001::1")));
        assert!(Written::parse("::").unwrap().network(0).unwrap().contains(bits("2001::1")));
    }

    #[test]
    fn a_prefix_longer_than_what_was_written_is_none() {
        assert_eq!(Written::parse("172.16").unwrap().network(17), None);
        assert_eq!(Written::parse("10.0.0.0").unwrap().network(33), None);
        assert_eq!(Written::parse("2001:db8").unwrap().network(33), None);
        assert_eq!(Written::parse("::1").unwrap().network(129), None);
    }

    #[test]
    fn a_mask_may_have_holes() {
        let network = Written::parse("10.9.0.7").unwrap().masked(Written::parse("255.0.0.255").unwrap()).unwrap();
        assert!(network.contains(bits("10.1.2.7")));
        assert!(!network.contains(bits("10.1.2.8")));
        assert_eq!(Written::parse("10.9").unwrap().masked(Written::parse("255.0.0.0").unwrap()), None);
        assert_eq!(Written::parse("::1").unwrap().masked(Written::parse("::1").unwrap()), None);
    }
}
