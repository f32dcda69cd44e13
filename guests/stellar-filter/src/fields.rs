//! The variables of a packet, decoded when they are first asked for.

use std::cell::OnceCell;

use frame::Fields;
use stellar_language::{Kind, Value, Variable, Variables};

/// Metron's names. The order is that of [`LinkedPacket::value`].
pub const VARIABLES: &[Variable] = &[
    Variable { name: "packet", kind: Kind::Other },
    Variable { name: "ip_src_addr", kind: Kind::Other },
    Variable { name: "ip_src_port", kind: Kind::Other },
    Variable { name: "ip_dst_addr", kind: Kind::Other },
    Variable { name: "ip_dst_port", kind: Kind::Other },
    Variable { name: "protocol", kind: Kind::Other },
];
/// The place of `packet`.
pub const PACKET: usize = 0;

/// A packet of a link type.
pub struct LinkedPacket<'a> {
    link_type: u32,
    bytes: &'a [u8],
    as_metron: bool,
    fields: OnceCell<Fields>,
}

impl<'a> LinkedPacket<'a> {
    #[inline]
    pub fn new(link_type: u32, bytes: &'a [u8], as_metron: bool) -> Self {
        Self { link_type, bytes, as_metron, fields: OnceCell::new() }
    }

    #[inline]
    fn fields(&self) -> &Fields {
        self.fields.get_or_init(|| {
            let fields = Fields::of(self.link_type, self.bytes);
            if self.as_metron { fields.as_metron_has_them() } else { fields }
        })
    }
}

impl Variables for LinkedPacket<'_> {
    #[inline]
    fn value(&self, place: usize) -> Value {
        if place == PACKET {
            return Value::Packet;
        }
        let fields = self.fields();
        let (addresses, ports) = (fields.addresses.unzip(), fields.ports.unzip());
        let number = |port: Option<u16>| port.map(|port| Value::Int(port.into()));
        let value = match place {
            1 => addresses.0.map(Value::Address),
            2 => number(ports.0),
            3 => addresses.1.map(Value::Address),
            4 => number(ports.1),
            5 => fields.protocol.map(|protocol| Value::Int(protocol.into())),
            _ => None,
        };
        value.unwrap_or(Value::Null)
    }

    fn packet(&self) -> &[u8] {
        self.bytes
    }
}
