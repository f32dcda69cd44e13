//! The first bytes of packets side by side, for a filter that looks at no more: what crosses into the sandbox then stays in the caches.

use crate::model::PacketBatch;

/// Copying pays when it leaves out at least so many times what it keeps.
const WORTHWHILE: usize = 2;

/// Room of a packet is a multiple of this: copies of a known length are a few instructions, others a call.
const STEP: usize = 32;

/// The first bytes of the packets of one batch, used again for every batch.
#[derive(Debug, Default)]
pub(super) struct Leading {
    offsets: Vec<[u8; 4]>,
    captured: Vec<[u8; 4]>,
    data: Vec<u8>,
}

impl Leading {
    /// The batch with at most `most` bytes of each packet; `None`: it is better passed as it is.
    pub fn cut<'a>(&'a mut self, batch: PacketBatch<'a>, most: u32) -> Option<PacketBatch<'a>> {
        let room = usize::try_from(most).ok()?.max(1).next_multiple_of(STEP);
        let kept = room.checked_mul(batch.len())?;
        if kept.checked_mul(WORTHWHILE)? > batch.data.len() || u32::try_from(kept).is_err() {
            return None;
        }
        self.captured.clear();
        self.captured.extend(batch.captured.as_chunks().0.iter().map(|captured| u32::from_le_bytes(*captured).min(most).to_le_bytes()));
        self.offsets.clear();
        self.offsets.extend((0..batch.len()).map(|number| ((number * room) as u32).to_le_bytes()));
        self.data.resize(kept.max(self.data.len()), 0);
        match room {
            32 => self.copy::<32>(&batch)?,
            64 => self.copy::<64>(&batch)?,
            96 => self.copy::<96>(&batch)?,
            128 => self.copy::<128>(&batch)?,
            _ => self.copy_any(&batch, room)?,
        }
        let data = self.data.get(..kept)?;
        Some(PacketBatch { offsets: self.offsets.as_flattened(), captured: self.captured.as_flattened(), data, ..batch })
    }

    /// What follows a short packet is copied with it, and is none of its bytes.
    fn copy<const ROOM: usize>(&mut self, batch: &PacketBatch<'_>) -> Option<()> {
        for (offset, to) in batch.offsets.as_chunks().0.iter().zip(self.data.as_chunks_mut::<ROOM>().0) {
            let from = batch.data.get(u32::from_le_bytes(*offset) as usize..)?;
            match from.first_chunk::<ROOM>() {
                Some(bytes) => *to = *bytes,
                None => to.get_mut(..from.len())?.copy_from_slice(from),
            }
        }
        Some(())
    }

    fn copy_any(&mut self, batch: &PacketBatch<'_>, room: usize) -> Option<()> {
        for (offset, to) in batch.offsets.as_chunks().0.iter().zip(self.data.chunks_exact_mut(room)) {
            let from = batch.data.get(u32::from_le_bytes(*offset) as usize..)?;
            let length = from.len().min(room);
            to.get_mut(..length)?.copy_from_slice(from.get(..length)?);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// Packets of the lengths, with two bytes before each, and how they are cut.
    fn cut(lengths: &[u32], most: u32) -> Option<Vec<Vec<u8>>> {
        let (mut offsets, mut data) = (Vec::new(), Vec::new());
        for (number, length) in (1..).zip(lengths) {
            data.extend([0xee; 2]);
            offsets.push(data.len() as u32);
            data.extend(vec![number; *length as usize]);
        }
        let (offsets, captured, times) = (numbers(&offsets), numbers(lengths), vec![0; 8 * lengths.len()]);
        let batch = PacketBatch { timestamps: &times, offsets: &offsets, captured: &captured, data: &data, ..Default::default() };
        let mut leading = Leading::default();
        let cut = leading.cut(batch, most)?;
        let number = |array: &[u8], index: usize| u32::from_le_bytes(array.as_chunks().0[index]) as usize;
        let packet = |index| cut.data[number(cut.offsets, index)..][..number(cut.captured, index)].to_vec();
        Some((0..cut.len()).map(packet).collect())
    }

    #[test]
    fn packets_are_cut_and_laid_side_by_side_whatever_their_room() {
        for most in [0, 3, 32, 33, 65, 97, 129, 1000] {
            let expected =
                [(1, 9000), (2, 0), (3, most - most / 2), (4, 1)].map(|(number, length)| vec![number; length.min(most) as usize]);
            assert_eq!(cut(&[9000, 0, most - most / 2, 1], most), Some(expected.to_vec()), "{most}");
        }
    }

    #[test]
    fn what_would_hardly_shrink_is_passed_as_it_is() {
        assert_eq!(cut(&[100, 100], 60), None);
    }
}
