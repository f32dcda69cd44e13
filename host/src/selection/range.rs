//! A stretch of time.

/// Packets from one moment on and before another, in nanoseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeRange {
    /// The first moment; `None`: from the beginning.
    pub from: Option<i64>,
    /// The first moment behind; `None`: to the end.
    pub to: Option<i64>,
}

impl TimeRange {
    /// Every packet is in it.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a moment lies in it.
    pub fn contains(&self, time: i64) -> bool {
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time < to)
    }

    /// Takes the bits of packets outside of it away, by their times (s64, little-endian).
    pub(super) fn narrow(&self, bits: &mut [u8], timestamps: &[u8]) {
        if self.is_all() {
            return;
        }
        for (bits, times) in bits.iter_mut().zip(timestamps.as_chunks::<8>().0.chunks(8)) {
            for (place, _) in times.iter().enumerate().filter(|(_, time)| !self.contains(i64::from_le_bytes(**time))) {
                *bits &= !(1 << place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_moment_is_in_and_the_last_is_not() {
        let times: Vec<u8> = (0..10_i64).flat_map(i64::to_le_bytes).collect();
        let mut bits = [0xff, 0x03];
        TimeRange { from: Some(2), to: Some(9) }.narrow(&mut bits, &times);
        assert_eq!(bits, [0b1111_1100, 0b01]);
    }
}
