//! The trait of packet filters.

use crate::{Description, OpenError, Options, Packet, PacketBatch};

/// A filter of packets. One value is one compiled expression; it keeps no memory of earlier packets.
pub trait PacketFilter: Sized {
    /// What the module says of itself. The same at every call.
    fn describe() -> Description;

    /// Compiles the expression.
    ///
    /// # Errors
    /// An option that is wrong, or [`OpenError::BadExpression`], which points at the place.
    fn open(expression: &str, options: &Options) -> Result<Self, OpenError>;

    /// What the expression can do without.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// What the expression says that its author may not have meant: one sentence each.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Says of each packet whether it is selected.
    fn select(&mut self, packets: PacketBatch<'_>) -> Selection;
}

/// Exports a [`PacketFilter`] as the module of this crate.
#[macro_export]
macro_rules! packet_filter {
    ($filter:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Module = $crate::glue::packet_filter::Module<$filter>;
    $crate::glue::packet_filter::export_packet_filter!(Module with_types_in $crate::glue::packet_filter);
        };
    };
}

/// What a host may leave out. Saying nothing is always right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Only so many bytes of each packet are looked at: the host passes no more.
    pub leading_bytes: Option<u32>,
    /// Every packet that is selected has at least one key of each of these lists.
    pub keys: Vec<Vec<Key>>,
}

/// Something an index over packets knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// 4 or 16 bytes of an IP address.
    Address(Vec<u8>),
    /// Of TCP, UDP or SCTP.
    Port(u16),
    /// An IP protocol number.
    Protocol(u8),
}

/// One bit a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    packets: usize,
    bits: Vec<u8>,
}

impl Selection {
    /// None of so many packets.
    pub fn none(packets: usize) -> Self {
        Self { packets, bits: vec![0; packets.div_ceil(8)] }
    }

    /// The packets for which `wanted` holds.
    pub fn of(batch: &PacketBatch<'_>, mut wanted: impl FnMut(&Packet<'_>) -> bool) -> Self {
        let mut selection = Self::none(batch.len());
        for (index, packet) in batch.packets().enumerate() {
            if wanted(&packet) {
                selection.set(index);
            }
        }
        selection
    }

    /// Selects the packet at a place in the batch.
    #[inline]
    pub fn set(&mut self, index: usize) {
        if let Some(byte) = self.bits.get_mut(index / 8) {
            *byte |= 1 << (index % 8);
        }
    }

    /// Whether the packet at a place in the batch is selected.
    #[inline]
    pub fn contains(&self, index: usize) -> bool {
        index < self.packets && self.bits.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
    }

    /// The bitmap of the contract: one bit a packet, least significant first, padded to whole bytes.
    pub fn into_bits(self) -> Vec<u8> {
        self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_a_bitmap_of_whole_bytes() {
        let mut selection = Selection::none(10);
        for index in [0, 9, 10, 100] {
            selection.set(index);
        }
        assert_eq!((0..12).filter(|&index| selection.contains(index)).collect::<Vec<_>>(), [0, 9]);
        assert_eq!(selection.clone().into_bits().len(), 2);
        assert_eq!(Selection::none(0).into_bits(), []);
    }
}
