//! Packets of a batch that could not all be read in one call.

use weir_sdk::PacketBatch;

/// A copy of what is left of a batch.
#[derive(Debug)]
pub struct Left {
    link_type: u32,
    first: u64,
    numbers: Option<Vec<u8>>,
    timestamps: Vec<u8>,
    offsets: Vec<u8>,
    captured: Vec<u8>,
    lengths: Vec<u8>,
    data: Vec<u8>,
}

impl Left {
    /// The packets from `index` on.
    pub fn of(batch: &PacketBatch<'_>, index: usize) -> Self {
        let rest = |numbers: &[u8], width: usize| numbers.get(index * width..).unwrap_or_default().to_vec();
        let first = match batch.numbers {
            Some(_) => batch.first,
            None => batch.first + index as u64,
        };
        Self {
            link_type: batch.link_type,
            first,
            numbers: batch.numbers.map(|numbers| rest(numbers, 4)),
            timestamps: rest(batch.timestamps, 8),
            offsets: rest(batch.offsets, 4),
            captured: rest(batch.captured, 4),
            lengths: rest(batch.lengths, 4),
            data: batch.data.to_vec(),
        }
    }

    /// As a batch.
    pub fn view(&self) -> PacketBatch<'_> {
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: self.numbers.as_deref(),
            timestamps: &self.timestamps,
            offsets: &self.offsets,
            captured: &self.captured,
            lengths: &self.lengths,
            data: &self.data,
        }
    }
}
