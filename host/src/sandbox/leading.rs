//! The first bytes of packets side by side, for a filter that looks at no more: what crosses into the sandbox then stays in the caches.

use crate::model::PacketBatch;

/// Copying pays when it leaves out at least so many times what it keeps.
const WORTHWHILE: usize = 2;

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
        let kept = usize::try_from(most).ok()?.checked_mul(batch.len())?;
        if kept.checked_mul(WORTHWHILE)? > batch.data.len() {
            return None;
        }
        self.offsets.clear();
        self.captured.clear();
        self.data.clear();
        self.data.reserve(kept);
        for (offset, captured) in batch.offsets.as_chunks().0.iter().zip(batch.captured.as_chunks().0) {
            self.push(batch.data, u32::from_le_bytes(*offset), u32::from_le_bytes(*captured).min(most))?;
        }
        Some(PacketBatch { offsets: self.offsets.as_flattened(), captured: self.captured.as_flattened(), data: &self.data, ..batch })
    }

    #[inline]
    fn push(&mut self, data: &[u8], offset: u32, captured: u32) -> Option<()> {
        let start = usize::try_from(offset).ok()?;
        let bytes = data.get(start..)?.get(..usize::try_from(captured).ok()?)?;
        self.offsets.push(u32::try_from(self.data.len()).ok()?.to_le_bytes());
        self.captured.push(captured.to_le_bytes());
        self.data.extend_from_slice(bytes);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn packets_are_cut_and_laid_side_by_side() {
        let (offsets, captured) = (numbers(&[2, 12]), numbers(&[8, 1]));
        let batch =
            PacketBatch { timestamps: &[0; 16], offsets: &offsets, captured: &captured, data: b"--abcdefgh--i", ..Default::default() };
        let mut leading = Leading::default();
        let cut = leading.cut(batch, 3).unwrap();
        assert_eq!((cut.data, cut.offsets, cut.captured), (&b"abci"[..], &numbers(&[0, 3])[..], &numbers(&[3, 1])[..]));
        assert_eq!(leading.cut(batch, 4), None);
    }
}
