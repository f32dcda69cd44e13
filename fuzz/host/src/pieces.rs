//! Lengths of pieces: numbers that follow from one.

/// Lengths.
#[derive(Debug, Clone, Copy)]
pub struct Pieces(u64);

impl Pieces {
    /// Those that follow from a number.
    pub fn of(number: u8) -> Self {
        Self(u64::from(number) + 1)
    }

    /// The next length, from 1: single bytes, some, many.
    pub fn next(&mut self) -> usize {
        let most = [1, 16, 700, 20_000].get(self.number(4)).copied().unwrap_or(1);
        1 + self.number(most)
    }

    /// xorshift64*, below `end`.
    fn number(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}
