//! One packet as a program sees it.

use super::value::{Base, Field, Size, Slot};

/// Slots of a program at most.
pub const SLOTS: usize = 32;

/// What a packet holds, and what was found out about it.
pub struct Packet<'a> {
    /// Captured bytes.
    pub bytes: &'a [u8],
    /// Bytes on the wire.
    pub length: u32,
    pub slots: &'a [u32; SLOTS],
}

impl Packet<'_> {
    pub fn slot(&self, slot: Slot) -> u32 {
        self.slots.get(usize::from(slot.0)).copied().unwrap_or(0)
    }

    /// `None`: it lies beyond the end, at least in part.
    pub fn field(&self, field: Field) -> Option<u32> {
        let base = match field.base {
            Base::Packet => 0,
            Base::Slot(slot) => self.slot(slot),
            Base::Ipv4 { slot, at } => self.slot_or_0(slot).wrapping_add(self.header_length(slot, at)?),
        };
        self.load(base, field.at, field.size)
    }

    /// The field that begins `at` bytes behind `base`.
    pub fn load(&self, base: u32, at: u32, size: Size) -> Option<u32> {
        let start = usize::try_from(u64::from(base) + u64::from(at)).ok()?;
        load(self.bytes, start, size)
    }

    /// Four times the low half of a byte.
    pub fn header_length(&self, slot: Option<Slot>, at: u32) -> Option<u32> {
        Some((self.load(self.slot_or_0(slot), at, Size::One)? & 0xf) * 4)
    }

    pub fn byte(&self, at: u32) -> Option<u32> {
        self.load(0, at, Size::One)
    }

    fn slot_or_0(&self, slot: Option<Slot>) -> u32 {
        slot.map_or(0, |slot| self.slot(slot))
    }
}

/// A big-endian number.
#[inline]
pub fn load(bytes: &[u8], start: usize, size: Size) -> Option<u32> {
    let rest = bytes.get(start..)?;
    match size {
        Size::One => rest.first().map(|byte| u32::from(*byte)),
        Size::Two => rest.first_chunk().map(|bytes| u32::from(u16::from_be_bytes(*bytes))),
        Size::Four => rest.first_chunk().map(|bytes| u32::from_be_bytes(*bytes)),
    }
}
