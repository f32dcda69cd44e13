//! Packets of a capture to what exporters sent in them.

use std::net::IpAddr;

use flow::record::Address;
use weir_sdk::layers::{LayerError, Layers, Tcp};
use weir_sdk::{OutOfBounds, Packet, Reader};

use crate::damage::Damage;
use crate::datagram::{Datagram, Waiting};
use crate::ports::Ports;
use crate::streams::{Connection, Streams};

/// Finds what exporters sent.
#[derive(Debug)]
pub struct Packets {
    ports: Ports,
    layers: Layers,
    streams: Streams,
}

/// What a packet is.
#[derive(Debug)]
pub enum Found<'a> {
    /// A datagram to one of the ports, and whether the capture holds less of it than there was.
    Datagram(Datagram<'a>, bool),
    /// One to another port.
    OtherPort(u16, Datagram<'a>),
    /// Messages that a segment of TCP completed, and whether some were lost before them.
    Messages(Vec<Waiting>, bool),
    /// Something else.
    Nothing,
    /// Headers that cannot be read: whose packet it is, nobody knows.
    Unreadable,
    /// Of a link type that is not understood.
    LinkType(Damage),
}

impl Packets {
    /// To these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports, layers: Layers::default(), streams: Streams::default() }
    }

    /// Every UDP datagram may be one.
    pub fn is_any_port(&self) -> bool {
        self.ports.is_any()
    }

    /// Looks into a packet.
    #[inline]
    pub fn find<'a>(&'a mut self, link_type: u32, packet: &Packet<'a>, position: u64) -> Found<'a> {
        let Self { ports, layers, streams } = self;
        let received = u64::try_from(packet.timestamp / 1_000_000).unwrap_or_default();
        let found = match layers.decode(link_type, packet.bytes, packet.timestamp) {
            Ok(Some(found)) => found,
            Ok(None) => return Found::Nothing,
            Err(LayerError::LinkType(number)) => return Found::LinkType(Damage::LinkType(number)),
            Err(_) => return Found::Unreadable,
        };
        let exporter = address(found.addresses.src);
        match (found.udp(), found.tcp()) {
            (Some(Ok(udp)), _) => {
                let datagram = Datagram { position, received, exporter, payload: udp.payload };
                let ours = ports.is_any() || ports.contains(udp.dst_port);
                if ours { Found::Datagram(datagram, udp.missing > 0) } else { Found::OtherPort(udp.dst_port, datagram) }
            }
            (_, Some(Ok(tcp))) if ports.is_any() || ports.contains(tcp.dst_port) => {
                let connection = Connection { addresses: found.addresses, ports: (tcp.src_port, tcp.dst_port) };
                messages(streams, connection, &tcp, Datagram { position, received, exporter, payload: &[] })
            }
            (Some(Err(_)), _) | (_, Some(Err(_))) => Found::Unreadable,
            _ => Found::Nothing,
        }
    }

    /// Appends what is not whole yet: fragments of IP, messages over TCP.
    pub fn save(&self, out: &mut Vec<u8>) {
        self.layers.save(out);
        self.streams.save(out);
    }

    /// Takes over what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub fn restore(&mut self, saved: &mut Reader<'_>) -> Result<(), OutOfBounds> {
        self.layers.restore(saved)?;
        self.streams = Streams::restore(saved)?;
        Ok(())
    }
}

fn messages(streams: &mut Streams, connection: Connection, tcp: &Tcp<'_>, of: Datagram<'_>) -> Found<'static> {
    let messages = streams.take(connection, tcp);
    if messages.whole.is_empty() && !messages.lost {
        return Found::Nothing;
    }
    let whole = messages.whole.iter().map(|payload| Datagram { payload, ..of }.keep());
    Found::Messages(whole.collect(), messages.lost)
}

fn address(address: IpAddr) -> Address {
    match address {
        IpAddr::V4(address) => Address::V4(address.to_bits()),
        IpAddr::V6(address) => Address::V6(address.to_bits()),
    }
}
