//! pcapng: one section, an interface for each link type, times in nanoseconds.

use crate::model::Packet;

const SECTION: u32 = 0x0a0d_0d0a;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
/// Option of an interface: times are powers of ten of a second, here nine.
const RESOLUTION: [u8; 12] = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];

/// One capture.
#[derive(Debug)]
pub struct Capture {
    snapshot: u32,
    /// Link types in the order of their interfaces.
    interfaces: Vec<u32>,
}

impl Capture {
    pub(super) fn new(snapshot: u32) -> Self {
        Self { snapshot, interfaces: Vec::new() }
    }

    /// The section's header, of version 1.0 and of unknown length.
    pub(super) fn begin(&self, out: &mut Vec<u8>) {
        block(SECTION, out, |out| {
            out.extend(BYTE_ORDER.to_le_bytes());
            out.extend([1, 0, 0, 0]);
            out.extend((-1_i64).to_le_bytes());
        });
    }

    pub(super) fn push(&mut self, link_type: u32, packet: &Packet<'_>, out: &mut Vec<u8>) {
        let interface = self.interface(link_type, out);
        let time = packet.timestamp.max(0).unsigned_abs();
        let captured = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
        block(PACKET, out, |out| {
            let numbers = [interface, (time >> 32) as u32, time as u32, captured, packet.length];
            out.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
            out.extend_from_slice(packet.bytes);
        });
    }

    /// The number of a link type's interface, which is described when it is first met.
    fn interface(&mut self, link_type: u32, out: &mut Vec<u8>) -> u32 {
        let known = self.interfaces.iter().position(|known| *known == link_type);
        let number = known.unwrap_or_else(|| {
            block(INTERFACE, out, |out| {
                out.extend((link_type as u16).to_le_bytes());
                out.extend([0, 0]);
                out.extend(self.snapshot.to_le_bytes());
                out.extend(RESOLUTION);
            });
            self.interfaces.push(link_type);
            self.interfaces.len() - 1
        });
        number as u32
    }
}

/// A block: its type, its length, its body padded to words, its length again.
fn block(of: u32, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend(of.to_le_bytes());
    out.extend([0; 4]);
    body(out);
    out.resize(start + (out.len() - start).next_multiple_of(4), 0);
    let length = u32::try_from(out.len() - start + 4).unwrap_or(u32::MAX).to_le_bytes();
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&length);
    }
    out.extend(length);
}
