//! What a packet must be.

use std::net::IpAddr;

use byteseek::Pattern;
use frame::{Fields, protocol_number};

use crate::parts::{Part, parts};
use crate::wrong::Wrong;

const NAMES: [&str; 7] =
    ["ip_src_addr", "ip_dst_addr", "ip_src_port", "ip_dst_port", "protocol", "includes_reverse_traffic", "packet_filter"];

/// What a packet must be; all that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    source: End,
    destination: End,
    protocol: Option<Value<u8>>,
    either_way: bool,
    pattern: Option<Pattern>,
    warnings: Vec<String>,
}

/// One end of a conversation.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    address: Option<Value<IpAddr>>,
    port: Option<Value<u16>>,
}

/// What a field must be: this, or something that no packet has, as `ip_src_addr=*`.
#[derive(Debug, Clone, Copy)]
enum Value<T> {
    Is(T),
    Never,
}

impl<T: PartialEq> Value<T> {
    fn admits(wanted: Option<&Self>, has: Option<T>) -> bool {
        match wanted {
            None => true,
            Some(Self::Never) => false,
            Some(Self::Is(value)) => has.as_ref() == Some(value),
        }
    }
}

impl End {
    fn is(&self, address: Option<IpAddr>, port: Option<u16>) -> bool {
        Value::admits(self.port.as_ref(), port) && Value::admits(self.address.as_ref(), address)
    }
}

impl Wanted {
    /// Reads an expression.
    pub fn new(expression: &str) -> Result<Self, Wrong> {
        let mut wanted = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for part in parts(expression)? {
            if seen.contains(&part.name) {
                return Err(Wrong::new(part.at, format!("{} once", part.name)));
            }
            wanted.set(part)?;
            seen.push(part.name);
        }
        Ok(wanted)
    }

    fn set(&mut self, part: Part<'_>) -> Result<(), Wrong> {
        match part.name {
            "ip_src_addr" => self.source.address = Some(self.address(part)),
            "ip_dst_addr" => self.destination.address = Some(self.address(part)),
            "ip_src_port" => self.source.port = Some(self.port(part)?),
            "ip_dst_port" => self.destination.port = Some(self.port(part)?),
            "protocol" => self.protocol = Some(self.protocol(part)),
            "includes_reverse_traffic" => self.either_way = part.value.eq_ignore_ascii_case("true"),
            "packet_filter" => self.pattern = Some(self.pattern(part)?),
            _ => return Err(Wrong::new(part.at, format!("one of {}", NAMES.join(", ")))),
        }
        Ok(())
    }

    fn address(&mut self, part: Part<'_>) -> Value<IpAddr> {
        part.value.parse().map_or_else(|_| self.never(part, "is no address"), Value::Is)
    }

    /// A number in Java's way: with a sign, and of 32 bits.
    fn port(&mut self, part: Part<'_>) -> Result<Value<u16>, Wrong> {
        let number: i32 = part.value.parse().map_err(|_| Wrong::new(part.value_at, "a port number"))?;
        Ok(u16::try_from(number).map_or_else(|_| self.never(part, "is no port, which are 0 to 65535"), Value::Is))
    }

    /// A number as it is printed, or a name.
    fn protocol(&mut self, part: Part<'_>) -> Value<u8> {
        let number = part.value.parse().ok().filter(|number: &u8| number.to_string() == part.value);
        let number = number.or_else(|| protocol_number(part.value));
        number.map_or_else(|| self.never(part, "is no IP protocol"), Value::Is)
    }

    fn pattern(&mut self, part: Part<'_>) -> Result<Pattern, Wrong> {
        let pattern = Pattern::new(part.value).map_err(|wrong| Wrong::new(part.value_at + wrong.at, wrong.expected))?;
        self.warnings.extend(pattern.warnings().iter().map(|warning| format!("packet_filter: {warning}")));
        Ok(pattern)
    }

    fn never<T>(&mut self, part: Part<'_>, why: &str) -> Value<T> {
        self.warnings.push(format!("no packet is selected: {}={} {why}", part.name, part.value));
        Value::Never
    }

    /// Whether a packet is wanted.
    #[inline]
    pub fn is(&self, fields: &Fields, packet: &[u8]) -> bool {
        Value::admits(self.protocol.as_ref(), fields.protocol)
            && (self.goes(fields, false) || self.either_way && self.goes(fields, true))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_found_in(packet))
    }

    #[inline]
    fn goes(&self, fields: &Fields, back: bool) -> bool {
        let (from, to) = if back { (&self.destination, &self.source) } else { (&self.source, &self.destination) };
        let (addresses, ports) = (fields.addresses.unzip(), fields.ports.unzip());
        from.is(addresses.0, ports.0) && to.is(addresses.1, ports.1)
    }

    /// Bytes behind the headers matter.
    pub fn looks_at_all(&self) -> bool {
        self.pattern.is_some()
    }

    /// What its author may not have meant.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
