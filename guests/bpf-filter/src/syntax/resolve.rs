//! What a subject is with the qualifiers before it.

use super::literal::dotted_value;
use super::primitive::{Carrier, Direction, Numbered, Primitive, Protocol, Transport};
use super::qualified::{Kind, Qualifiers};
use crate::names::{Service, ethernet_protocol, ip_protocol, iso_protocol, service};
use crate::wrong::Wrong;

/// What a primitive is about, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Number(u32),
    Name(String),
    Dotted(String),
    Prefix { text: String, length: u32 },
    Masked { text: String, mask: String, at: usize },
    Address6 { address: u128, prefix: Option<u32> },
    Mac([u8; 6]),
    Arcnet(u8),
}

const ADDRESS: &str = "an IPv4 address or the beginning of one, of numbers up to 255";

impl Subject {
    /// The primitive, if the subject and its qualifiers go together.
    pub fn resolve(self, qualifiers: &Qualifiers, at: usize) -> Result<Primitive, Wrong> {
        if qualifiers.missing {
            return Err(Wrong::new(at, "a word before it that says what this is: `host`, `net`, `port`, `src`, `dst` …"));
        }
        let context = Context { qualifiers, at };
        match self {
            Self::Number(number) => context.number(number),
            Self::Name(name) => context.name(&name),
            Self::Dotted(text) => context.dotted(&text),
            Self::Prefix { text, length } => context.prefix(&text, length),
            Self::Masked { text, mask, at: at_mask } => {
                let (mask, bits) = dotted_value(&mask).ok_or_else(|| Wrong::new(at_mask, "a mask of numbers up to 255"))?;
                context.network(&text, left(mask, bits))
            }
            Self::Address6 { address, prefix } => context.address6(address, prefix),
            Self::Mac(address) => context.mac(address),
            Self::Arcnet(address) => context.arcnet(address),
        }
    }
}

/// A part of an address, moved to its left end.
fn left(value: u32, bits: u32) -> u32 {
    value.checked_shl(32 - bits.min(32)).unwrap_or(0)
}

struct Context<'a> {
    qualifiers: &'a Qualifiers,
    at: usize,
}

impl Context<'_> {
    fn wrong(&self, expected: impl Into<String>) -> Wrong {
        Wrong::new(self.at, expected)
    }

    fn number(&self, number: u32) -> Result<Primitive, Wrong> {
        match self.qualifiers.kind {
            None | Some(Kind::Host) if self.qualifiers.protocol == Some(Protocol::Link) => Err(self.no_mac()),
            None | Some(Kind::Host) => self.host(number, u32::MAX),
            Some(Kind::Net) if self.qualifiers.protocol == Some(Protocol::Decnet) => self.host(number, u32::MAX),
            Some(Kind::Net) => {
                let missing = number.leading_zeros().min(24) / 8 * 8;
                let missing = if number == 0 { 0 } else { missing };
                self.host(number << missing, u32::MAX << missing)
            }
            Some(Kind::Port | Kind::PortRange) => self.ports(number, number, self.transport()?),
            Some(Kind::Proto) => Ok(Primitive::Numbered { number, of: self.numbered()? }),
            Some(Kind::ProtoChain) => Ok(Primitive::Chain { number, of: self.chained()? }),
            Some(Kind::Gateway) => Err(self.no_gateway()),
        }
    }

    fn name(&self, name: &str) -> Result<Primitive, Wrong> {
        match self.qualifiers.kind {
            None | Some(Kind::Host) => Err(self.wrong(format!(
                "an address and not `{name}`: names of hosts are not looked up, since a filter has neither network nor files"
            ))),
            Some(Kind::Net) => Err(self.wrong(format!("a network like 10.0.0.0/8 and not `{name}`: names of networks are not looked up"))),
            Some(Kind::Port) => {
                let (port, of) = self.service(name)?;
                self.ports(port, port, self.agreed(name, of)?)
            }
            Some(Kind::PortRange) => self.range(name),
            Some(Kind::Proto) => {
                let of = self.numbered()?;
                Ok(Primitive::Numbered { number: self.protocol_number(name, of)?, of })
            }
            Some(Kind::ProtoChain) => {
                let of = self.chained()?;
                Ok(Primitive::Chain { number: self.protocol_number(name, of)?, of })
            }
            Some(Kind::Gateway) => Err(self.no_gateway()),
        }
    }

    fn no_gateway(&self) -> Wrong {
        self.wrong("`gateway` needs the two addresses of a name, and names are not looked up: write `ether host MAC and not host ADDRESS`")
    }

    fn no_mac(&self) -> Wrong {
        self.wrong("a link-layer address, like 00:11:22:aa:bb:cc")
    }

    /// A port's number and, if the name is one of a single protocol, that.
    fn service(&self, name: &str) -> Result<(u32, Option<Transport>), Wrong> {
        let unknown = || self.wrong(format!("the number of a port or a known name of one, and not `{name}`"));
        let Service { tcp, udp } = service(name).ok_or_else(unknown)?;
        match (tcp, udp) {
            (Some(tcp), Some(udp)) if tcp == udp => Ok((tcp.into(), None)),
            (Some(tcp), _) => Ok((tcp.into(), Some(Transport::Tcp))),
            (None, Some(udp)) => Ok((udp.into(), Some(Transport::Udp))),
            (None, None) => Err(unknown()),
        }
    }

    /// The protocol that the qualifiers and the name of a port agree upon.
    fn agreed(&self, name: &str, of_name: Option<Transport>) -> Result<Option<Transport>, Wrong> {
        match (self.transport()?, of_name) {
            (None, of_name) => Ok(of_name),
            (Some(wanted), Some(found)) if wanted != found => {
                Err(self.wrong(format!("a port of {wanted:?}, and `{name}` is one of {found:?}")))
            }
            (wanted, _) => Ok(wanted),
        }
    }

    fn range(&self, text: &str) -> Result<Primitive, Wrong> {
        let form = || self.wrong("two ports with `-` between them, like 1024-2047 or ftp-data-ftp");
        let numbers = text.split_once('-').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
        if let Some((low, high)) = numbers {
            return self.ports(low, high, self.transport()?);
        }
        // A name may have the sign in it: `ftp-data-ftp`.
        let ends = text.match_indices('-').find_map(|(middle, _)| {
            let (low, high) = (self.service_or_number(text.get(..middle)?)?, self.service_or_number(text.get(middle + 1..)?)?);
            Some((low, high))
        });
        let ((low, of_low), (high, of_high)) = ends.ok_or_else(form)?;
        let of_name = if of_low == of_high { of_low } else { None };
        self.ports(low, high, self.agreed(text, of_name)?)
    }

    fn service_or_number(&self, text: &str) -> Option<(u32, Option<Transport>)> {
        text.parse().map(|number| (number, None)).ok().or_else(|| self.service(text).ok())
    }

    fn ports(&self, low: u32, high: u32, transport: Option<Transport>) -> Result<Primitive, Wrong> {
        if low.max(high) > u16::MAX.into() {
            return Err(self.wrong("a port up to 65535"));
        }
        let direction = self.direction("ports")?;
        Ok(Primitive::Ports { low: low.min(high), high: low.max(high), transport, direction })
    }

    /// A direction that is not of 802.11 frames.
    fn direction(&self, of: &str) -> Result<Direction, Wrong> {
        let direction = self.qualifiers.direction();
        if direction.is_wireless() {
            return Err(self.wrong(format!("`src` or `dst`: only addresses of 802.11 frames have other directions, and these are {of}")));
        }
        Ok(direction)
    }

    fn transport(&self) -> Result<Option<Transport>, Wrong> {
        match self.qualifiers.protocol {
            None => Ok(None),
            Some(Protocol::Tcp) => Ok(Some(Transport::Tcp)),
            Some(Protocol::Udp) => Ok(Some(Transport::Udp)),
            Some(Protocol::Sctp) => Ok(Some(Transport::Sctp)),
            Some(other) => Err(self.wrong(format!("a port of tcp, udp or sctp: {} has none", other.name()))),
        }
    }

    fn numbered(&self) -> Result<Numbered, Wrong> {
        match self.qualifiers.protocol {
            None => Ok(Numbered::AnyIp),
            Some(Protocol::Link) => Ok(Numbered::Link),
            Some(Protocol::Ip) => Ok(Numbered::Ip),
            Some(Protocol::Ip6) => Ok(Numbered::Ip6),
            Some(Protocol::Iso) => Ok(Numbered::Iso),
            Some(Protocol::Isis) => Ok(Numbered::Isis),
            Some(other) => {
                Err(self.wrong(format!("`proto` of ether, ip, ip6, iso or isis: {} carries no numbered protocols", other.name())))
            }
        }
    }

    fn chained(&self) -> Result<Numbered, Wrong> {
        match self.qualifiers.protocol {
            None => Ok(Numbered::AnyIp),
            Some(Protocol::Ip) => Ok(Numbered::Ip),
            Some(Protocol::Ip6) => Ok(Numbered::Ip6),
            Some(other) => Err(self.wrong(format!("`protochain` of ip or ip6: {} has no chain of headers", other.name()))),
        }
    }

    fn protocol_number(&self, name: &str, of: Numbered) -> Result<u32, Wrong> {
        let (number, what) = match of {
            Numbered::Link => (ethernet_protocol(name), "an Ethernet type"),
            Numbered::Iso => (iso_protocol(name), "a protocol of OSI (clnp, esis, isis)"),
            Numbered::Isis => (None, "a kind of IS-IS packet"),
            Numbered::Ip | Numbered::Ip6 | Numbered::AnyIp => (ip_protocol(name), "an IP protocol"),
        };
        number.ok_or_else(|| self.wrong(format!("the number or a known name of {what}, and not `{name}`")))
    }

    fn dotted(&self, text: &str) -> Result<Primitive, Wrong> {
        match self.qualifiers.kind {
            Some(kind @ (Kind::Port | Kind::PortRange | Kind::Proto | Kind::ProtoChain)) => {
                return Err(self.wrong(format!("a number or a name behind `{}`, and no address", kind.name())));
            }
            Some(Kind::Gateway) => return Err(self.no_gateway()),
            None | Some(Kind::Host | Kind::Net) => {}
        }
        if self.qualifiers.protocol == Some(Protocol::Decnet) {
            return self.decnet(text);
        }
        if self.qualifiers.protocol == Some(Protocol::Link) {
            return Err(self.no_mac());
        }
        let (value, bits) = dotted_value(text).ok_or_else(|| self.wrong(ADDRESS))?;
        self.host(left(value, bits), left(u32::MAX >> (32 - bits.min(32)), bits))
    }

    /// `area.node`
    fn decnet(&self, text: &str) -> Result<Primitive, Wrong> {
        let parts = text.split_once('.').and_then(|(area, node)| Some((area.parse::<u32>().ok()?, node.parse::<u32>().ok()?)));
        let (area, node) = parts.ok_or_else(|| self.wrong("a DECnet address: area and node, like 10.15"))?;
        self.host(area << 10 & 0xfc00 | node & 0x3ff, u32::MAX)
    }

    fn prefix(&self, text: &str, length: u32) -> Result<Primitive, Wrong> {
        if length > 32 {
            return Err(self.wrong("a prefix of at most 32 bits"));
        }
        self.network(text, u32::MAX.checked_shl(32 - length).unwrap_or(0))
    }

    fn network(&self, text: &str, mask: u32) -> Result<Primitive, Wrong> {
        let (value, bits) = dotted_value(text).ok_or_else(|| self.wrong(ADDRESS))?;
        let address = left(value, bits);
        if address & !mask != 0 {
            return Err(self.wrong(format!("a network, and `{text}` has bits set beyond its mask")));
        }
        if self.qualifiers.kind != Some(Kind::Net) {
            return Err(self.wrong("`net` before it: only networks have masks"));
        }
        self.host(address, mask)
    }

    /// IPv4, or DECnet.
    fn host(&self, address: u32, mask: u32) -> Result<Primitive, Wrong> {
        let direction = self.direction("no such addresses")?;
        let carrier = match self.qualifiers.protocol {
            None => Carrier::Any,
            Some(Protocol::Ip) => Carrier::Ip,
            Some(Protocol::Arp) => Carrier::Arp,
            Some(Protocol::Rarp) => Carrier::Rarp,
            Some(Protocol::Decnet) => return Ok(Primitive::Decnet { address, direction }),
            Some(Protocol::Ip6) => return Err(self.wrong("an address of IPv6 behind `ip6`")),
            Some(other) => return Err(self.no_addresses(other)),
        };
        Ok(Primitive::Address { address, mask, carrier, direction })
    }

    fn no_addresses(&self, protocol: Protocol) -> Wrong {
        let name = protocol.name();
        self.wrong(format!("an address of ip, ip6, arp or rarp: {name} has none that is looked at (write `{name} and host …`)"))
    }

    fn address6(&self, address: u128, prefix: Option<u32>) -> Result<Primitive, Wrong> {
        let length = prefix.unwrap_or(128);
        if length > 128 {
            return Err(self.wrong("a prefix of at most 128 bits"));
        }
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        if address & !mask != 0 {
            return Err(self.wrong("a network, and bits are set beyond its prefix"));
        }
        match self.qualifiers.kind {
            None | Some(Kind::Host) if length != 128 => return Err(self.wrong("`net` before it: only networks have prefixes")),
            None | Some(Kind::Host | Kind::Net) => {}
            Some(kind) => return Err(self.wrong(format!("no address of IPv6 behind `{}`", kind.name()))),
        }
        match self.qualifiers.protocol {
            None | Some(Protocol::Ip6) => Ok(Primitive::Address6 { address, mask, direction: self.direction("IP addresses")? }),
            Some(other) => Err(self.wrong(format!("no address of IPv6 behind `{}`", other.name()))),
        }
    }

    fn mac(&self, address: [u8; 6]) -> Result<Primitive, Wrong> {
        match (self.qualifiers.kind, self.qualifiers.protocol) {
            (None | Some(Kind::Host), Some(Protocol::Link)) => Ok(Primitive::Mac { address, direction: self.qualifiers.direction() }),
            _ => Err(self.wrong("`ether host` (or `ether src`, `ether dst`) before a link-layer address")),
        }
    }

    fn arcnet(&self, address: u8) -> Result<Primitive, Wrong> {
        match (self.qualifiers.kind, self.qualifiers.protocol) {
            (None | Some(Kind::Host), Some(Protocol::Link)) => {
                Ok(Primitive::Arcnet { address, direction: self.direction("addresses of ARCnet")? })
            }
            _ => Err(self.wrong("`link host` before an address of ARCnet")),
        }
    }
}
