//! Numbers in the byte order of whoever wrote the capture.

/// Byte order of a capture or of a section of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    #[inline]
    pub fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(if self == Self::Little { u16::from_le_bytes(value) } else { u16::from_be_bytes(value) })
    }

    #[inline]
    pub fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        bytes.get(at..)?.first_chunk().map(|value| self.number(*value))
    }

    #[inline]
    pub fn i64(self, bytes: &[u8], at: usize) -> Option<i64> {
        let value = *bytes.get(at..)?.first_chunk()?;
        Some(if self == Self::Little { i64::from_le_bytes(value) } else { i64::from_be_bytes(value) })
    }

    /// Four numbers in a row.
    #[inline]
    pub fn four(self, bytes: &[u8; 16]) -> [u32; 4] {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
        [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(|value| self.number(value))
    }

    #[inline]
    fn number(self, value: [u8; 4]) -> u32 {
        if self == Self::Little { u32::from_le_bytes(value) } else { u32::from_be_bytes(value) }
    }
}
