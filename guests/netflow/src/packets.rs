//! Packets of a capture to what exporters sent in them.

use flow::record::Address;
use weir_sdk::{OutOfBounds, Packet, Reader};

use crate::damage::Damage;
use crate::datagram::Datagram;
use crate::ports::Ports;

/// Finds datagrams of exporters.
#[derive(Debug)]
pub struct Packets {
    ports: Ports,
}

/// What a packet is.
#[derive(Debug)]
pub enum Found<'a> {
    /// What an exporter sent.
    Datagram(Datagram<'a>),
    /// UDP to a port that was not named.
    OtherPort(u16, Datagram<'a>),
    /// Something else.
    Nothing,
    /// To one of the ports, but not all there.
    Damaged(Damage),
}

impl Packets {
    /// To these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Every UDP datagram may be one.
    pub fn is_any_port(&self) -> bool {
        self.ports.is_any()
    }

    /// Looks into a packet.
    pub fn find<'a>(&mut self, link_type: u32, packet: &Packet<'a>, position: u64) -> Found<'a> {
        let received = u64::try_from(packet.timestamp / 1_000_000).unwrap_or_default();
        let Ok((exporter, port, payload)) = udp(link_type, packet.bytes) else { return Found::Nothing };
        let datagram = Datagram { position, received, exporter, payload };
        if self.ports.is_any() || self.ports.contains(port) { Found::Datagram(datagram) } else { Found::OtherPort(port, datagram) }
    }
}

fn udp(link_type: u32, bytes: &[u8]) -> Result<(Address, u16, &[u8]), OutOfBounds> {
    let mut r = Reader::new(bytes);
    let kind = match link_type {
        1 => { r.take(12)?; r.u16_be()? }
        101 => if bytes.first().is_some_and(|b| b >> 4 == 6) { 0x86dd } else { 0x800 },
        _ => 0,
    };
    let fail = OutOfBounds { at: 0, needed: 0 };
    let src = match kind {
        0x800 => {
            let h = r.array::<12>()?;
            if h[9] != 17 { return Err(fail) }
            let src = r.u32_be()?; r.u32_be()?;
            Address::V4(src)
        }
        0x86dd => {
            let h = r.array::<8>()?;
            if h[6] != 17 { return Err(fail) }
            let src = u128::from_be_bytes(r.array()?); r.take(16)?;
            Address::V6(src)
        }
        _ => return Err(fail),
    };
    let (_, port, len, _) = (r.u16_be()?, r.u16_be()?, r.u16_be()?, r.u16_be()?);
    Ok((src, port, r.take(usize::from(len).saturating_sub(8))?))
}
