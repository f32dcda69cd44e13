//! Names of what a link layer carries: Ethernet types, LLC service access points (numbers up to 1500), and OSI network layer protocols.

use super::find;

const CARRIED: &[(&str, u32)] = &[
    ("aarp", 0x80f3),
    ("arp", 0x0806),
    ("atalk", 0x809b),
    ("decnet", 0x6003),
    ("ip", 0x0800),
    ("ip6", 0x86dd),
    ("lat", 0x6004),
    ("loopback", 0x9000),
    ("mopdl", 0x6001),
    ("moprc", 0x6002),
    ("rarp", 0x8035),
    ("sca", 0x6007),
    ("iso", 0xfe),
    ("stp", 0x42),
    ("ipx", 0xe0),
    ("netbeui", 0xf0),
];

const ISO: &[(&str, u32)] = &[("clnp", 0x81), ("esis", 0x82), ("isis", 0x83)];

/// The number of an Ethernet type or a service access point.
pub fn ethernet_protocol(name: &str) -> Option<u32> {
    find(CARRIED, name)
}

/// The number of an OSI network layer protocol.
pub fn iso_protocol(name: &str) -> Option<u32> {
    find(ISO, name)
}
