//! What lies in a capture between packets and damage: headers, and blocks that hold no packet. Written apart from the framer, which it is held against.

/// Of classic captures, in both orders.
const MAGICS: [u32; 6] = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34, 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1];
const CLASSIC_HEADER: usize = 24;
const SECTION: u32 = 0x0a0d_0d0a;
/// Old, simple and enhanced.
const PACKET_BLOCKS: [u32; 3] = [2, 3, 6];

/// Reads one stretch after the other.
#[derive(Debug, Default)]
pub struct Gaps {
    big: bool,
}

impl Gaps {
    /// Whether a stretch is nothing but headers and blocks without a packet.
    pub fn take(&mut self, mut gap: &[u8]) -> bool {
        while !gap.is_empty() {
            match self.size(gap).and_then(|size| gap.get(size..)) {
                Some(rest) => gap = rest,
                None => return false,
            }
        }
        true
    }

    /// Of the header or block at the head of the stretch.
    fn size(&mut self, gap: &[u8]) -> Option<usize> {
        let first = u32::from_le_bytes(*gap.first_chunk()?);
        if MAGICS.contains(&first) && gap.len() >= CLASSIC_HEADER {
            return Some(CLASSIC_HEADER);
        }
        if first == SECTION {
            self.big = gap.get(8..12)? == [0x1a, 0x2b, 0x3c, 0x4d];
        }
        let number = |at: usize| {
            let bytes = *gap.get(at..)?.first_chunk()?;
            Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
        };
        let (of, size) = (number(0)?, number(4)?);
        (size >= 12 && !PACKET_BLOCKS.contains(&of)).then_some(size as usize)
    }
}
